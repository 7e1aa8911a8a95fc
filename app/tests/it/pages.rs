//! Each page shows its data without JavaScript. The tests render the whole dashboard over the fixed
//! backend and search the HTML. Styles and scripts are not tested.

use std::sync::{Arc, LazyLock};

use contract::Backend;
use dashboard::{Assets, page::app::chart_table::CHARTS, shell};
use fake::Fake;
use leptos::{
    config::LeptosOptions,
    prelude::provide_context,
    server_fn::axum_export::{
        body::{Body, to_bytes},
        http::Request,
    },
};

const PAGE_BYTES_MAX: usize = 1_000_000;

/// Leptos starts its executor when routes are first listed, as in the server. While it lists them,
/// no resource of the process loads, and a page rendered at the same time would never end.
static STARTED: LazyLock<()> = LazyLock::new(|| drop(leptos_axum::generate_route_list(|| ())));

/// The status and the HTML without hydration markers.
pub(crate) async fn get(path: &str, fake: Fake) -> (u16, String) {
    let context = move || {
        provide_context::<Arc<dyn Backend>>(Arc::new(fake));
        provide_context(Assets { css: "/pkg/named.css".to_owned(), ..Assets::default() });
    };
    LazyLock::force(&STARTED);
    let options = LeptosOptions::builder().output_name("streamgauge").build();
    let handler = leptos_axum::render_app_async_with_context(context, move || shell(options.clone()));
    let response = handler(Request::get(path).body(Body::empty()).unwrap()).await;
    let status = response.status().as_u16();
    let bytes = to_bytes(response.into_body(), PAGE_BYTES_MAX).await.unwrap();
    (status, String::from_utf8(bytes.to_vec()).unwrap().replace("<!>", "").replace("<!---->", ""))
}

pub(crate) async fn html(path: &str, fake: Fake) -> String {
    let (status, html) = get(path, fake).await;
    assert_eq!(status, 200, "{path}");
    html
}

#[track_caller]
pub(crate) fn check(html: &str, present: &[&str], absent: &[&str]) {
    for text in present {
        assert!(html.contains(text), "expected {text:?} in {html}");
    }
    for text in absent {
        assert!(!html.contains(text), "expected no {text:?} in {html}");
    }
}

#[tokio::test]
async fn ok_overview_answers_and_lists_worst_first() {
    let html = html("/", Fake::default()).await;
    check(
        &html,
        &["2 apps need attention", "H12 request timeouts: 41/min since 14:06", "No log lines for 3 h 12 min", "28.4"],
        &["Waiting for the first log line"],
    );
    let places: Vec<usize> = ["checkout", "api", "storefront", "staging"]
        .iter()
        .map(|it| html.find(&format!("href=\"/apps/{it}\"")).unwrap())
        .collect();
    assert!(places.is_sorted(), "{places:?}");
}

#[tokio::test]
async fn ok_overview_shows_a_part() {
    check(
        &html("/?show=needs-you", Fake::default()).await,
        &["/apps/checkout", "/apps/api"],
        &["/apps/storefront", "/apps/staging"],
    );
    check(&html("/?show=silent", Fake::default()).await, &["/apps/staging"], &["/apps/checkout"]);
}

#[tokio::test]
async fn ok_welcome_before_the_first_line() {
    check(
        &html("/", Fake { empty: true, ..Fake::default() }).await,
        &["Waiting for the first log line", "heroku drains:add", "streamgauge simulate"],
        &["<table"],
    );
}

#[tokio::test]
async fn ok_app_shows_figures_and_the_numbers_of_its_charts() {
    let html = html("/apps/api?range=1h", Fake::default()).await;
    let titles = CHARTS.map(|it| it.spec.title);
    check(&html, &titles, &["App not found"]);
    check(&html, &["over 1 h", "<b>R14 memory quota exceeded</b>: 3/min since 14:02", "1.42", "web.2", "<canvas"], &[]);
    assert_eq!(html.matches("<details class=\"numbers\"").count(), titles.len());
    // The slowest endpoints and the database's own report.
    check(
        &html,
        &["/orders/", "29.8 s", "last hour, by p95", "<h2>Database<small>Postgres, reported 20 s ago", "of 120"],
        &[],
    );
}

