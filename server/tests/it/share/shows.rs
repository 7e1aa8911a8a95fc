//! What the page of a link shows: log lines only where that was said, and nothing of other apps.

use serde_json::{Value, json};

use super::{RAW, Stream, admin, ask, filled, get, made, opened, refused};

#[test]
fn ok_lines_are_shown_only_where_that_was_said() {
    let server = filled();
    let (without, _) = opened(&server, &made(&server, &["without", "--page", "/apps/shop"]));
    let (with, _) = opened(&server, &made(&server, &["with", "--page", "/apps/shop", "--lines"]));
    let now_s = testing::clock::now_ms() / 1_000;
    let query = contract::LogQuery {
        time: contract::LogTime::Span(contract::Span::new(now_s - 600, now_s + 600).unwrap()),
        ..Default::default()
    };
    let pin = json!({ "at_s": null, "step_s": 10, "chart": "throughput", "series": null });
    let asked = |app: &str| json!({ "app": app, "pin": pin, "query": query });
    let lines = |cookie: &str, app: &str| ask(&server, "pinned-lines", cookie, &asked(app));
    refused(&lines(&without, "shop"), "lines of a link without");
    let shown = lines(&with, "shop");
    assert!(shown.status == 200 && shown.body.contains("xyzzy says shop"), "{} {}", shown.status, shown.body);
    assert!(!lines(&with, "mail").body.contains(RAW));
    // The samples of lines that matched nothing, and notes, in the page, its data and its stream.
    for (cookie, expected) in [(&without, false), (&with, true)] {
        for range in ["live", "1h"] {
            let page = get(&server, &format!("/apps/shop?range={range}"), cookie);
            assert_eq!((page.status, page.body.contains(RAW)), (200, expected), "{range}");
            let data = ask(&server, "app", cookie, &json!({ "app": "shop", "range": range }));
            assert_eq!((data.status, data.body.contains(RAW)), (200, expected), "{range}");
            assert!(data.body.contains("\"note\""), "{}", data.body);
        }
        let first = Stream::open(&server, "/api/v1/apps/shop/live", cookie).event();
        assert_eq!(first.contains(RAW), expected, "{first}");
    }
    // What the Logs page needs is not part of a dashboard.
    refused(&get(&server, "/api/v1/apps/shop/logs", &with), "the logs of a link with lines");
    refused(&get(&server, "/api/v1/apps/shop/logs/export", &with), "an export of a link with lines");
}

#[test]
fn ok_a_wall_shows_the_chosen_apps_and_their_totals() {
    let server = filled();
    let made = made(&server, &["wall", "--page", "/", "--app", "shop", "--app", "mail"]);
    let (cookie, page) = opened(&server, &made);
    assert_eq!(page, "/?wall=1");
    let shown = get(&server, &page, &cookie);
    let names = |text: &str| ["shop", "mail", "secret"].map(|it| text.contains(it));
    assert_eq!((shown.status, names(&shown.body)), (200, [true, true, false]), "{}", shown.body);
    let data = ask(&server, "overview", &cookie, &json!({}));
    assert_eq!((data.status, names(&data.body)), (200, [true, true, false]), "{}", data.body);
    assert!(!data.body.contains(RAW), "{}", data.body);
    let first = Stream::open(&server, "/api/v1/live", &cookie).event();
    assert_eq!(names(&first), [true, true, false], "{first}");
    // Of all apps' lines a second, two thirds.
    let all = server.request(
        "POST",
        "/api/page/overview",
        &[("Authorization", &admin()), ("Content-Type", "application/json")],
        b"{}",
    );
    let all = all.unwrap().json();
    assert_eq!(all["apps"].as_array().unwrap().len(), 3);
    let sum: f64 = data.json()["apps"].as_array().unwrap().iter().map(|it| it["lines_per_s"].as_f64().unwrap()).sum();
    assert!((data.json()["totals"]["lines_per_s"].as_f64().unwrap() - sum).abs() < 1e-9, "{}", data.body);
    assert_eq!(data.json()["totals"]["lines"], 0);
    for path in ["/apps/shop", "/apps/secret", "/api/v1/apps/shop/live", "/api/v1/apps"] {
        refused(&get(&server, path, &cookie), path);
    }
    refused(&ask(&server, "app", &cookie, &json!({ "app": "shop", "range": "1h" })), "the dashboard of a wall");
}

#[test]
fn ok_a_board_leaves_out_what_is_not_shared() {
    let server = filled();
    let panel = |title: &str, content: Value| json!({ "title": title, "width": 1, "content": content });
    let series = |app: &str| json!({ "series": [{ "app": app, "metric": "router.service", "stat": "p95" }] });
    let board = json!({ "name": "Night", "panels": [
        panel("Of the shop", json!({ "number": series("shop") })),
        panel("Of the hidden one", json!({ "number": series("secret") })),
        panel("Of any", json!({ "number": series("$app") })),
        panel("Raw", json!({ "logs": { "app": "shop", "q": RAW } })),
        panel("", json!({ "text": "Call Ada" })),
    ] });
    let basic = admin();
    let headers = [("Authorization", &*basic), ("Content-Type", "application/json")];
    let reply = server.request("POST", "/api/v1/boards", &headers, board.to_string().as_bytes()).unwrap();
    let path = format!("/boards/{}", reply.json()["id"]);
    for (name, lines, expected) in [("a", false, false), ("b", true, true)] {
        let mut args = vec![name, "--page", &path, "--app", "shop"];
        args.extend(lines.then_some("--lines"));
        let (cookie, page) = opened(&server, &made(&server, &args));
        let shown = get(&server, &page, &cookie);
        let has = |text: &str| shown.body.contains(text);
        assert!(shown.status == 200 && has("Of the shop") && has("Of any") && has("Call Ada"), "{}", shown.body);
        assert!(!has("secret") && !has("Of the hidden one") && !has("mail"), "{}", shown.body);
        assert_eq!(has(RAW), expected, "{}", shown.body);
        let id: i64 = path["/boards/".len()..].parse().unwrap();
        for (id, app, status) in [(id, "", 200), (id, "shop", 200), (id, "secret", 404), (id + 1, "shop", 404)] {
            let asked = json!({ "asked": { "id": id, "app": app, "range": "1h" } });
            let data = ask(&server, "board", &cookie, &asked);
            assert_eq!((data.status, data.body.contains("secret")), (status, false), "{id} {app} {}", data.body);
        }
        refused(&get(&server, &format!("{path}/edit"), &cookie), "editing");
        assert!(get(&server, &format!("{path}?app=secret"), &cookie).status != 200);
    }
}
