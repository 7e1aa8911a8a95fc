//! Log lines without JavaScript: a search, an opened line, error groups, the lines of a request.

use fake::Fake;

use super::pages::{check, get, html};

#[tokio::test]
async fn ok_lines_and_their_question() {
    let found =
        html("/apps/checkout/logs?q=code%3DH12&source=router&kind=router&level=error&back=6h", Fake::default()).await;
    check(
        &found,
        &[
            "<b title=\"Request timeout\">H12",
            "<i>service</i> 30.0 s",
            "value=\"code=H12\"",
            "value=\"router\"",
            "Searched 2 MB in 3 ms",
            "before=1790000000000",
            "q=code%3DH12",
            // The chosen kind is marked as current, and the form keeps it.
            "kind=router&amp;level=error&amp;back=6h\" aria-current=\"true\"",
            "<input type=\"hidden\" name=\"kind\" value=\"router\"",
            "Release v214 created",
            "36,357 lines, 1,560 errors. Each bar: 30 s.",
            "12 log lines lost in the last hour: 12 L10 (output buffer overflow).",
        ],
        &["No matching lines", ">Pause<"],
    );
    let none = html("/apps/checkout/logs?q=nothing&back=1h", Fake::default()).await;
    check(&none, &["No matching lines in the last 1 h.", "nothing matches no line on its own."], &[]);
    let wrong = html("/apps/checkout/logs?q=status%3E%3D", Fake::default()).await;
    check(&wrong, &["This search is not valid.", "expected a value after", "value=\"status&gt;=\""], &["Following"]);
    let live = html("/apps/checkout/logs", Fake::default()).await;
    check(&live, &["Following. Scroll up to pause.", ">Pause<", "Show older lines"], &[]);
    assert_eq!(get("/apps/nobody/logs", Fake::default()).await.0, 404);
}

#[tokio::test]
async fn ok_a_line_that_is_opened() {
    let opened = html("/apps/checkout/logs?back=1h&line=812-7", Fake::default()).await;
    let expected = [
        "H12: request timeout",
        "Show 50 earlier",
        "Copy link",
        "href=\"/apps/checkout/logs?back=1h\"",
        "All sources at this time",
        "href=\"/apps/checkout/logs?q=code%3DH12&amp;back=1h\"",
        "href=\"/apps/checkout/logs?q=-desc%3D%22Request%20timeout%22&amp;back=1h\"",
    ];
    check(&opened, &expected, &["Show 50 later"]);
    let gone = html("/apps/checkout/logs?line=9-9", Fake::default()).await;
    check(&gone, &["Log line 9-9 not found. It may have expired."], &[]);
}

#[tokio::test]
async fn ok_errors_in_groups() {
    let shown = html("/apps/checkout/errors?back=6h", Fake::default()).await;
    let expected = [
        "Timeout after #ms",
        "no row &lt;#&gt;",
        "2 groups, 2,473 lines",
        "1 new since Release v214 created",
        "5 further error lines",
        "href=\"/apps/checkout/logs?q=%22Timeout%20after%22&amp;level=error&amp;back=6h\"",
    ];
    check(&shown, &expected, &[]);
    assert_eq!(shown.matches("class=\"new\"").count(), 1);
    assert_eq!(get("/apps/nobody/errors", Fake::default()).await.0, 404);
}

#[tokio::test]
async fn ok_a_request_over_apps() {
    let shown = html("/requests/8601b555-6a83?at=1790000000000", Fake::default()).await;
    check(
        &shown,
        &["8601b555-6a83", "2 lines, 2 sources of 2 apps over 400 ms", "class=\"gap\"", "/apps/billing/logs?from="],
        &["There may be"],
    );
    for path in ["/requests/unknown", "/requests/a%20b"] {
        let (status, html) = get(path, Fake::default()).await;
        assert_eq!(status, 404, "{path}");
        check(&html, &["Request not found"], &[]);
    }
}
