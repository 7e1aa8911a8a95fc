//! Sign-in by a real OIDC provider: who comes in and who does not, for how long, and what
//! a provider that is down, changes its keys or lies leads to. Its pages are tested in a browser.

mod browser;
mod hostile;
mod provider;

use std::{io::Read, net::TcpStream, sync::Arc, time::Duration};

use tempfile::TempDir;
use testing::{http::is_closed, process::Server, wait::wait_for};

use self::{
    browser::{Browser, Page, location},
    provider::{Provider, both, free_port, server},
};
use crate::access_table::command;

const ALLOW: &str = "ada@x.org=admin,@x.org=viewer,group:ops=editor";
const SESSION: &str = "streamgauge_session";
const TICKET: &str = "streamgauge_oidc";

/// What a page says is its title and its status.
fn title(page: &Page) -> (u16, &str) {
    let title = page.reply.body.split("<h1>").nth(1).and_then(|it| it.split("</h1>").next());
    (page.reply.status, title.unwrap_or_default())
}

/// Whether a chunked reply has come to its end.
fn ends(stream: &mut TcpStream) -> bool {
    stream.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
    let mut bytes = [0; 65_536];
    match stream.read(&mut bytes) {
        Ok(n) => n == 0 || bytes[..n].ends_with(b"\r\n0\r\n\r\n") || bytes[..n] == *b"0\r\n\r\n",
        Err(_) => false,
    }
}

/// The status of a page of settings for a browser.
fn status(server: &Server, browser: &mut Browser, path: &str) -> u16 {
    browser.ask("GET", &format!("http://{}{path}", server.address), b"").status
}

fn log(server: &Server) -> String {
    std::fs::read_to_string(server.dir.path().join("log")).unwrap()
}

#[test]
fn ok_roles_follow_the_list_at_each_sign_in() {
    let Some((_provider, server)) = both(&[], ALLOW, &[]) else { return };
    let address = server.address;
    // Without a password the server is closed all the same, whatever is sent as one.
    for headers in [&[][..], &[("Authorization", "Basic YWRtaW46")], &[("Authorization", "Bearer x")]] {
        assert_eq!(server.request("GET", "/api/v1/apps", headers, b"").unwrap().status, 401);
    }
    let form = server.get("/sign-in").body;
    assert!(form.contains("Sign in with SSO") && !form.contains("type=\"password\""), "{form}");
    for (name, to, expected) in [
        ("ada@x.org", "/settings/people", [200, 200, 200]),
        ("bob@x.org", "/settings?a=b", [200, 200, 403]),
        ("wordy@x.org", "/", [200, 200, 403]),
    ] {
        let mut browser = Browser::default();
        let page = browser.sign_in(address, name, to.replace('?', "%3F").replace('=', "%3D").as_str());
        assert_eq!(page.address, format!("http://{address}{to}"), "{}", page.reply.body);
        let found = ["/api/v1/apps", "/settings", "/settings/people"].map(|path| status(&server, &mut browser, path));
        assert_eq!(found, expected, "{name}");
        assert!(browser.cookie(address, TICKET).is_none(), "{name}");
        let account = browser.open(&format!("http://{address}/settings")).reply.body;
        assert!(account.contains(&format!("{name}, ")) && account.contains("by SSO"), "{account}");
        assert!(!account.contains("Change password"), "{account}");
    }
    let listed = command(&server, &["person", "list"]);
    assert!(listed.lines().count() == 3 && listed.contains("signs in with SSO"), "{listed}");
    // Nobody gets a password beside it.
    let (code, _, error) = testing::process::run(testing::process::binary(server.dir.path()).args([
        "person",
        "add",
        "BOB@x.org",
        "--role",
        "admin",
    ]));
    assert!(code == 1 && error.contains("signs in with SSO"), "{error}");
}

