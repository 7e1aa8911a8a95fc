//! `/settings/time`: which zone this browser shows times in. A cookie keeps it; nothing is stored.

use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Redirect, Response},
};
use contract::Error;
use dashboard::{
    part::{address::Query, time::moment, zone::PARAMETER},
    settings::{Outcome, TimePage, time_page},
};

use crate::{
    clock::now_ms,
    outlet::{
        page::{
            assets::assets,
            entry::{local, secure, with_cookie},
            plain,
        },
        state::Outlet,
        zone::COOKIE,
    },
    watch::zone::{Zone, names},
};

/// How long a browser keeps the zone, seconds: the longest that browsers allow.
const COOKIE_S: u32 = 400 * 86_400;

/// Shows the page.
pub(crate) async fn page(headers: HeaderMap) -> Response {
    // The page that the reader came from, whatever its query is.
    let from = headers.get(header::REFERER).and_then(|it| it.to_str().ok()).and_then(|it| it.parse::<Uri>().ok());
    let to = from.as_ref().and_then(|it| it.path_and_query()).map_or("", |it| it.as_str());
    show(StatusCode::OK, Outcome::default(), local(to))
}

/// Keeps the zone that was chosen, and goes back to where the reader came from.
pub(crate) async fn change(State(outlet): State<Outlet>, body: Bytes) -> Response {
    let form = Query::parse(&String::from_utf8_lossy(&body));
    // Of a field and a button of one name, the button comes last.
    let (name, to) = (form.all("zone").last().unwrap_or_default(), local(form.word("to")));
    let zone = match Zone::named(name) {
        Ok(zone) => zone,
        Err(error) => {
            let outcome =
                Outcome { problem: Some(Error::Invalid(error.to_string()).to_string()), ..Outcome::default() };
            return show(StatusCode::BAD_REQUEST, outcome, to);
        }
    };
    let (path, query) = to.split_once('?').unwrap_or((to, ""));
    let to = Query::parse(query).changed(path, PARAMETER, "");
    let secure = secure(&outlet);
    let cookie = format!("{COOKIE}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={COOKIE_S}{secure}", zone.name());
    with_cookie(Redirect::to(&to).into_response(), &cookie)
}

fn show(status: StatusCode, outcome: Outcome, to: &str) -> Response {
    let to = if to.starts_with("/settings/time") { "/" } else { to }.to_owned();
    let page = TimePage { outcome, now: moment(now_ms()), zones: names(), to };
    plain::reply(status, time_page(&assets(), page))
}
