//! The pages of alerts show everything without JavaScript, in each state.

use super::pages::{check, get, html};
use fake::Fake;

const QUIET: Fake = Fake { empty: false, quiet: true };

#[tokio::test]
async fn ok_what_is_wrong_worst_first() {
    let html = html("/alerts", Fake::default()).await;
    check(
        &html,
        &[
            "<title>(3!) Alerts · Streamgauge</title>",
            "2 incidents firing, 1 unknown, 1 pending",
            "checkout: H12 request timeouts, 41/min. 12 built-in rules and 2 of your own watch 4 apps.",
            "820 of 6,240 requests in 20 min, usually 2",
            "Muted until 15:03",
            "2 messages are not delivered.",
            "Changing rules, channels and mutes requires JavaScript.",
            "1 waiting, 1 given up",
        ],
        &["<a href=\"/incidents/7\"", "Nobody is notified"],
    );
    let places: Vec<usize> =
        ["12", "15", "16", "9"].iter().map(|it| html.find(&format!("/incidents/{it}\"")).unwrap()).collect();
    assert!(places.is_sorted(), "{places:?}");
    // The severity is a word and a shape, not a colour alone.
    for word in ["Critical", "Warning", "Info", "Firing", "Pending", "Unknown"] {
        assert!(html.contains(word), "{word}");
    }
    assert_eq!(html.matches("aria-current=\"true\"").count(), 1);
}

#[tokio::test]
async fn ok_nothing_is_wrong() {
    check(
        &html("/alerts", QUIET).await,
        &[
            "<title>Alerts · Streamgauge</title>",
            "Nothing is wrong",
            "12 built-in rules watch 4 apps.",
            "Nobody is notified.",
        ],
        &["<table", "not delivered"],
    );
    check(
        &html("/alerts", Fake { empty: true, ..QUIET }).await,
        &["No app has sent log lines yet."],
        &["Nobody is notified.", "<table"],
    );
}

#[tokio::test]
async fn ok_each_section_has_an_address() {
    for (show, present, empty) in [
        (
            "rules",
            "api: p95 of db.query, by source over 5 min above 400 ms for 2 min, cleared at 350 ms",
            "No rules of your own.",
        ),
        ("rules", "512 ms", "More requests fail than chance explains"),
        ("rules", "Can't be judged: checkout has no metric named jobs.done.", "role=\"switch\" aria-checked=\"true\""),
        (
            "channels",
            "Slack at hooks.slack.com, all apps, warning and above, times in Europe/Berlin",
            "No channels yet",
        ),
        ("channels", "Given up after 9 attempts", "Add a channel"),
        ("mutes", "Moving to a new database", "Nothing is muted."),
        ("mutes", "Mon, Tue, Wed, Thu, Fri 02:30 for 90 min, Europe/Berlin", "No maintenance windows."),
        ("history", "8.0 % server errors", "No past incidents."),
    ] {
        let path = format!("/alerts?show={show}");
        check(&html(&path, Fake::default()).await, &[present], &["No past incidents."]);
        check(&html(&path, QUIET).await, &[empty], &[present]);
    }
    check(
        &html("/alerts?show=rules", Fake::default()).await,
        &["staging <b>off</b>", "staging <b>on</b>", "href=\"/alerts/new?id=3\""],
        &[],
    );
    let other = html("/alerts?show=history&app=storefront", Fake::default()).await;
    check(
        &other,
        &["No past incidents of storefront.", "<option value=\"storefront\" selected"],
        &["<a href=\"/incidents/7\""],
    );
}

#[tokio::test]
async fn ok_the_five_next_windows() {
    let html = html("/alerts?show=mutes", Fake::default()).await;
    let next = html.split("class=\"next\"").nth(1).and_then(|it| it.split("</ol>").next()).unwrap();
    assert_eq!(next.matches("<li>").count(), 5, "{next}");
}

/// Without JavaScript the browser would put every named field of a form into an address.
#[tokio::test]
async fn ok_the_field_for_a_secret_has_no_name() {
    let html = html("/alerts?show=channels", Fake::default()).await;
    let field = html.split("<input").find(|it| it.contains("id=\"channel-url\"")).unwrap();
    let tag = &field[..field.find('>').unwrap()];
    assert!(!tag.contains("name="), "{tag}");
}

#[tokio::test]
async fn ok_an_incident_in_each_state() {
    check(
        &html("/incidents/12", Fake::default()).await,
        &[
            "<title>(3!) #12 checkout: H12 request timeouts, 41/min · Streamgauge</title>",
            "Look for the endpoint whose service time grew",
            "What changed: <a href=\"/apps/checkout?from=",
            ">3 dynos restarted 14:03</a> → <a href=\"/apps/checkout/logs?q=code%3DH12",
            "class=\"chart-ends\"",
            "limit 24",
            "crosshair pinned",
            "marked shade critical",
            "class=\"release\"",
            "Last change",
            "Release v214 created",
            "Not delivered, 3 attempts, next in 4 min",
            "Mute 1 h",
            "Mute until tomorrow 9:00",
            "href=\"/apps/checkout?from=",
            "&amp;at=",
            "href=\"/apps/checkout/logs?q=code%3DH12&amp;kind=router\"",
            "Request timeout",
        ],
        &["Incident not found"],
    );
    check(
        &html("/incidents/15", Fake::default()).await,
        &["Muted by link in Slack until 15:03, 4 messages held back"],
        &[">Mute "],
    );
    check(&html("/incidents/16", Fake::default()).await, &["Pending", "Not yet", "No messages."], &[]);
    check(
        &html("/incidents/9", Fake::default()).await,
        &["Unknown", "No metric shows this.", "No log lines from that moment."],
        &["<canvas"],
    );
    check(
        &html("/incidents/7", Fake::default()).await,
        &["Resolved", "Right again for 2 min."],
        &[">Mute ", "Not yet"],
    );
}

