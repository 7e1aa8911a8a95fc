//! The HTTP API: accepted forms of times and steps, grouping, and error messages that state what
//! was expected. Stored values are not checked here.

use testing::{
    clock::{now_ms, stamp},
    frames::{frame, message_frame, now_line, octet_counted},
    process::Server,
    wait::wait_for,
};

fn l2met(message: &str) -> Vec<u8> {
    message_frame("app worker.1", message)
}

fn filled() -> Server {
    let server = Server::start();
    let token = server.drain("app");
    let mut body: Vec<u8> = (1..=10).flat_map(|it| frame(&now_line(it * 10))).collect();
    body.extend(l2met("source=eu measure#db.get=20ms count#jobs=2 sample#queue=7"));
    body.extend(l2met("source=us measure#db.get=40ms count#jobs=3 sample#queue=9"));
    let text = format!(
        "<45>1 {} host heroku web.1 - source=web.1 dyno=heroku.1.2 sample#memory_total=180.43MB sample#memory_quota=512.00MB\n",
        stamp(now_ms() * 1_000)
    );
    body.extend(octet_counted(&text));
    assert_eq!(server.post(&token, &[("Logplex-Drain-Token", "d.1")], &body).status, 204);
    server
}

#[test]
fn ok_l2met_and_runtime_metrics() {
    let server = filled();
    assert_eq!(server.value("app", "jobs", "sum"), Some(5.0));
    assert_eq!(server.grouped("app", "jobs", "sum", "source"), [("eu".into(), 2.0), ("us".into(), 3.0)]);
    assert_eq!(server.value("app", "db.get", "max"), Some(40.0));
    assert_eq!(server.grouped("app", "queue", "last", "source"), [("eu".into(), 7.0), ("us".into(), 9.0)]);
    assert_eq!(server.grouped("app", "memory_total", "last", "source"), [("web.1".into(), 180.43)]);
    let metrics = server.get("/api/v1/apps/app/metrics").json();
    let jobs = metrics["metrics"].as_array().unwrap().iter().find(|it| it["metric"] == "jobs").unwrap().clone();
    assert_eq!((jobs["kind"].as_str(), jobs["sources"].as_array().map(Vec::len)), (Some("counter"), Some(2)));
}

#[test]
fn ok_forms_of_a_question() {
    let server = filled();
    let ask = |rest: &str| {
        let reply = server.get(&format!("/api/v1/apps/app/query?metric=router.requests&stat=count&{rest}"));
        assert_eq!(reply.status, 200, "{rest}: {}", reply.body);
        let series = reply.json()["series"].clone();
        series
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|it| it["points"].as_array().unwrap().clone())
            .map(|it| it[1].as_f64().unwrap())
            .sum::<f64>()
    };
    let now_s = now_ms() / 1_000;
    // `to=now` excludes the current second, so the lines must belong to an earlier one.
    wait_for("the next second", || now_ms() / 1_000 > now_s);
    for rest in ["from=-5m&step=1", "from=-5m", "step=all", "from=-24h&to=now", "from=-2h&step=60&by=class,method"] {
        assert_eq!(ask(rest), 10.0, "{rest}");
    }
    assert_eq!(ask(&format!("from={}&to={}", now_s - 100, now_s + 10)), 10.0);
    assert_eq!(ask(&format!("from={}&to={}", stamp((now_s - 100) * 1_000_000), stamp((now_s + 10) * 1_000_000))), 10.0);
    assert_eq!(ask("from=-3h&to=-2h"), 0.0);
}

#[test]
fn err_questions_are_told() {
    let server = filled();
    let check = |path: &str, status: u16, said: &str| {
        let reply = server.get(path);
        assert_eq!(reply.status, status, "{path}: {}", reply.body);
        assert!(reply.json()["detail"].as_str().unwrap().contains(said), "{path}: {}", reply.body);
    };
    check("/api/v1/apps/nobody/query?metric=x", 404, "nobody");
    check("/api/v1/apps/nobody/metrics", 404, "nobody");
    check("/api/v1/apps/nobody/live", 404, "nobody");
    check("/api/v1/apps/app/query?metric=nothing", 404, "nothing");
    check("/api/v1/apps/app/query", 400, "metric");
    check("/api/v1/apps/app/query?metric=jobs&stat=p101", 400, "p101");
    check("/api/v1/apps/app/query?metric=jobs&step=often", 400, "often");
    check("/api/v1/apps/app/query?metric=jobs&from=yesterday", 400, "yesterday");
    check("/api/v1/apps/app/query?metric=jobs&from=-1h&to=-2h", 400, "after from");
    check("/api/v1/apps/app/query?metric=jobs&by=colour", 400, "colour");
    check("/api/v2/apps", 404, "/api/v2/apps");
}

#[test]
fn ok_a_password_guards_what_can_be_seen() {
    let server = Server::start_with(&[("ADMIN_PASSWORD", "open sesame")]);
    for path in ["/api/v1/apps", "/api/v1/live", "/"] {
        let reply = server.get(path);
        assert_eq!(reply.status, 401, "{path}");
        assert!(reply.head.contains("www-authenticate: basic"), "{}", reply.head);
    }
    // A browser gets an HTML page in the dashboard's style. A script gets a problem document.
    let page = server.request("GET", "/apps/checkout", &[("Accept", "text/html,*/*")], b"").unwrap();
    assert_eq!(page.status, 401);
    let body = page.body;
    assert!(body.contains("<h1>Sign in</h1>") && !body.contains("<script"), "{body}");
    let css = body.split("href=\"").find(|it| it.starts_with("/pkg/")).and_then(|it| it.split('"').next()).unwrap();
    assert_eq!(server.get(css).status, 200, "{css}");
    assert!(page.head.contains("www-authenticate: basic"), "{}", page.head);
    assert!(server.get("/").head.contains("application/problem+json"));
    let part = server.request("GET", "/api/v1/live", &[("Sec-Fetch-Mode", "cors")], b"").unwrap();
    assert!(part.status == 401 && !part.head.contains("www-authenticate"), "{}", part.head);
    let basic = "Basic YWRtaW46b3BlbiBzZXNhbWU=";
    assert_eq!(server.request("GET", "/api/v1/apps", &[("Authorization", basic)], b"").unwrap().status, 200);
    assert_eq!(server.get("/healthz").status, 200);
    assert_eq!(server.get("/readyz").status, 200);
    // A drain authenticates with its token alone, without the dashboard's password.
    let bearer = format!("Bearer {}", server.first_token());
    let post = server.request("POST", "/logs?app=app", &[("Authorization", &bearer)], &frame(&now_line(1)));
    assert_eq!(post.unwrap().status, 204);
}

#[test]
fn ok_points_as_a_table() {
    let server = Server::start();
    let token = server.drain("app");
    assert_eq!(server.post(&token, &[], &frame(&now_line(5))).status, 204);
    let reply =
        server.get("/api/v1/apps/app/query?metric=router.requests&stat=sum&step=all&by=status&format=csv&compare=1d");
    assert!(reply.head.contains("content-type: text/csv; charset=utf-8"), "{}", reply.head);
    assert!(reply.head.contains("content-disposition: attachment; filename=\"router-requests.csv\""), "{}", reply.head);
    let rows: Vec<&str> = reply.body.lines().collect();
    assert_eq!((rows.len(), rows[0]), (2, "time,status,sum,\"sum, 86400 s earlier\""));
    assert!(rows[1].ends_with("Z,200,1,"), "{}", rows[1]);
    assert_eq!(server.get("/api/v1/apps/app/query?metric=router.requests&format=xml").status, 400);
}
