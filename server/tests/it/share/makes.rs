//! How links are made, on the page and by the command, and what is refused.

use testing::{
    process::{binary, run},
    wait::wait_for,
};

use super::{PERSON, admin, filled, get, header, made};

#[test]
fn err_unknown_links() {
    let server = filled();
    for link in ["/s/sgs_AAAAAAAAAAAAAAAAAAAAAA", "/s/x", "/s/%00"] {
        let reply = server.request("GET", link, &PERSON, b"").unwrap();
        assert!(reply.status == 404 && reply.body.contains("Link not found"), "{link} {} {}", reply.status, reply.body);
        assert!(!reply.body.contains(link), "{}", reply.body);
    }
    let cookie = "streamgauge_share=sgs_AAAAAAAAAAAAAAAAAAAAAA";
    assert_eq!(get(&server, "/apps/shop", cookie).status, 303);
    assert_eq!(get(&server, "/api/v1/live", cookie).status, 401);
    for (args, why) in [
        (&["a", "--page", "/"][..], "expected the name of at least one app"),
        (&["a", "--page", "/", "--app", "none"], "there is no app named none"),
        (&["a", "--page", "/apps/none"], "there is no app named none"),
        (&["a", "--page", "/apps/shop", "--app", "mail"], "expected one app for the dashboard"),
        (&["a", "--page", "/boards/9", "--app", "shop"], "there is no board 9"),
        (&["a", "--page", "/alerts", "--app", "shop"], "expected the page /, /apps/APP or /boards/ID"),
        (&["a", "--page", "/apps/shop", "--span", "2h"], "expected one of live, 1h"),
        (&["", "--page", "/apps/shop"], "expected a name"),
    ] {
        let (code, out, error) = run(binary(server.dir.path()).args([&["share", "add"], args].concat()));
        assert!(code != 0 && out.is_empty() && error.contains(why), "{args:?}: {code} {out} {error}");
    }
    made(&server, &["a", "--page", "/apps/shop"]);
    for args in [&["share", "add", "A", "--page", "/apps/shop"][..], &["share", "remove", "none"]] {
        let (code, out, error) = run(binary(server.dir.path()).args(args));
        assert!(code == 1 && out.is_empty() && error.contains("share link"), "{args:?}: {code} {out} {error}");
    }
}

#[test]
fn ok_links_are_made_and_ended_on_the_page() {
    let server = filled();
    let basic = admin();
    let headers = [("Authorization", &*basic)];
    let post = |fields: &[(&str, &str)]| crate::access_people::post(&server, "/settings/shares", &headers, fields);
    let add = [
        ("do", "add"),
        ("name", "lobby"),
        ("page", "/"),
        ("app", "shop"),
        ("app", "mail"),
        ("span", ""),
        ("days", "7"),
    ];
    let reply = post(&add);
    let link =
        reply.body.split("/s/sgs_").nth(1).unwrap_or_else(|| panic!("{}", reply.body)).split('<').next().unwrap();
    // At once, without a wait.
    let opened = server.get(&format!("/s/sgs_{link}"));
    assert_eq!((opened.status, header(&opened, "location")), (303, "/?wall=1"));
    let page = server.request("GET", "/settings/shares", &headers, b"").unwrap().body;
    assert!(!page.contains(link) && page.contains("lobby") && page.contains("mail, shop"), "{page}");
    assert_eq!(post(&add).status, 409);
    for (fields, status) in [
        (&[("do", "add"), ("name", "x"), ("page", "/"), ("days", "7")][..], 400),
        (&[("do", "add"), ("name", "x"), ("page", "/apps/shop"), ("days", "-1")], 400),
        (&[("do", "add"), ("name", "x"), ("page", "/apps/shop"), ("span", "2y"), ("days", "1")], 400),
        (&[("do", "end"), ("name", "none")], 404),
        (&[("do", "other")], 400),
    ] {
        assert_eq!(post(fields).status, status, "{fields:?}");
    }
    assert_eq!(post(&[("do", "end"), ("name", "lobby")]).status, 200);
    assert_eq!(server.get(&format!("/s/sgs_{link}")).status, 410);
    let audit = || server.request("GET", "/settings/audit", &headers, b"").unwrap().body;
    wait_for("the record", || audit().matches("POST /settings/shares").count() >= 2);
}