#[tokio::test]
async fn ok_sizing_shows_advice_and_arithmetic() {
    check(
        &html("/apps/checkout/sizing?range=24h&at_once=7", Fake::default()).await,
        &[
            "checkout sizing",
            "4 web dynos are too few if each handles 1 request at once",
            ": 41.2 requests/s × 180 ms ÷ 4 dynos = 1.85 requests at once a dyno",
            "Mon 21 13:13</a>",
            "<th scope=\"row\">4 now</th><td class=\"num strong\">1.85</td><td class=\"num bad\">185.0 %</td>",
            "web.1 grows by 31 MB a day: full in 4 d 4 h.",
            "0.62 on average, up to 2.41 on web.2",
            "p95 of connect 2 ms, p95 of queue time 14 ms",
            "Jobs waited up to 3 min",
            "/apps/checkout/metrics?metric=queue.latency",
            "192 s",
            "aria-current=\"true\" href=\"/apps/checkout/sizing?range=24h&amp;at_once=7\">7<",
            "href=\"/apps/checkout/sizing?range=7d&amp;at_once=7\">7 d<",
        ],
        &["No dynos in this range"],
    );
    check(&html("/apps/staging/sizing", Fake::default()).await, &["No dynos in this range"], &["Queues"]);
    assert_eq!(get("/apps/nobody/sizing", Fake::default()).await.0, 404);
    check(&html("/apps/checkout", Fake::default()).await, &["href=\"/apps/checkout/sizing\">Sizing</a>"], &[]);
}

#[tokio::test]
async fn ok_the_live_page_says_what_is_usual() {
    let live = html("/apps/api", Fake::default()).await;
    check(
        &live,
        &[
            "usually 300–340/s",
            "usually 420 ms",
            "usually 0.10 %",
            "last minute; usual on Mon 14:00–15:00 UTC, from earlier weeks",
        ],
        &["vs. yesterday", "× yesterday", "% yesterday"],
    );
    assert_eq!(live.matches("<span class=\"usual\">").count(), 2);
    check(
        &html("/apps/staging", Fake::default()).await,
        &["No requests in this range"],
        &["usually", "class=\"usual\""],
    );
    check(&html("/apps/api?range=24h", Fake::default()).await, &["vs. yesterday", "class=\"usual\""], &["usually"]);
}

#[tokio::test]
async fn ok_a_chosen_span_and_a_pinned_crosshair_are_in_the_address() {
    let html = html("/apps/api?range=1h&from=1789999000&to=1789999600&at=1789999200", Fake::default()).await;
    check(
        &html,
        &[
            "13:56:40 – 14:06:40",
            "over 10 min",
            "crosshair pinned",
            "Logs from 14:00:00 to 14:00:10",
            "href=\"/apps/api/logs?from=1789999200&amp;to=1789999210\"",
            "href=\"/apps/api?range=1h\"",
        ],
        &["App not found"],
    );
    assert_eq!(marked_of(&html, "Range"), 1);
}

/// The number of links in a navigation that are marked as current.
fn marked_of(html: &str, name: &str) -> usize {
    let nav = html.split(&format!("<nav aria-label=\"{name}\"")).nth(1).and_then(|it| it.split("</nav>").next());
    nav.unwrap_or_default().matches("aria-current=\"true\"").count()
}

#[tokio::test]
async fn ok_what_was_clicked_and_chosen_asks_for_its_lines() {
    for (address, present) in [
        (
            "/apps/api?at=1789999200&step=1&chart=Throughput&series=5xx",
            "href=\"/apps/api/logs?q=status%3E%3D500%20status%3C600&amp;kind=router&amp;from=1789999200&amp;to=1789999201\"",
        ),
        (
            "/apps/api?at=1789999200&step=1&chart=throughput&series=5xx",
            "href=\"/apps/api/logs?q=status%3E%3D500%20status%3C600&amp;kind=router&amp;from=1789999200&amp;to=1789999201\"",
        ),
        (
            "/apps/api?from=1789999000&to=1789999600&range=1h&chart=Errors",
            "href=\"/apps/api/logs?level=error&amp;from=1789999000&amp;to=1789999600\"",
        ),
        (
            "/apps/api/metrics?metric=db.query&by=source&at=1789999200&step=10&chart=Over%20time&series=web.1",
            "href=\"/apps/api/logs?source=web.1&amp;from=1789999200&amp;to=1789999210\"",
        ),
    ] {
        check(&html(address, Fake::default()).await, &["pinned-lines", present], &["App not found"]);
    }
    check(&html("/apps/api?from=1789999000&to=1789999600", Fake::default()).await, &[], &["pinned-lines"]);
}

#[tokio::test]
async fn ok_a_span_is_typed() {
    let html = html("/apps/api?from=2026-09-21T13:56:40&to=2026-09-21T14:06", Fake::default()).await;
    check(&html, &["13:56:40 – 14:06:00", "value=\"2026-09-21T13:56:40\""], &["App not found"]);
}