#[test]
fn err_who_is_not_allowed() {
    let Some((_provider, server)) = both(&[], ALLOW, &[]) else { return };
    for (name, expected, said) in [
        ("eve@y.org", (403, "Not allowed"), "you are eve@y.org."),
        // Groups are not asked for here, since the provider has none.
        ("ops@y.org", (403, "Not allowed"), "OIDC_ALLOW"),
        ("unverified@x.org", (403, "Address not verified"), "unverified@x.org is not verified"),
        ("nobody@x.org", (403, "No mail address"), "scope email"),
        ("forged@x.org", (502, "The provider’s answer was not accepted"), "its signature is wrong"),
        ("forged-body@x.org", (502, "The provider’s answer was not accepted"), "its signature is wrong"),
        ("foreign@x.org", (502, "The provider’s answer was not accepted"), "it is for another server"),
        ("late@x.org", (502, "The provider’s answer was not accepted"), "it has expired"),
        ("replayed@x.org", (502, "The provider’s answer was not accepted"), "it is of another sign-in"),
    ] {
        let mut browser = Browser::default();
        let page = browser.sign_in(server.address, name, "/");
        assert_eq!(title(&page), expected, "{name}: {}", page.reply.body);
        assert!(page.reply.body.contains(said), "{name}: {}", page.reply.body);
        assert!(browser.cookie(server.address, SESSION).is_none() && browser.cookie(server.address, TICKET).is_none());
    }
    assert_eq!(command(&server, &["person", "list"]), "");
    let log = log(&server);
    assert!(log.contains("nothing in OIDC_ALLOW matches eve@y.org"), "{log}");
    assert!(!log.contains("code") && !log.contains("eyJ") && !log.contains("odd %characters"), "{log}");
}

#[test]
fn ok_groups_of_providers_that_have_them() {
    let Some((_provider, server)) = both(&["--groups", "--post"], "group:ops=editor,group:staff=viewer", &[]) else {
        return;
    };
    let mut browser = Browser::default();
    browser.sign_in(server.address, "ops@y.org", "/");
    assert_eq!(status(&server, &mut browser, "/settings"), 200);
    let account = browser.open(&format!("http://{}/settings", server.address)).reply.body;
    assert!(account.contains("ops@y.org, editor, by SSO"), "{account}");
    assert_eq!(title(&Browser::default().sign_in(server.address, "bob@y.org", "/")), (403, "Not allowed"));
}

