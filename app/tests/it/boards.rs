//! Boards without JavaScript: their list, and each panel with its data or the reason why there is
//! none.

use fake::Fake;

use super::pages::{check, get, html};

#[tokio::test]
async fn ok_boards_are_listed_and_show_each_panel() {
    let list = html("/boards", Fake::default()).await;
    check(&list, &["Checkout at night", "href=\"/boards/1\"", "by ada"], &["No boards yet", "Choose a board"]);
    check(&html("/boards", Fake { empty: true, ..Fake::default() }).await, &["No boards yet"], &["/boards/1"]);
    let adding = html("/boards?app=api&metric=jobs&stat=rate", Fake::default()).await;
    check(&adding, &["Choose a board", "api: jobs, rate", "Add to Checkout at night"], &[]);
    let board = html("/boards/1?app=checkout", Fake::default()).await;
    check(
        &board,
        &[
            "<h1>Checkout at night</h1>",
            "1.3 %",
            "Call Ada",
            "/orders",
            "code=H12",
            "No data: api has no metric named gone",
        ],
        &["<h2>$app", "Remove board"],
    );
    check(&html("/boards/2/edit", Fake::default()).await, &["Add the first panel", "Add panel", "Remove board"], &[]);
    assert_eq!(get("/boards/9", Fake::default()).await.0, 404);
}
