//! Everything that the dashboard asks of the server, as one object-safe trait.
//!
//! The server implements it over its live windows and store; the package `fake` implements it for
//! tests. Futures are boxed by hand, so that this package needs no async crate.

use std::{future::Future, pin::Pin};

use crate::{
    AppHeader, AppPage, Error, LogContext, LogContextQuery, LogHistogram, LogPage, LogQuery, MetricsPage,
    MetricsPageQuery, Overview, Range,
};

/// An answer on its way.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

/// The data that pages are made from.
pub trait Backend: Send + Sync {
    /// Every app with its health.
    fn overview(&self) -> Answer<'_, Overview>;

    /// One app over a range.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such app.
    fn app(&self, app: String, range: Range) -> Answer<'_, AppPage>;

    /// Raw lines of one app.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such app, [`Error::Invalid`] when the query makes no sense.
    fn lines(&self, app: String, query: LogQuery) -> Answer<'_, LogPage>;

    /// How many lines were found when; `is_brief` where someone waits for a whole page.
    ///
    /// # Errors
    /// As [`Backend::lines`].
    fn log_histogram(&self, app: String, query: LogQuery, is_brief: bool) -> Answer<'_, LogHistogram>;

    /// A line, and what its source wrote around it.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such app or line.
    fn log_context(&self, app: String, query: LogContextQuery) -> Answer<'_, LogContext>;

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
}
