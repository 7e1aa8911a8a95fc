//! What each route needs of whoever asks, and the reply to those who may not: 401 to nobody, 403 to
//! somebody. Who asks was found out by the gate.

use std::{net::IpAddr, sync::Arc};

use axum::{
    extract::{MatchedPath, Query, RawPathParams, Request, State, rejection::RawPathParamsRejection},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use contract::error::excerpt;
use dashboard::part::address::filled;
use dashboard::{
    page::log_card::AskPinnedLines,
    server_fns::{
        AskAlerts, AskAppHeader, AskAppPage, AskBoard, AskBoards, AskCompare, AskEndpoint, AskErrors, AskIncident,
        AskLogContext, AskLogFields, AskLogHistogram, AskLogPage, AskMetricsPage, AskOverview, AskPreview, AskRequest,
        AskSizing, ChangeAlerts, ChangeBoard,
    },
};
use leptos::server_fn::ServerFn;

use super::{
    shared,
    visit::{SEC_FETCH_MODE, opens_page},
};
use crate::{
    access::{
        audit::{Audit, Entry, Note},
        principal::{Need, Principal},
        share::PageKind,
    },
    clock::now_ms,
    problem::problem,
    telemetry::{Counters, LogPace},
};

/// How a route keeps to the apps that a token is limited to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Its path names the app.
    Path,
    /// Its parameter `app` must name one.
    Parameter,
    /// Its handler leaves other apps out.
    Handler,
    /// It can't: such a token is refused.
    Never,
}

/// What a route needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// For GET and HEAD.
    pub read: Need,
    /// For all else.
    pub change: Need,
    /// For tokens that are limited to apps.
    pub limit: Limit,
    /// The kinds of shared pages that ask it. Besides, a share link shows its page itself.
    pub shared: &'static [PageKind],
    /// Whether its answer is log lines, which only some share links show.
    pub has_lines: bool,
}

impl Access {
    /// Whoever comes may ask.
    pub const OPEN: Self = Self::of(Need::Nothing, Need::Nothing);
    /// What changes nothing that others see, whatever its method is.
    pub const VIEW: Self = Self::of(Need::View, Need::View);
    /// What viewers see and editors change.
    pub const EDIT: Self = Self::of(Need::View, Need::Edit);
    /// What administrators alone see and change.
    pub const ADMINISTER: Self = Self::of(Need::Administer, Need::Administer);

    const fn of(read: Need, change: Need) -> Self {
        Self { read, change, limit: Limit::Never, shared: &[], has_lines: false }
    }

    /// The same, with a limit that is kept in this way.
    #[must_use]
    pub const fn limited(self, limit: Limit) -> Self {
        Self { limit, ..self }
    }

    /// The same, for shared pages of these kinds too.
    #[must_use]
    pub const fn shared(self, shared: &'static [PageKind]) -> Self {
        Self { shared, ..self }
    }

    /// The same for a route whose answer is log lines.
    #[must_use]
    pub const fn with_lines(self) -> Self {
        Self { has_lines: true, ..self }
    }

    /// What a method needs.
    #[must_use]
    pub fn need(self, method: &Method) -> Need {
        if matches!(*method, Method::GET | Method::HEAD) { self.read } else { self.change }
    }
}

/// What each server function needs. Pages call them by POST, whatever they do.
pub(crate) const FUNCTIONS: [(&str, Access); 21] = [
    (AskOverview::PATH, Access::VIEW.shared(&[PageKind::Wall])),
    (AskAppPage::PATH, Access::VIEW.shared(&[PageKind::App])),
    (AskEndpoint::PATH, Access::VIEW),
    (AskCompare::PATH, Access::VIEW),
    (AskLogPage::PATH, Access::VIEW),
    (AskLogHistogram::PATH, Access::VIEW),
    (AskLogFields::PATH, Access::VIEW),
    (AskLogContext::PATH, Access::VIEW),
    (AskPinnedLines::PATH, Access::VIEW.shared(&[PageKind::App]).with_lines()),
    (AskErrors::PATH, Access::VIEW),
    (AskRequest::PATH, Access::VIEW),
    (AskAppHeader::PATH, Access::VIEW),
    (AskMetricsPage::PATH, Access::VIEW),
    (AskSizing::PATH, Access::VIEW),
    (AskAlerts::PATH, Access::VIEW),
    (AskIncident::PATH, Access::VIEW),
    (AskPreview::PATH, Access::VIEW),
    (AskBoards::PATH, Access::VIEW),
    (AskBoard::PATH, Access::VIEW.shared(&[PageKind::Board])),
    (ChangeAlerts::PATH, Access::EDIT),
    (ChangeBoard::PATH, Access::EDIT),
];

/// The address that somebody asks from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub Option<IpAddr>);

/// Marks the reply to somebody who may not.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Forbidden;

/// What a server function or a page needs, by its path. What nobody has decided about is for
/// administrators.
pub(crate) fn of_page(path: &str) -> Access {
    if !path.starts_with("/api/") {
        return Access::VIEW;
    }
    FUNCTIONS.iter().find(|it| it.0 == path).map_or(Access::ADMINISTER, |it| it.1)
}

/// What a route needs, and where its changes are taken down.
#[derive(Clone, Debug)]
pub(crate) struct Permit {
    pub access: Access,
    pub audit: Audit,
    pub counters: Arc<Counters>,
    /// When a refusal was last logged.
    pub logged: Arc<LogPace>,
}

impl Permit {
    /// Counts and logs that somebody was refused.
    fn refused(&self, who: &Principal, request: &Request) {
        self.counters.forbidden.add(1);
        if self.logged.is_due() {
            let who = who.name().unwrap_or_else(|| who.words().to_owned());
            let (method, path) = (request.method(), excerpt(request.uri().path()));
            let refused = self.counters.forbidden.get();
            tracing::warn!(who, %method, path, refused, "not allowed; refusals are counted since the start");
        }
    }
}

