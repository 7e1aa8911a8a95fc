//! A backend with fixed data, so that pages can be rendered in tests without a server.
//!
//! Four apps, one in each state; the same answer every time. A file for each page.

mod data;

mod app;

mod logs;

mod metrics;

mod alert;

mod alerts;

mod incident;

mod compare;

mod preview;

mod board;

mod sizing;

use contract::{
    Answer, AppHeader, AppPage, Backend, ComparePage, CompareQuery, EndpointPage, EndpointQuery, Error, LogContext,
    LogContextQuery, LogHistogram, LogPage, LogQuery, LogTime, MetricsPage, MetricsPageQuery, OpenIncidents, Overview,
    Range, RequestId, RequestPage, Totals,
    alert::{AlertChange, AlertsPage, Changed, IncidentId, IncidentPage, Preview, PreviewQuery},
    board::{BoardChange, BoardId, BoardPage, BoardQuery, BoardsPage},
    errors_page::ErrorsPage,
    log::LogField,
    sizing::{SizingPage, SizingQuery},
};

/// Noon of a fixed day, unix seconds.
pub const NOW_S: i64 = 1_790_000_000;

/// What the top bar counts.
pub const OPEN_INCIDENTS: OpenIncidents = OpenIncidents { count: 3, is_critical: true };

/// The fixed backend.
#[derive(Clone, Copy, Debug, Default)]
pub struct Fake {
    /// Whether it knows no app.
    pub empty: bool,
    /// Whether nothing is wrong, and nobody has made a rule, a channel or a mute.
    pub quiet: bool,
}

impl Backend for Fake {
    fn open_incidents(&self) -> OpenIncidents {
        if self.empty || self.quiet { OpenIncidents::default() } else { OPEN_INCIDENTS }
    }

    fn overview(&self) -> Answer<'_, Overview> {
        let apps = if self.empty { vec![] } else { data::apps() };
        let totals = if self.empty {
            Totals::default()
        } else {
            Totals {
                requests_per_s: 1_021.4,
                p99_ms: Some(1_420.0),
                error_rate: Some(0.016),
                dynos: 18,
                lines_per_s: 6_120.0,
                lost_lines: 0,
                lines: 1_204_518,
                open_incidents: self.open_incidents(),
            }
        };
        Box::pin(async move { Ok(Overview { at_ms: NOW_S * 1_000, id: 1, apps, totals }) })
    }

    fn app(&self, app: String, range: Range) -> Answer<'_, AppPage> {
        Box::pin(async move { app::page(&app, range) })
    }

    fn endpoint(&self, app: String, query: EndpointQuery) -> Answer<'_, EndpointPage> {
        Box::pin(async move { app::endpoint_page(&app, query) })
    }

    fn compare(&self, app: String, query: CompareQuery) -> Answer<'_, ComparePage> {
        let head = self.head(app);
        Box::pin(async move { Ok(compare::page(head.await?, query)) })
    }

    fn log_page(&self, app: String, query: LogQuery) -> Answer<'_, LogPage> {
        Box::pin(async move { logs::page(app, &query) })
    }

    fn log_fields(&self, _app: String, _query: LogQuery) -> Answer<'_, Vec<LogField>> {
        Box::pin(async { Ok(logs::fields()) })
    }

    fn log_histogram(&self, _app: String, _query: LogQuery, _is_brief: bool) -> Answer<'_, LogHistogram> {
        Box::pin(async { Ok(logs::histogram()) })
    }

    fn errors(&self, app: String, time: LogTime) -> Answer<'_, ErrorsPage> {
        let head = self.head(app);
        Box::pin(async move { Ok(logs::errors(head.await?, time)) })
    }

    fn request(&self, id: RequestId, _at_ms: Option<i64>) -> Answer<'_, RequestPage> {
        Box::pin(async { Ok(logs::request(id)) })
    }

    fn log_context(&self, app: String, query: LogContextQuery) -> Answer<'_, LogContext> {
        Box::pin(async move { logs::context(&app, &query) })
    }

    fn head(&self, app: String) -> Answer<'_, AppHeader> {
        Box::pin(async move { metrics::head(&app) })
    }

    fn metrics(&self, app: String, query: MetricsPageQuery) -> Answer<'_, MetricsPage> {
        Box::pin(async move { metrics::page(&app, query) })
    }

    fn sizing(&self, app: String, query: SizingQuery) -> Answer<'_, SizingPage> {
        let head = self.head(app);
        Box::pin(async move { Ok(sizing::page(head.await?, query)) })
    }

    fn alerts(&self) -> Answer<'_, AlertsPage> {
        Box::pin(async { Ok(if self.empty || self.quiet { alerts::quiet(self.empty) } else { alerts::page() }) })
    }

    fn incident(&self, id: IncidentId) -> Answer<'_, IncidentPage> {
        Box::pin(async move { incident::page(id) })
    }

    fn preview_rule(&self, query: PreviewQuery) -> Answer<'_, Preview> {
        Box::pin(async move { preview::of(query) })
    }

    fn change_alerts(&self, _change: AlertChange) -> Answer<'_, Changed> {
        Box::pin(async { Err(Error::Invalid("expected a server, found a fixed answer".to_owned())) })
    }

    fn boards(&self) -> Answer<'_, BoardsPage> {
        Box::pin(async { Ok(board::list(self.empty)) })
    }

    fn board(&self, query: BoardQuery) -> Answer<'_, BoardPage> {
        Box::pin(async move { board::page(query) })
    }

    fn change_board(&self, _change: BoardChange) -> Answer<'_, BoardId> {
        Box::pin(async { Err(Error::Invalid("expected a server, found a fixed answer".to_owned())) })
    }
}