#[tokio::test]
async fn err_no_such_incident_or_rule() {
    for (path, text) in [
        ("/incidents/99", "There is no incident #99."),
        ("/incidents/x", "There is no such incident."),
        ("/alerts/new?id=99", "There is no rule 99."),
        ("/alerts/new?id=x", "There is no rule 0."),
    ] {
        let (status, html) = get(path, Fake::default()).await;
        assert_eq!(status, 404, "{path}");
        check(&html, &[text], &["<canvas"]);
    }
}

#[tokio::test]
async fn ok_a_chart_and_a_search_fill_in_the_form() {
    let app = html("/apps/api", Fake::default()).await;
    for title in ["Alert on this", "Add to board"] {
        let links = app.matches(&format!("title=\"{title}\"")).count();
        assert_eq!(links, app.matches("<canvas").count(), "{title}");
    }
    check(
        &app,
        &["href=\"/alerts/new?app=api&amp;metric=router.service&amp;stat=p95\"", "Alert on this: Response time"],
        &[],
    );
    check(
        &html("/apps/api/metrics?metric=db.query&by=source", Fake::default()).await,
        &["href=\"/alerts/new?app=api&amp;metric=db.query&amp;stat=p95&amp;by=source\""],
        &[],
    );
    check(
        &html("/apps/api/logs?q=code%3DH12&source=router&back=1h", Fake::default()).await,
        &["href=\"/alerts/new?app=api&amp;source=router&amp;q=code%3DH12\""],
        &[],
    );
}

#[tokio::test]
async fn ok_a_rule_is_previewed() {
    let html_of = |path: &'static str| html(path, Fake::default());
    let form = html_of("/alerts/new?app=api&metric=db.query&stat=p95&by=source").await;
    check(
        &form,
        &[
            "In the last 7 days it would have fired 3 times.",
            // Above nearly all of its values, which end at 99.
            "p95 of db.query, by source over 5 min above 120 ms",
            "value=\"db.query\"",
            "<option value=\"p95\" selected",
            "<option value=\"source\" selected",
            "class=\"chart-ends\"",
            "Saving requires JavaScript.",
        ],
        &["No preview"],
    );
    assert_eq!(form.matches("marked shade warning").count(), 3);
    let search = html_of("/alerts/new?app=api&q=timeout&limit=10&severity=critical").await;
    check(
        &search,
        &["log lines matching timeout over 5 min above 10", "value=\"timeout\"", "marked shade critical"],
        &[],
    );
    let edited = html_of("/alerts/new?id=3").await;
    check(
        &edited,
        &["Edit rule", "value=\"Slow queries\"", "value=\"400\"", "value=\"350\"", "<option value=\"14400\" selected"],
        &["New rule"],
    );
    let wrong = html_of("/alerts/new?app=api&metric=db.query&limit=x").await;
    check(&wrong, &["Expected limit to be a number, found x."], &[]);
    let open = html_of("/alerts/new").await;
    check(&open, &["New rule", "<option value=\"checkout\" selected"], &["No preview"]);
    check(&html("/alerts/new", Fake { empty: true, ..QUIET }).await, &["Choose an app and a metric."], &[]);
}

#[tokio::test]
async fn ok_incidents_are_marks_and_links() {
    for path in ["/apps/checkout?range=24h", "/apps/checkout/metrics?range=24h"] {
        let html = html(path, Fake::default()).await;
        check(&html, &["aria-label=\"Incidents\"", "href=\"/incidents/12\"", "marked critical"], &[]);
    }
    let app = html("/apps/checkout", Fake::default()).await;
    check(
        &app,
        &[
            "class=\"more incident-link\" href=\"/incidents/12\">Incident #12</a>",
            ">H12 from 14:06 (+3 min)</a></span>",
        ],
        &[],
    );
}

#[tokio::test]
async fn ok_a_page_is_the_same_markup_twice() {
    for path in [
        "/alerts",
        "/alerts?show=rules",
        "/alerts?show=channels",
        "/alerts?show=mutes",
        "/incidents/12",
        "/alerts/new?app=api",
    ] {
        let (first, second) = (html(path, Fake::default()).await, html(path, Fake::default()).await);
        let body = |it: &str| it[it.find("<main").unwrap()..it.find("</main>").unwrap()].to_owned();
        assert_eq!(body(&first), body(&second), "{path}");
    }
}