#[test]
fn err_answers_of_others() {
    let Some((_provider, server)) = both(&[], ALLOW, &[]) else { return };
    let callback = |query: &str| format!("http://{}/sign-in/oidc/callback{query}", server.address);
    let mut browser = Browser::default();
    let begun = browser.ask("GET", &format!("http://{}/sign-in/oidc", server.address), b"");
    let to = location(&begun).unwrap();
    for part in ["response_type=code", "code_challenge_method=S256", "nonce=", "state=", "scope=openid+email"] {
        assert!(to.contains(part), "{part}: {to}");
    }
    assert!(!to.contains("groups") && !to.contains("prompt"), "{to}");
    let set = begun.head.lines().find(|it| it.starts_with("set-cookie:")).unwrap();
    assert!(set.contains("; path=/sign-in/oidc; httponly; samesite=lax; max-age=600"), "{set}");
    let state = to.split("state=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let ticket = browser.cookie(server.address, TICKET).unwrap().to_owned();
    let took_too_long = (400, "This sign-in took too long");
    for (query, has_ticket, expected) in [
        (String::new(), true, took_too_long),
        (format!("?state={state}"), true, took_too_long),
        ("?state=other&code=x".to_owned(), true, took_too_long),
        (format!("?state={state}&code=x"), false, took_too_long),
        ("?error=access_denied".to_owned(), true, took_too_long),
        (format!("?state={state}&error=access_denied"), true, (403, "Sign-in cancelled")),
        (format!("?state={state}&error=login_required"), true, (502, "The provider refused")),
        (format!("?state={state}&error=%3Cb%3Ecall+0800"), true, (502, "The provider refused")),
        (format!("?state={state}&error=temporarily_unavailable"), true, (503, "The sign-in provider is down")),
        (
            format!("?state={state}&code=x&iss=http://evil.example"),
            true,
            (502, "The provider’s answer was not accepted"),
        ),
        (format!("?state={state}&code=none"), true, (502, "The provider’s answer was not accepted")),
    ] {
        let mut browser = Browser::default();
        if has_ticket {
            browser.set_cookie(server.address, TICKET, &ticket);
        }
        let page = browser.open(&callback(&query));
        assert_eq!(title(&page), expected, "{query}: {}", page.reply.body);
        assert!(!page.reply.body.contains("0800"), "{}", page.reply.body);
        assert!(browser.cookie(server.address, SESSION).is_none(), "{query}");
    }
    // An old ticket, and one whose path leads elsewhere.
    let (began, rest) = ticket.split_once('.').unwrap();
    browser.set_cookie(server.address, TICKET, &format!("{}.{rest}", began.parse::<i64>().unwrap() - 601));
    assert_eq!(title(&browser.open(&callback(&format!("?state={state}&code=x")))), took_too_long);
    let page = Browser::default().sign_in(server.address, "bob@x.org", "//evil.example/");
    assert_eq!(page.address, format!("http://{}/", server.address));
}

#[test]
fn ok_a_session_ends_and_says_so() {
    let Some((_provider, server)) = both(&[], ALLOW, &[("OIDC_SESSION", "3s")]) else { return };
    let (mut browser, address) = (Browser::default(), server.address);
    browser.sign_in(address, "bob@x.org", "/settings");
    assert_eq!(status(&server, &mut browser, "/api/v1/apps"), 200);
    // A stream that was opened before ends with it.
    let cookie = browser.cookie(address, SESSION).unwrap();
    let request = format!("GET /api/v1/live HTTP/1.1\r\nHost: {address}\r\nCookie: {SESSION}={cookie}\r\n\r\n");
    let mut stream = server.connection(request.as_bytes());
    assert!(!is_closed(&mut stream, Duration::from_millis(100)));
    wait_for("the end of the session", || status(&server, &mut browser, "/api/v1/apps") == 401);
    wait_for("the end of the stream", || ends(&mut stream));
    let page = browser.open(&format!("http://{address}/settings"));
    assert_eq!(page.address, format!("http://{address}/sign-in?to=%2Fsettings"));
    for said in ["Your session ended at ", "With SSO it lasts 3 s", "/sign-in/oidc?to=%2Fsettings"] {
        assert!(page.reply.body.contains(said), "{said}: {}", page.reply.body);
    }
    // Who still has a session at the provider comes in without typing anything.
    let page = browser.open(&format!("http://{address}/sign-in/oidc?to=%2Fsettings"));
    assert_eq!(page.address, format!("http://{address}/settings"));
    assert!(!page.reply.body.contains("Your session ended"), "{}", page.reply.body);
    let asked_anew = browser.open(&format!("http://{address}/sign-in/oidc?account=other"));
    assert!(asked_anew.address.contains("/interaction/"), "{}", asked_anew.address);
}

#[test]
fn ok_other_settings_end_sessions() {
    let port = free_port();
    let (dir, Some(provider)) = (Arc::new(TempDir::new().unwrap()), Provider::start(0, port, &[])) else { return };
    let started = |allow: &str, more: &[(&str, &str)]| server(&provider.issuer, &dir, port, allow, more);
    let first = started(ALLOW, &[]);
    let (mut bob, mut ada) = (Browser::default(), Browser::default());
    bob.sign_in(first.address, "bob@x.org", "/");
    ada.sign_in(first.address, "ada@x.org", "/");
    first.kill();
    // A restart ends none.
    let second = started(ALLOW, &[("ADMIN_PASSWORD", "correct horse battery")]);
    assert_eq!([&mut bob, &mut ada].map(|it| status(&second, it, "/settings")), [200, 200]);
    second.kill();
    let third = started("ada@x.org=viewer", &[]);
    assert_eq!([&mut bob, &mut ada].map(|it| status(&third, it, "/settings")), [303, 303]);
    let page = bob.open(&format!("http://{}/settings", third.address));
    assert!(page.reply.body.contains("Your session has ended."), "{}", page.reply.body);
    ada.open(&format!("http://{}/sign-in/oidc", third.address));
    assert_eq!(["/settings", "/settings/people"].map(|it| status(&third, &mut ada, it)), [200, 403]);
    // Who is no longer allowed is nobody any more.
    assert!(command(&third, &["person", "list"]).contains("bob@x.org"));
    let page = bob.open(&format!("http://{}/sign-in/oidc", third.address));
    assert_eq!(title(&page), (403, "Not allowed"));
    assert!(!command(&third, &["person", "list"]).contains("bob@x.org"));
    third.kill();
    let closed = Server::start_in(Arc::clone(&dir), port, &[("ADMIN_PASSWORD", "correct horse battery")]);
    assert_eq!(status(&closed, &mut ada, "/settings"), 303);
}

#[test]
fn err_a_name_of_somebody_with_a_password() {
    let Some((_provider, server)) = both(&[], ALLOW, &[("ADMIN_PASSWORD", "correct horse battery")]) else { return };
    let link = command(&server, &["person", "add", "Bob@x.org", "--role", "admin"]);
    let taken = (409, "This name is taken");
    assert_eq!(title(&Browser::default().sign_in(server.address, "bob@x.org", "/")), taken);
    let cookie = crate::access_people::accept(&server, &link, "Bob@x.org", "a password of his own");
    let page = Browser::default().sign_in(server.address, "bob@x.org", "/");
    assert_eq!(title(&page), taken);
    assert!(page.reply.body.contains("Sign in with a password"), "{}", page.reply.body);
    let headers = [("Cookie", &*cookie)];
    assert_eq!(server.request("GET", "/settings/people", &headers, b"").unwrap().status, 200);
    command(&server, &["person", "remove", "bob@x.org"]);
    let mut browser = Browser::default();
    browser.sign_in(server.address, "bob@x.org", "/");
    assert_eq!(["/settings", "/settings/people"].map(|it| status(&server, &mut browser, it)), [200, 403]);
}

#[test]
fn ok_an_address_that_passes_to_another_account() {
    let Some((_provider, server)) = both(&[], ALLOW, &[]) else { return };
    let (mut first, mut second) = (Browser::default(), Browser::default());
    first.sign_in(server.address, "bob@x.org", "/");
    assert_eq!(status(&server, &mut first, "/settings"), 200);
    second.sign_in(server.address, "bob@x.org~2", "/");
    assert_eq!([&mut first, &mut second].map(|it| status(&server, it, "/settings")), [303, 200]);
    assert_eq!(command(&server, &["person", "list"]).lines().count(), 1);
}

#[test]
fn err_a_provider_that_is_down_and_comes_back_with_other_keys() {
    let (port, provider_port) = (free_port(), free_port());
    let (dir, issuer) = (Arc::new(TempDir::new().unwrap()), format!("http://127.0.0.1:{provider_port}"));
    let server = server(&issuer, &dir, port, ALLOW, &[]);
    let begin = format!("http://{}/sign-in/oidc?to=%2Fsettings", server.address);
    let down = Browser::default().open(&begin);
    assert_eq!(title(&down), (503, "The sign-in provider is down"));
    // The service worker shows it: the server itself is there.
    assert!(down.reply.head.contains("streamgauge-page: 1"), "{}", down.reply.head);
    assert!(down.reply.body.contains("127.0.0.1 can’t say who you are: no connection to it could be made."));
    assert!(down.reply.body.contains("/sign-in/oidc?to=%2Fsettings"), "{}", down.reply.body);
    let Some(first) = Provider::start(provider_port, port, &[]) else { return };
    assert_eq!(first.port(), provider_port);
    wait_for("the provider to be asked again", || Browser::default().ask("GET", &begin, b"").status == 303);
    let page = Browser::default().sign_in(server.address, "bob@x.org", "/settings");
    assert_eq!(page.address, format!("http://{}/settings", server.address));
    // It goes while somebody types a password, and comes back with other keys.
    let mut late = Browser::default();
    let to = location(&late.ask("GET", &begin, b"")).unwrap();
    let state = to.split("state=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    drop(first);
    let page = late.open(&format!("http://{}/sign-in/oidc/callback?state={state}&code=x", server.address));
    assert_eq!(title(&page), (503, "The sign-in provider is down"));
    let _second = Provider::start(provider_port, port, &[]).unwrap();
    wait_for("the new keys", || {
        let mut browser = Browser::default();
        browser.sign_in(server.address, "bob@x.org", "/settings");
        status(&server, &mut browser, "/settings") == 200
    });
}