#[tokio::test]
async fn ok_endpoints_by_requests_or_by_time() {
    let busiest = html("/apps/api?endpoints=busiest", Fake::default()).await;
    check(&busiest, &["last 10 min, by requests", "aria-sort=\"descending\""], &["by p95"]);
    let slowest = html("/apps/api", Fake::default()).await;
    check(&slowest, &["last 10 min, by p95", "1.0 %"], &["by requests"]);
    check(&html("/apps/api?path=nothing", Fake::default()).await, &["No matching endpoints"], &["No requests in"]);
}

#[tokio::test]
async fn ok_an_endpoint_has_its_own_page() {
    let html = html("/apps/api/endpoint?method=POST&path=/orders/:id/payments&range=24h", Fake::default()).await;
    let expected = [
        "/orders/:id/payments",
        "Throughput",
        "Latency heatmap",
        "503 H12",
        "Slowest requests",
        "Last release",
        "30 min",
        "/apps/api/logs?endpoint=POST%20%2Forders%2F%3Aid%2Fpayments",
    ];
    check(&html, &expected, &["App not found", "range=live\""]);
    assert_eq!(get("/apps/nobody/endpoint?path=/", Fake::default()).await.0, 404);
}

#[tokio::test]
async fn ok_what_is_missing_is_hatched_on_every_page_of_an_app() {
    for path in ["/apps/api?range=1h", "/apps/api/logs?back=1h", "/apps/api/metrics"] {
        check(&html(path, Fake::default()).await, &["class=\"lost", " lines lost</span>"], &[]);
    }
}

#[tokio::test]
async fn ok_the_wall_has_tiles_and_no_table() {
    check(
        &html("/?wall=1", Fake::default()).await,
        &["class=\"tiles few\"", "checkout", "H12 request timeouts"],
        &["<table"],
    );
}

#[tokio::test]
async fn err_spans_that_make_no_sense_are_put_right() {
    for span in
        ["from=7&to=3", "from=-9&to=0", "from=9223372036854775807&to=9223372036854775807", "from=x&to=y", "at=-1"]
    {
        let html = html(&format!("/apps/api?{span}"), Fake::default()).await;
        check(&html, &["Throughput"], &["NaN"]);
    }
}

#[tokio::test]
async fn ok_losses_and_releases_are_marked_on_every_chart() {
    let html = html("/apps/api", Fake::default()).await;
    let charts = html.matches("<canvas").count();
    assert_eq!(charts, 7);
    assert_eq!(html.matches("class=\"release\"").count(), charts);
    assert!(html.matches("class=\"lost\"").count() >= charts);
    check(&html, &["lines lost"], &[]);
    check(
        &html,
        &["38 % of log lines in the last hour matched no metric.", "web.1: &lt;b&gt;Started"],
        &["<b>Started"],
    );
}

#[tokio::test]
async fn ok_a_heatmap_has_its_numbers() {
    let html = html("/apps/api?range=1h", Fake::default()).await;
    check(&html, &["16–25 ms", "630 ms–1 s", "few", "many"], &[]);
}

#[tokio::test]
async fn ok_figures_are_compared_with_the_day_before() {
    let known = html("/apps/api?range=1h", Fake::default()).await;
    check(&known, &["vs. yesterday", "0.03 % yesterday", "+42 % vs. yesterday"], &[]);
    check(&html("/apps/staging?range=1h", Fake::default()).await, &["over 1 h"], &["yesterday"]);
}

#[tokio::test]
async fn ok_a_silent_app_has_dashes_and_no_zeros() {
    let html = html("/apps/staging", Fake::default()).await;
    check(&html, &["Silent", "for 3 h 12 min", "No requests in this range", "–"], &["NaN"]);
}

#[tokio::test]
async fn ok_document_loads_what_the_server_names() {
    check(
        &html("/", Fake::default()).await,
        &["/pkg/named.css", "/pkg/streamgauge.wasm", "<title>(3!) Streamgauge</title>"],
        &[],
    );
    check(&html("/apps/api", Fake::default()).await, &["<title>(3!) api · Streamgauge</title>"], &[]);
}

#[tokio::test]
async fn err_no_such_app_or_page() {
    for (path, title) in [("/apps/nobody", "App not found"), ("/nowhere/at-all", "Page not found")] {
        let (status, html) = get(path, Fake::default()).await;
        assert_eq!(status, 404, "{path}");
        check(&html, &[title], &["<canvas"]);
    }
}