/// Passes requests on to a route from those who may ask it.
pub(crate) async fn admit(
    State(permit): State<Permit>,
    params: Result<RawPathParams, RawPathParamsRejection>,
    request: Request,
    next: Next,
) -> Response {
    let app = params.ok().and_then(|params| params.iter().find(|it| it.0 == "app").map(|it| it.1.to_owned()));
    decide(&permit, app.as_deref(), request, next).await
}

/// Passes requests on to pages and server functions from those who may ask them.
pub(crate) async fn admit_page(State(permit): State<Permit>, request: Request, next: Next) -> Response {
    let access = of_page(request.uri().path());
    decide(&Permit { access, ..permit }, None, request, next).await
}

async fn decide(permit: &Permit, app: Option<&str>, request: Request, next: Next) -> Response {
    let access = permit.access;
    let nobody = Principal::Nobody;
    let who = request.extensions().get::<Principal>().unwrap_or(&nobody);
    let need = access.need(request.method());
    if let (Principal::Share(share), true) = (who, need > Need::Nothing) {
        let is_of_app = access.limit != Limit::Path || app.is_some_and(|it| share.sees(it));
        if let Some(refusal) = shared::refusal(share, (access.shared, access.has_lines), is_of_app, &request) {
            permit.refused(who, &request);
            return refusal;
        }
        return next.run(request).await;
    }
    if !who.may(need) {
        if *who == nobody {
            let over = shared::over(&request);
            return over.or_else(|| to_sign_in(&request)).unwrap_or_else(|| challenge(&request));
        }
        permit.refused(who, &request);
        let detail = format!("expected somebody who may {}, found {}", need.words(), who.words());
        return forbidden(&detail);
    }
    if need != Need::Nothing && who.apps().is_some() {
        let is_within = match access.limit {
            Limit::Path => app.is_some_and(|it| who.sees(it)),
            Limit::Parameter => parameter(&request).is_some_and(|it| who.sees(&it)),
            Limit::Handler => true,
            Limit::Never => false,
        };
        if !is_within {
            permit.refused(who, &request);
            return forbidden("expected one of the apps that this token is limited to, found something else");
        }
    }
    recorded(permit, need, request, next).await
}

/// Passes a request on, and takes it down if it changed something: what editors and administrators
/// alone may do, and whatever its handler noted.
async fn recorded(permit: &Permit, need: Need, mut request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return next.run(request).await;
    }
    let (entry, note) = (change(&request), Note::default());
    request.extensions_mut().insert(note.clone());
    let response = next.run(request).await;
    let is_done = response.status().is_success() || response.status().is_redirection();
    if is_done && (need >= Need::Edit || note.text().is_some()) {
        let what = note.text().map_or_else(|| entry.what.clone(), |it| format!("{}: {it}", entry.what));
        permit.audit.record(Entry { what, ..entry });
    }
    response
}

/// What the record says about a change.
fn change(request: &Request) -> Entry {
    let who = request.extensions().get::<Principal>();
    let (method, route) = (request.method(), request.extensions().get::<MatchedPath>().map(MatchedPath::as_str));
    // A token in a path is a secret.
    let path = route.filter(|it| it.contains("{token}")).unwrap_or_else(|| request.uri().path());
    Entry {
        at_ms: now_ms(),
        who: who.and_then(Principal::name).unwrap_or_else(|| who.map_or("nobody", Principal::words).to_owned()),
        from: request.extensions().get::<Peer>().and_then(|it| it.0),
        what: format!("{method} {path}"),
    }
}

/// The only parameter `app` of an address.
fn parameter(request: &Request) -> Option<String> {
    let Query(all) = Query::<Vec<(String, String)>>::try_from_uri(request.uri()).ok()?;
    let mut named = all.into_iter().filter(|it| it.0 == "app").map(|it| it.1);
    named.next().filter(|_| named.next().is_none())
}

/// The 403 reply to somebody who may not do this.
pub(crate) fn forbidden(detail: &str) -> Response {
    let mut response = problem(StatusCode::FORBIDDEN, detail);
    response.extensions_mut().insert(Forbidden);
    response
}

/// Leads a person who opens a page to the form, and back to the page from there.
fn to_sign_in(request: &Request) -> Option<Response> {
    let to = request.uri().path_and_query().map_or("/", |it| it.as_str());
    let address = if to == "/" { "/sign-in".to_owned() } else { filled("/sign-in", &[("to", to)]) };
    opens_page(request).then(|| Redirect::to(&address).into_response())
}

/// The 401 reply, with the Basic challenge that browsers and curl know.
pub(crate) fn challenge(request: &Request) -> Response {
    let detail = "expected a name and password in Basic authorization, or a token";
    let mut response = problem(StatusCode::UNAUTHORIZED, detail);
    // Without a challenge for requests of a page's script: it would open a password prompt over the
    // page.
    if request.headers().get(SEC_FETCH_MODE).is_none_or(|it| it == "navigate") {
        let challenge = HeaderValue::from_static("Basic realm=\"Streamgauge\", charset=\"UTF-8\"");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_each_server_function_is_decided() {
        for path in leptos::server_fn::axum::server_fn_paths().map(|it| it.0) {
            assert!(FUNCTIONS.iter().any(|it| it.0 == path), "{path}: what does it need? See FUNCTIONS");
        }
    }

    #[test]
    fn ok_what_is_not_decided_is_for_administrators() {
        assert_eq!(of_page("/api/page/none"), Access::ADMINISTER);
        assert_eq!(of_page("/apps/a"), Access::VIEW);
    }
}
