//! Answers where a provider's settings are expected: none, slow, long, of others, and such as would
//! lead the server elsewhere. A listener of our own gives them, since no real provider does.

use std::{
    io::{Read, Write},
    net::TcpListener,
    sync::{Arc, Mutex},
    thread,
};

use serde_json::json;
use tempfile::TempDir;
use testing::wait::wait_for;

use super::{
    browser::Browser,
    provider::{free_port, server},
    title,
};

const DOWN: (u16, &str) = (503, "The sign-in provider is down");
const NOT_ACCEPTED: (u16, &str) = (502, "The provider’s answer was not accepted");

/// Answers each request with what is set; with nothing, it says nothing.
fn listen(listener: &TcpListener, answer: &Mutex<Vec<u8>>) {
    let mut silent = vec![];
    for stream in listener.incoming() {
        let (mut stream, answer) = (stream.unwrap(), answer.lock().unwrap().clone());
        if answer.is_empty() {
            silent.push(stream);
            continue;
        }
        let _head = stream.read(&mut [0; 4_096]);
        let _gone = stream.write_all(&answer);
    }
}

fn reply(status: &str, kind: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}")
        .into_bytes()
}

/// Settings of a provider with these addresses for people and keys.
fn settings(issuer: &str, people: &str, keys: &str) -> Vec<u8> {
    let body = json!({
        "issuer": issuer, "authorization_endpoint": people, "jwks_uri": keys, "token_endpoint": people,
        "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    });
    reply("200 OK", "application/json", &body.to_string())
}

#[test]
fn err_providers_that_are_none() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let issuer = format!("http://{}", listener.local_addr().unwrap());
    let answer = Arc::new(Mutex::new(vec![]));
    thread::spawn({
        let answer = Arc::clone(&answer);
        move || listen(&listener, &answer)
    });
    let server = server(&issuer, &Arc::new(TempDir::new().unwrap()), free_port(), "@x.org=viewer", &[]);
    let begin = format!("http://{}/sign-in/oidc", server.address);
    let evil = "http://evil.example/";
    let moved = b"HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_vec();
    for (bytes, expected, said) in [
        (reply("500 Oh", "text/plain", "secret"), DOWN, "it answered 500 where its settings are expected"),
        (reply("404 No", "text/plain", "secret"), NOT_ACCEPTED, "it answered 404 where its settings are expected"),
        (moved, NOT_ACCEPTED, "it answered 302 where its settings are expected"),
        (reply("200 OK", "text/html", "<p>secret"), NOT_ACCEPTED, "its settings are not those of"),
        (reply("200 OK", "application/json", "{\"secret\":1}"), NOT_ACCEPTED, "its settings are not those of"),
        (reply("200 OK", "application/json", &" ".repeat(300_000)), NOT_ACCEPTED, "its answer is longer than 256 kB"),
        (settings("https://id.example.com", &issuer, &issuer), NOT_ACCEPTED, "it calls itself something else"),
        (settings(&issuer, &issuer, evil), NOT_ACCEPTED, "it names an address without https://"),
        (b"secret\r\n\r\n".to_vec(), DOWN, "its answer is no HTTP"),
        // Last, since connections stay open.
        (vec![], DOWN, "it did not answer in time"),
    ] {
        *answer.lock().unwrap() = bytes;
        // What it said before is remembered for two seconds.
        wait_for(said, || {
            let page = Browser::default().open(&begin);
            assert!(!page.reply.body.contains("secret"), "{}", page.reply.body);
            title(&page) == expected && page.reply.body.contains(said)
        });
    }
}
