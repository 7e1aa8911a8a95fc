//! `contract::Backend` for somebody with a share link: it answers what the link's page asks, about
//! its apps, and refuses all else. The routes refuse most of it before (`guard/shared`); what a
//! request has in its body is looked at here.

use std::sync::Arc;

use axum::http::request::Parts;
use contract::{
    Answer, AppHeader, AppPage, Backend, ComparePage, CompareQuery, EndpointPage, EndpointQuery, Error, LogContext,
    LogContextQuery, LogHistogram, LogPage, LogQuery, LogTime, MetricsPage, MetricsPageQuery, OpenIncidents, Overview,
    Range, RequestId, RequestPage,
    alert::{AlertChange, AlertsPage, Changed, IncidentId, IncidentPage, Preview, PreviewQuery},
    board::{BoardChange, BoardId, BoardPage, BoardQuery, BoardsPage},
    errors_page::ErrorsPage,
    log::LogField,
    sizing::{SizingPage, SizingQuery},
};
use leptos::prelude::use_context;

use super::{backend::Dashboard, board};
use crate::{
    access::{
        principal::Principal,
        share::{Share, SharedPage},
    },
    clock::now_ms,
    outlet::shared_view,
};

/// Answers the page of a share link.
struct SharedBackend {
    all: Arc<Dashboard>,
    share: Arc<Share>,
}

/// The share link of the request that is answered.
pub(crate) fn share_of_request() -> Option<Arc<Share>> {
    match use_context::<Parts>()?.extensions.get()? {
        Principal::Share(share) => Some(Arc::clone(share)),
        _ => None,
    }
}

/// What answers a request of whoever asks.
pub(crate) fn backend(all: &Arc<Dashboard>, share: Option<Arc<Share>>) -> Arc<dyn Backend> {
    match share {
        Some(share) => Arc::new(SharedBackend { all: Arc::clone(all), share }),
        None => Arc::<Dashboard>::clone(all),
    }
}

/// The answer to what the link's page does not ask.
fn refused<'a, T: Send + 'a>() -> Answer<'a, T> {
    Box::pin(std::future::ready(Err(Error::NotFound("this link shows one page".to_owned()))))
}

impl SharedBackend {
    fn shown(&self) -> Arc<Overview> {
        let outlet = &self.all.outlet;
        outlet.shared.of(&self.share, &outlet.reader.aggregates.live, &outlet.health.overview())
    }

    /// Whether the link shows this app, over this range, on a page of the app's own.
    fn check(&self, app: &str, range: Range) -> Result<(), Error> {
        if self.share.page != SharedPage::App || !self.share.sees(app) {
            return Err(Error::NotFound("this link shows another app".to_owned()));
        }
        self.check_range(range)
    }

    fn check_range(&self, range: Range) -> Result<(), Error> {
        if self.share.shows(range, now_ms().div_euclid(1_000)) {
            return Ok(());
        }
        let shown = self.share.range.unwrap_or_default().label();
        Err(Error::Invalid(format!("this link shows the last {shown} only")))
    }
}

impl Backend for SharedBackend {
    fn open_incidents(&self) -> OpenIncidents {
        self.shown().totals.open_incidents
    }

    fn overview(&self) -> Answer<'_, Overview> {
        if self.share.page != SharedPage::Wall {
            return refused();
        }
        Box::pin(async move { Ok((*self.shown()).clone()) })
    }

    fn app(&self, app: String, range: Range) -> Answer<'_, AppPage> {
        Box::pin(async move {
            self.check(&app, range)?;
            let mut page = self.all.app(app, range).await?;
            shared_view::app_page(&self.share, &mut page, &self.shown());
            Ok(page)
        })
    }

    /// The lines behind a point of a chart of the App page.
    fn log_page(&self, app: String, query: LogQuery) -> Answer<'_, LogPage> {
        if !self.share.shows_lines {
            return refused();
        }
        Box::pin(async move {
            let span = query.time.resolve(now_ms().div_euclid(1_000));
            self.check(&app, Range::between(span.from_s(), span.to_s()))?;
            self.all.log_page(app, query).await
        })
    }

    fn board(&self, query: BoardQuery) -> Answer<'_, BoardPage> {
        if self.share.page != SharedPage::Board(query.id) {
            return refused();
        }
        Box::pin(async move {
            self.check_range(query.range)?;
            let first = || self.share.apps.first().map(ToString::to_string).unwrap_or_default();
            let app = if query.app.is_empty() { first() } else { query.app };
            if !self.share.sees(&app) {
                return Err(Error::NotFound("this link shows other apps".to_owned()));
            }
            let query = BoardQuery { app, ..query };
            let only = |panels| shared_view::panels(&self.share, panels);
            let mut page = board::page_of(&self.all.outlet, query, now_ms(), only).await?;
            shared_view::board_page(&self.share, &mut page);
            Ok(page)
        })
    }

    fn endpoint(&self, _: String, _: EndpointQuery) -> Answer<'_, EndpointPage> {
        refused()
    }

    fn compare(&self, _: String, _: CompareQuery) -> Answer<'_, ComparePage> {
        refused()
    }

    fn log_histogram(&self, _: String, _: LogQuery, _: bool) -> Answer<'_, LogHistogram> {
        refused()
    }

    fn log_fields(&self, _: String, _: LogQuery) -> Answer<'_, Vec<LogField>> {
        refused()
    }

    fn errors(&self, _: String, _: LogTime) -> Answer<'_, ErrorsPage> {
        refused()
    }

    fn request(&self, _: RequestId, _: Option<i64>) -> Answer<'_, RequestPage> {
        refused()
    }

    fn log_context(&self, _: String, _: LogContextQuery) -> Answer<'_, LogContext> {
        refused()
    }

    fn head(&self, _: String) -> Answer<'_, AppHeader> {
        refused()
    }

    fn metrics(&self, _: String, _: MetricsPageQuery) -> Answer<'_, MetricsPage> {
        refused()
    }

    fn sizing(&self, _: String, _: SizingQuery) -> Answer<'_, SizingPage> {
        refused()
    }

    fn alerts(&self) -> Answer<'_, AlertsPage> {
        refused()
    }

    fn incident(&self, _: IncidentId) -> Answer<'_, IncidentPage> {
        refused()
    }

    fn preview_rule(&self, _: PreviewQuery) -> Answer<'_, Preview> {
        refused()
    }

    fn change_alerts(&self, _: AlertChange) -> Answer<'_, Changed> {
        refused()
    }

    fn boards(&self) -> Answer<'_, BoardsPage> {
        refused()
    }

    fn change_board(&self, _: BoardChange) -> Answer<'_, BoardId> {
        refused()
    }
}
