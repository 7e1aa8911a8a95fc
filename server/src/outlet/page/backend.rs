//! Pages' questions, answered from memory and store: the server's side of `contract::Backend`.

use std::{future::Future, panic::AssertUnwindSafe, time::Duration};

use contract::{
    Answer, AppHeader, AppPage, Backend, Error, LogContext, LogContextQuery, LogHistogram, LogPage, LogQuery,
    MetricsPage, MetricsPageQuery, Overview, Range,
};

use futures_util::FutureExt;

use super::dashboard;
use crate::{
    outlet::{
        Outlet,
        api::{context, histogram, logs, losses, metrics},
    },
    receiver::logs::now_ms,
    store::log::search::SCAN_MAX,
};

/// Longest time to count lines while someone waits for a page.
const BRIEF_MAX: Duration = Duration::from_millis(250);

/// How far back a head tells what happened, milliseconds.
const HEAD_MS: i64 = 120_000;

/// The dashboard's backend.
pub struct Dashboard {
    /// What it answers from.
    pub outlet: Outlet,
}

/// An answer that a panic can't keep from coming: the page shows that this part of it failed.
fn whole<'a, T: Send + 'a>(
    outlet: &'a Outlet,
    answering: impl Future<Output = Result<T, Error>> + Send + 'a,
) -> Answer<'a, T> {
    Box::pin(async move {
        AssertUnwindSafe(answering).catch_unwind().await.unwrap_or_else(|_told_by_the_hook| {
            outlet.reader.aggregates.counters.panics.add(1);
            tracing::error!("an answer to a page ended in a panic; its place in the code stands above");
            Err(Error::Internal)
        })
    })
}

impl Backend for Dashboard {
    fn overview(&self) -> Answer<'_, Overview> {
        let overview = (*self.outlet.board.overview()).clone();
        whole(&self.outlet, async move { Ok(overview) })
    }

    fn app(&self, app: String, range: Range) -> Answer<'_, AppPage> {
        whole(&self.outlet, async move {
            let summary = self.outlet.summary(&app).await?;
            dashboard::make(&self.outlet, summary, range, now_ms()).await
        })
    }

    fn log_page(&self, app: String, query: LogQuery) -> Answer<'_, LogPage> {
        whole(&self.outlet, async move { logs::page(&self.outlet, app, query).await })
    }

    fn log_histogram(&self, app: String, query: LogQuery, is_brief: bool) -> Answer<'_, LogHistogram> {
        let time_max = if is_brief { BRIEF_MAX } else { SCAN_MAX };
        whole(&self.outlet, async move { histogram::page(&self.outlet, app, query, time_max).await })
    }

    fn log_context(&self, app: String, query: LogContextQuery) -> Answer<'_, LogContext> {
        whole(&self.outlet, async move { context::page(&self.outlet, app, query).await })
    }

    fn head(&self, app: String) -> Answer<'_, AppHeader> {
        whole(&self.outlet, async move {
            let summary = self.outlet.summary(&app).await?;
            let at_ms = now_ms();
            let losses =
                if summary.lost_lines > 0 { losses::counted(&self.outlet, &app, at_ms).await? } else { vec![] };
            let marks = logs::divider_events(&self.outlet, &app, at_ms - HEAD_MS..at_ms + 1_000).await?;
            Ok(AppHeader { at_ms, summary, losses, marks })
        })
    }

    fn metrics(&self, app: String, asked: MetricsPageQuery) -> Answer<'_, MetricsPage> {
        whole(&self.outlet, async move {
            let head = self.head(app).await?;
            metrics::page(&self.outlet, head, asked).await
        })
    }
}
