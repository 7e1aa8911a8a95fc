//! Everything that the dashboard asks of the server, as one object-safe trait.
//!
//! The server implements it over its live windows and store; the package `fake` implements it for
//! tests. Futures are boxed by hand, so that this package needs no async crate.

use std::{future::Future, pin::Pin};

use crate::{
    AppHeader, AppPage, ComparePage, CompareQuery, EndpointPage, EndpointQuery, Error, LogContext, LogContextQuery,
    LogHistogram, LogPage, LogQuery, LogTime, MetricsPage, MetricsPageQuery, OpenIncidents, Overview, Range, RequestId,
    RequestPage,
    alert::{AlertChange, AlertsPage, Changed, IncidentId, IncidentPage, Preview, PreviewQuery},
    board::{BoardChange, BoardId, BoardPage, BoardQuery, BoardsPage},
    errors_page::ErrorsPage,
    log::LogField,
    sizing::{SizingPage, SizingQuery},
};

/// An answer on its way.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

/// The data that pages are made from.
pub trait Backend: Send + Sync {
    /// How many incidents are open, from memory.
    fn open_incidents(&self) -> OpenIncidents;

    /// Every app with its health.
    fn overview(&self) -> Answer<'_, Overview>;

    /// One app over a range.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such app.
    fn app(&self, app: String, range: Range) -> Answer<'_, AppPage>;

    /// One endpoint of an app over a range.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such app.
    fn endpoint(&self, app: String, query: EndpointQuery) -> Answer<'_, EndpointPage>;

    /// The endpoints of an app before and after a release.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such app.
    fn compare(&self, app: String, query: CompareQuery) -> Answer<'_, ComparePage>;

    /// One page of an app's log lines. It says what is wrong with a filter that is not valid.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such app, [`Error::Busy`] if too many searches are
    /// running.
    fn log_page(&self, app: String, query: LogQuery) -> Answer<'_, LogPage>;

    /// How many lines match in each step of the span; `is_brief` where someone waits for a whole
    /// page, so that the count ends early.
    ///
    /// # Errors
    /// As [`Backend::log_page`], and [`Error::Invalid`] if the filter is not valid.
    fn log_histogram(&self, app: String, query: LogQuery, is_brief: bool) -> Answer<'_, LogHistogram>;

    /// The fields that the app's newest lines of this time have. The filter is ignored.
    ///
    /// # Errors
    /// As [`Backend::log_page`].
    fn log_fields(&self, app: String, query: LogQuery) -> Answer<'_, Vec<LogField>>;

    /// A line with its neighbours of the same source.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such app or line, [`Error::Busy`] if too many searches
    /// are running.
    fn log_context(&self, app: String, query: LogContextQuery) -> Answer<'_, LogContext>;

    /// The error lines of an app in groups.
    ///
    /// # Errors
    /// As [`Backend::log_page`].
    fn errors(&self, app: String, time: LogTime) -> Answer<'_, ErrorsPage>;

    /// All lines of a request over all apps, oldest first. `at_ms` is when it was, unix
    /// milliseconds, if that is known.
    ///
    /// # Errors
    /// [`Error::Busy`] if too many searches are running.
    fn request(&self, id: RequestId, at_ms: Option<i64>) -> Answer<'_, RequestPage>;

    /// The state of one app.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such app.
    fn head(&self, app: String) -> Answer<'_, AppHeader>;

    /// One metric of an app.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such app.
    fn metrics(&self, app: String, query: MetricsPageQuery) -> Answer<'_, MetricsPage>;

    /// How many dynos an app needs.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such app.
    fn sizing(&self, app: String, query: SizingQuery) -> Answer<'_, SizingPage>;

    /// Open incidents, rules, channels, mutes and history.
    fn alerts(&self) -> Answer<'_, AlertsPage>;

    /// One incident with its timeline.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such incident.
    fn incident(&self, id: IncidentId) -> Answer<'_, IncidentPage>;

    /// What a rule would have done in the last seven days.
    ///
    /// # Errors
    /// [`Error::Invalid`] if the rule makes no sense, [`Error::NotFound`] if there is no such app
    /// or metric, [`Error::Busy`] if too many searches are running.
    fn preview_rule(&self, query: PreviewQuery) -> Answer<'_, Preview>;

    /// Changes rules, channels, mutes or maintenance windows.
    ///
    /// # Errors
    /// [`Error::Invalid`] if the change makes no sense, [`Error::NotFound`] if there is nothing to
    /// change, [`Error::Conflict`] if there are too many already.
    fn change_alerts(&self, change: AlertChange) -> Answer<'_, Changed>;

    /// Every board.
    fn boards(&self) -> Answer<'_, BoardsPage>;

    /// One board with the data of its panels.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such board.
    fn board(&self, query: BoardQuery) -> Answer<'_, BoardPage>;

    /// Changes a board, and gives its number.
    ///
    /// # Errors
    /// [`Error::Invalid`] if the board makes no sense, [`Error::NotFound`] if there is nothing to
    /// change, [`Error::Conflict`] if somebody else has changed it or there are too many.
    fn change_board(&self, change: BoardChange) -> Answer<'_, BoardId>;
}
