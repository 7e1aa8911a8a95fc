//! The time zone in which a person reads pages: by the address (`?tz=Europe/Berlin`), otherwise by
//! a cookie, otherwise UTC. Pages show times in it; what is stored and what the API answers is in
//! UTC.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use axum::{
    extract::Request,
    http::{HeaderMap, header},
    middleware::Next,
    response::Response,
};
use dashboard::part::{
    address::Query,
    zone::{self, Change, PARAMETER, Zone as Shown},
};
use jiff::{Timestamp, tz::TimeZone};

use super::guard::gate::cookie;
use crate::{clock::now_ms, watch::zone::Zone};

/// Name of the cookie: the name of a zone.
pub(crate) const COOKIE: &str = "streamgauge_zone";
/// How far back and ahead changes are known to a page, seconds: longer than anything is kept, and
/// than anything is planned.
const BACK_S: i64 = 3 * 366 * 86_400;
const AHEAD_S: i64 = 2 * 366 * 86_400;
/// Most changes of a zone; some have four a year.
const CHANGES_MAX: usize = 40;

/// Renders pages in the zone that the request asks for.
pub(crate) async fn enter(request: Request, next: Next) -> Response {
    let zone = asked(request.uri().query().unwrap_or_default(), request.headers());
    InZone { zone: shown(&zone, now_ms().div_euclid(1_000)).into(), future: Box::pin(next.run(request)) }.await
}

/// The zone that a request asks for. A name that no zone has is UTC.
pub(crate) fn asked(query: &str, headers: &HeaderMap) -> Zone {
    let query = Query::parse(query);
    let cookies = headers.get(header::COOKIE).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let name = query.get(PARAMETER).or_else(|| cookie(cookies, COOKIE)).unwrap_or_default();
    Zone::named(name).unwrap_or(Zone::UTC)
}

/// A zone as pages need it: its changes around a time in unix seconds.
fn shown(zone: &Zone, now_s: i64) -> Shown {
    if *zone == Zone::UTC {
        return Shown::default();
    }
    let moment = |at_s: i64| Timestamp::from_second(at_s).unwrap_or_default();
    let (from, until) = (moment(now_s - BACK_S), moment(now_s + AHEAD_S));
    let tz: &TimeZone = zone.rules();
    let change = |from: Timestamp| {
        let info = tz.to_offset_info(from);
        let short = info.abbreviation().to_owned();
        Change { from_s: from.as_second(), offset_s: info.offset().seconds().into(), short }
    };
    let later = tz.following(from).map(|it| it.timestamp()).take_while(|it| *it <= until).take(CHANGES_MAX);
    Shown { name: zone.name().to_owned(), changes: std::iter::once(from).chain(later).map(change).collect() }
}

/// A future during whose work times are shown in a zone.
pub(crate) struct InZone<F> {
    zone: Arc<Shown>,
    future: Pin<Box<F>>,
}

impl<F: Future> InZone<F> {
    /// In the zone of whoever makes this.
    pub(crate) fn here(future: F) -> Self {
        Self { zone: zone::here(), future: Box::pin(future) }
    }
}

impl<F: Future> Future for InZone<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        // Left again even if the work panics: the thread goes on with other requests.
        let _left = Entered(Some(zone::enter(Arc::clone(&self.zone))));
        self.future.as_mut().poll(context)
    }
}

/// Goes back to the zone before, when dropped.
struct Entered(Option<Arc<Shown>>);

impl Drop for Entered {
    fn drop(&mut self) {
        if let Some(before) = self.0.take() {
            zone::enter(before);
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn ok_the_address_goes_before_the_cookie() {
        let check = |query: &str, cookies: &str, expected: &str| {
            let headers = [(header::COOKIE, HeaderValue::from_str(cookies).unwrap())].into_iter().collect();
            assert_eq!(asked(query, &headers).name(), expected, "{query} {cookies}");
        };
        check("", "", "UTC");
        check("", "a=b; streamgauge_zone=Europe/Berlin", "Europe/Berlin");
        check("tz=america%2Fnew_york&range=6h", "streamgauge_zone=Europe/Berlin", "America/New_York");
        check("tz=UTC", "streamgauge_zone=Europe/Berlin", "UTC");
        check("tz=Nowhere/At_All", "streamgauge_zone=Europe/Berlin", "UTC");
    }

    #[test]
    fn ok_changes_around_a_time() {
        let now_s = 1_790_000_007;
        assert_eq!(shown(&Zone::UTC, now_s), Shown::default());
        let berlin = shown(&Zone::named("Europe/Berlin").unwrap(), now_s);
        assert_eq!(berlin.changes.len(), 11);
        let autumn = Change { from_s: 1_792_890_000, offset_s: 3_600, short: "CET".to_owned() };
        assert!(berlin.changes.contains(&autumn), "{berlin:?}");
        for name in ["Asia/Kathmandu", "Africa/Casablanca", "Australia/Lord_Howe", "Pacific/Apia"] {
            let zone = shown(&Zone::named(name).unwrap(), now_s);
            assert!((1..=CHANGES_MAX).contains(&zone.changes.len()), "{zone:?}");
            assert_eq!(Shown::parse(&zone.text()), zone);
        }
    }

    #[tokio::test]
    async fn ok_a_zone_ends_with_the_work_in_it() {
        let berlin = Arc::new(shown(&Zone::named("Europe/Berlin").unwrap(), 0));
        let name = InZone { zone: berlin, future: Box::pin(async { zone::name() }) }.await;
        assert_eq!((name, zone::name()), ("Europe/Berlin".to_owned(), "UTC".to_owned()));
    }
}
