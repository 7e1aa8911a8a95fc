//! `GET /apps/{app}/logs/export`: the page that exports what a search on the Logs page finds. The
//! range of its file is fixed when the page is made. The file itself comes from the API.

use axum::{
    extract::{Path, RawQuery, State},
    http::StatusCode,
    response::Response,
};
use dashboard::{
    ExportPage, export_page, missing_page,
    part::{address::Query, log_address::of_address},
};

use super::{assets::assets, plain};
use crate::{
    clock::now_ms,
    outlet::{
        export_file::{BYTES_MAX, LINES_MAX, SECONDS_MAX},
        state::Outlet,
    },
};

/// Shows the page.
pub(crate) async fn page(State(outlet): State<Outlet>, Path(app): Path<String>, RawQuery(query): RawQuery) -> Response {
    if !outlet.knows(&app) {
        return plain::reply(StatusCode::NOT_FOUND, missing_page(&assets(), &app));
    }
    let address = Query::parse(&query.unwrap_or_default());
    let query = of_address(&address);
    let span = query.time.resolve(now_ms().div_euclid(1_000));
    let problem = plain::problem_of(&query.filter);
    let limits = format!(
        "A file has at most {} million lines and {} MB, and takes at most {} min; what is missing then is said at its end.",
        LINES_MAX / 1_000_000,
        BYTES_MAX >> 20,
        SECONDS_MAX / 60,
    );
    let page = ExportPage { is_of_all: address.word("all") == "1", app, query, span, problem, limits };
    plain::reply(StatusCode::OK, export_page(&assets(), page))
}
