//! What somebody with a share link may ask: the page that it shows, and what that page loads. All
//! else is refused. Streams end with their link. Which apps and lines an answer has is decided in
//! `page/shared_backend` and `shared_view`.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::Request,
    http::{Method, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use contract::Range;
use dashboard::{
    page::board,
    part::{address::Query, span::range_of},
};
use futures_util::StreamExt;

use super::visit::opens_page;
use crate::{
    access::{
        credentials::Credentials,
        principal::Principal,
        share::{PageKind, Share, SharedPage},
        shares::STREAMS_MAX,
    },
    clock::now_ms,
    problem::problem,
    telemetry::Counters,
};

/// Name of the cookie that a browser gets for a share link. Its value is the token, so that one
/// browser has one link at a time.
pub(crate) const SHARE_COOKIE: &str = "streamgauge_share";

/// Pages without data that every page may load.
const BARE_PAGES: [&str; 2] = ["/offline", "/favicon.ico"];

/// Marks a request with the cookie of a link that is over, and the reply that says so.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LinkOver;

/// Marks the reply to somebody who may see one page only, with its address.
#[derive(Clone, Debug)]
pub(crate) struct OnePage(pub String);

/// The reply to a request that a link does not allow. `kinds` are the kinds of pages that ask the
/// route, `has_lines` is whether it answers log lines, and `is_of_app` whether its path names one
/// of the link's apps, or none.
pub(super) fn refusal(
    share: &Share,
    (kinds, has_lines): (&[PageKind], bool),
    is_of_app: bool,
    request: &Request,
) -> Option<Response> {
    let path = request.uri().path();
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        if BARE_PAGES.contains(&path) {
            return None;
        }
        if path == share.path() {
            let asked = range_asked(share, request);
            let is_shown = asked.is_none_or(|it| share.shows(it, now_ms().div_euclid(1_000)));
            return (!is_shown).then(|| Redirect::to(&share.address()).into_response());
        }
    }
    let is_of_page = kinds.contains(&share.page.kind()) && (share.shows_lines || !has_lines);
    if is_of_page && is_of_app {
        return None;
    }
    let mut reply = problem(StatusCode::FORBIDDEN, "expected the page of this share link, found something else");
    reply.extensions_mut().insert(OnePage(share.address()));
    Some(reply)
}

/// The range that the address of a page names; `None` for a page without one.
fn range_asked(share: &Share, request: &Request) -> Option<Range> {
    let query = Query::parse(request.uri().query().unwrap_or_default());
    match share.page {
        SharedPage::Wall => None,
        SharedPage::App => Some(range_of(&query)),
        SharedPage::Board(_) => Some(board::query_of(request.uri().path(), &query).range),
    }
}

/// The reply to a person whose link is over.
pub(super) fn over(request: &Request) -> Option<Response> {
    let is_over = request.extensions().get::<LinkOver>().is_some() && opens_page(request);
    is_over.then(link_over)
}

/// Says that a link is over.
pub(crate) fn link_over() -> Response {
    let mut reply = problem(StatusCode::GONE, "this share link is over");
    reply.extensions_mut().insert(LinkOver);
    reply
}

/// The use of a link by one request.
pub(super) struct Use {
    share: Arc<Share>,
    credentials: Arc<Credentials>,
    counters: Arc<Counters>,
    /// Whether it opens the link's page.
    is_view: bool,
}

/// A live stream of a link; dropping it makes room for another.
struct Listening(Arc<Credentials>, Arc<Share>);

impl Drop for Listening {
    fn drop(&mut self) {
        self.0.shares.leave(self.1.id);
    }
}

impl Use {
    /// That of a request; `None` of somebody without a link.
    pub(super) fn of(
        who: &Principal,
        request: &Request,
        (credentials, counters): (&Arc<Credentials>, &Arc<Counters>),
    ) -> Option<Self> {
        let Principal::Share(share) = who else { return None };
        let is_view = request.method() == Method::GET && request.uri().path() == share.path();
        let (credentials, counters) = (Arc::clone(credentials), Arc::clone(counters));
        Some(Self { share: Arc::clone(share), credentials, counters, is_view })
    }

    /// The response, which is counted as a view if it shows the page, and ends with the link if it
    /// is a stream.
    pub(super) fn of_response(self, response: Response) -> Response {
        let Self { share, credentials, counters, is_view } = self;
        if is_view && response.status().is_success() {
            credentials.shares.view(share.id, now_ms());
        }
        let kind = response.headers().get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("text/event-stream") {
            return response;
        }
        if !credentials.shares.enter(share.id) {
            counters.subscribers_refused.add(1);
            let detail = format!("expected at most {STREAMS_MAX} live streams of a share link at once");
            return problem(StatusCode::SERVICE_UNAVAILABLE, &detail);
        }
        let listening = Listening(credentials, share);
        response.map(|body| {
            let changed = async move {
                let Listening(credentials, share) = &listening;
                credentials.shares.changed(share).await;
            };
            Body::from_stream(body.into_data_stream().take_until(Box::pin(changed)))
        })
    }
}
