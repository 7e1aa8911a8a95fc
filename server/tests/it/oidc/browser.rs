//! A browser as far as signing in needs one: it keeps cookies of each host and follows redirects.

use std::{collections::BTreeMap, net::SocketAddr};

use testing::http::{Reply, request};

const HTML: &str = "text/html,application/xhtml+xml";
/// Most redirects of one visit.
const REDIRECTS_MAX: usize = 12;

/// Cookies by host and name. Their paths are not compared.
#[derive(Clone, Default)]
pub struct Browser {
    cookies: BTreeMap<(SocketAddr, String), String>,
}

/// Where a visit ended.
pub struct Page {
    pub address: String,
    pub reply: Reply,
}

impl Browser {
    /// Opens an address, and follows where it leads.
    pub fn open(&mut self, address: &str) -> Page {
        self.visit("GET", address, b"")
    }

    /// Opens an address, and follows nothing.
    pub fn ask(&mut self, method: &str, address: &str, body: &[u8]) -> Reply {
        let (host, path) = parts(address);
        let cookies: Vec<String> =
            self.cookies.iter().filter(|it| it.0.0 == host).map(|it| format!("{}={}", it.0.1, it.1)).collect();
        let cookies = cookies.join("; ");
        let mut headers = vec![("Accept", HTML), ("Sec-Fetch-Mode", "navigate"), ("Cookie", &*cookies)];
        if method == "POST" {
            headers.push(("Content-Type", "application/x-www-form-urlencoded"));
        }
        let reply = request(host, method, path, &headers, body).unwrap();
        for line in reply.plain_head.lines().filter(|it| it.to_lowercase().starts_with("set-cookie:")) {
            let (cookie, rest) = line[11..].trim().split_once(';').unwrap_or((line[11..].trim(), ""));
            let (name, value) = cookie.split_once('=').unwrap();
            let (key, rest) = ((host, name.to_owned()), rest.to_lowercase());
            if value.is_empty() || rest.contains("max-age=0") || rest.contains("expires=thu, 01 jan 1970") {
                self.cookies.remove(&key);
            } else {
                self.cookies.insert(key, value.to_owned());
            }
        }
        reply
    }

    /// Signs in at the provider from `/sign-in/oidc`, as somebody with this name there.
    pub fn sign_in(&mut self, server: SocketAddr, name: &str, to: &str) -> Page {
        let form = self.open(&format!("http://{server}/sign-in/oidc?to={to}"));
        assert!(form.address.contains("/interaction/"), "{} {}", form.address, form.reply.body);
        let body = format!("prompt=login&login={name}&password=any");
        self.visit("POST", &form.address, body.as_bytes())
    }

    /// The value of a cookie of a host.
    pub fn cookie(&self, host: SocketAddr, name: &str) -> Option<&str> {
        self.cookies.get(&(host, name.to_owned())).map(String::as_str)
    }

    /// Replaces a cookie of a host.
    pub fn set_cookie(&mut self, host: SocketAddr, name: &str, value: &str) {
        self.cookies.insert((host, name.to_owned()), value.to_owned());
    }

    fn visit(&mut self, method: &str, address: &str, body: &[u8]) -> Page {
        let (mut address, mut reply) = (address.to_owned(), self.ask(method, address, body));
        for _ in 0..REDIRECTS_MAX {
            let Some(to) = location(&reply) else { return Page { address, reply } };
            address = if to.starts_with('/') { format!("http://{}{to}", parts(&address).0) } else { to };
            reply = self.ask("GET", &address, b"");
        }
        panic!("too many redirects: {address}");
    }
}

/// Where a reply leads.
pub fn location(reply: &Reply) -> Option<String> {
    let line = reply.plain_head.lines().find(|it| it.to_lowercase().starts_with("location:"))?;
    (300..400).contains(&reply.status).then(|| line[9..].trim().to_owned())
}

fn parts(address: &str) -> (SocketAddr, &str) {
    let rest = address.strip_prefix("http://").unwrap_or_else(|| panic!("{address}"));
    let at = rest.find('/').unwrap_or(rest.len());
    (rest[..at].parse().unwrap(), if at == rest.len() { "/" } else { &rest[at..] })
}