#[tokio::test]
async fn ok_the_filter_of_the_address_is_heard() {
    check(&html("/?q=FRONT", Fake::default()).await, &["/apps/storefront"], &["/apps/checkout"]);
    check(&html("/?q=nonesuch", Fake::default()).await, &["No matching apps."], &["/apps/"]);
}

#[tokio::test]
async fn ok_ranges_are_links_and_one_is_marked() {
    let html = html("/apps/api?range=6h", Fake::default()).await;
    for range in ["live", "1h", "6h", "24h", "7d", "30d"] {
        assert!(html.contains(&format!("href=\"/apps/api?range={range}\"")), "{range}");
    }
    assert_eq!(marked_of(&html, "Range"), 1);
}

#[tokio::test]
async fn ok_a_page_is_the_same_markup_twice() {
    // A clock, a random number or the order of a hash map would make the markup differ in the
    // browser too, and break hydration.
    for path in ["/", "/apps/api", "/apps/api?range=7d"] {
        let (first, second) = (html(path, Fake::default()).await, html(path, Fake::default()).await);
        let body = |it: &str| it[it.find("<main").unwrap()..it.find("</main>").unwrap()].to_owned();
        assert_eq!(body(&first), body(&second), "{path}");
    }
}

#[tokio::test]
async fn ok_metrics_and_their_question() {
    let shown =
        html("/apps/checkout/metrics?metric=db.query&by=source&compare=1d&range=24h&find=db", Fake::default()).await;
    check(
        &shown,
        &[
            "<h2>db.query</h2>",
            "aria-current=\"true\">p95</a>",
            "web.1 (earlier)",
            "/api/v1/apps/checkout/query?metric=db.query&amp;stat=p95&amp;by=source&amp;compare=1d&amp;",
            "format=csv",
            "change in mean",
        ],
        &["There is no metric"],
    );
    // Without JavaScript the server filters the list.
    assert!(!shown.contains("<b>jobs.done</b>"));
    for (metric, accuracy) in [("db.query", "accurate to 1 %"), ("http.duration", "as its .error metric says")] {
        let page = html(&format!("/apps/checkout/metrics?metric={metric}"), Fake::default()).await;
        assert!(page.contains(accuracy), "{metric}");
    }
    let wrong = html("/apps/checkout/metrics?metric=nothing", Fake::default()).await;
    check(&wrong, &["There is no metric named nothing.", "<b>jobs.done</b>", "<b>db.query</b>"], &[]);
    assert_eq!(get("/apps/nobody/metrics", Fake::default()).await.0, 404);
}

#[tokio::test]
async fn ok_endpoints_before_and_after_a_release() {
    let html_of = |path: &'static str| html(path, Fake::default());
    let newest = html_of("/apps/checkout/compare").await;
    check(
        &newest,
        &[
            "<h2>1 endpoint got worse since v214</h2>",
            "<li>p95 of POST /orders 180 ms → 420 ms, n 1,980/2,140, sure; 180 ms a week ago</li>",
            "<span>180 → 420 ms</span><em class=\"worse\">▲ sure</em><small>last week 180 ms</small>",
            "Too little traffic to tell",
            "POST /&lt;b&gt;</a>",
            "7 more endpoints with fewer requests",
            "<option value=\"1789998200\" selected>v214 released, Mon 21 13:43</option>",
            "name=\"before_from\"",
        ],
        &["POST /<b>", "No release"],
    );
    let places = ["/orders</a>", "/cart</a>", "POST /&lt;b&gt;</a>"].map(|it| newest.find(it).unwrap());
    assert!(places.is_sorted(), "{places:?}");
    let spans = html_of("/apps/checkout/compare?before_from=600&before_to=1200&from=1800&to=2400").await;
    check(&spans, &["got worse since then", "Thu 1 00:10 to 00:20, 10 min", "Choose a release"], &[]);
    let other = html_of("/apps/checkout/compare?length=30m").await;
    check(&other, &["<option value=\"30m\" selected>30 min before and after</option>"], &[]);
    check(&html_of("/apps/staging/compare").await, &["No release in the last 30 days", "Two ranges"], &["<table"]);
    let long = html_of("/apps/checkout/compare?before_from=0&before_to=900000&from=1800&to=2400").await;
    check(&long, &["Can't compare this", "Expected spans of at most 7 days."], &["<table"]);
    let (status, nowhere) = get("/apps/nowhere/compare", Fake::default()).await;
    assert_eq!(status, 404);
    check(&nowhere, &["App not found"], &[]);
}
