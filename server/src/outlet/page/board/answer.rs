//! The data of a board's panels. A panel that has none says why, and the others are shown all the
//! same.

use contract::{
    LogLimit, LogQuery, LogTime, MetricQuery, Span, Step, StepChoice,
    board::{BoardSeries, Content, Measured, Panel, PanelAnswer, PanelSeries, Search, VARIABLE},
    series::QueryAnswer,
};
use futures_util::{StreamExt, stream};

use super::combine;
use crate::outlet::{api, page::metrics, state::Outlet};

/// Panels that are answered at a time.
const AT_ONCE_MAX: usize = 4;
/// Most lines of a panel.
const LINES_MAX: u64 = 20;

/// What is asked of every panel.
#[derive(Clone, Copy)]
pub(super) struct Question<'a> {
    /// The app that stands for [`VARIABLE`].
    pub app: &'a str,
    /// The range of time.
    pub span: Span,
    /// Width of a chart's step, seconds.
    pub step_s: i64,
    /// The present, unix seconds.
    pub now_s: i64,
}

impl Question<'_> {
    /// The app that a panel names.
    fn named<'b>(&'b self, app: &'b str) -> &'b str {
        if app == VARIABLE { self.app } else { app }
    }
}

/// The data of each panel, or why there is none.
pub(super) async fn panels(
    outlet: &Outlet,
    panels: &[Panel],
    question: Question<'_>,
) -> Vec<Result<PanelAnswer, String>> {
    // Collected, because the compiler can't tell that a stream of this closure may be sent.
    let answers: Vec<_> = panels.iter().map(|it| panel(outlet, it, question)).collect();
    stream::iter(answers).buffered(AT_ONCE_MAX).collect().await
}

async fn panel(outlet: &Outlet, panel: &Panel, question: Question<'_>) -> Result<PanelAnswer, String> {
    match &panel.content {
        Content::Text(_) => Ok(PanelAnswer::Text),
        Content::Logs(search) => lines(outlet, search, question).await,
        Content::Chart(it) => measured(outlet, it, question, StepChoice::Width(Step::clamped(question.step_s))).await,
        Content::Number(it) | Content::Table(it) => measured(outlet, it, question, StepChoice::All).await,
    }
}

async fn measured(
    outlet: &Outlet,
    measured: &Measured,
    question: Question<'_>,
    step: StepChoice,
) -> Result<PanelAnswer, String> {
    let mut answers = Vec::with_capacity(measured.series.len());
    for series in &measured.series {
        answers.push((question.named(&series.app).to_owned(), ask(outlet, series, question, step).await?));
    }
    let series: PanelSeries = combine::combined(measured.combine, &answers)?;
    Ok(PanelAnswer::Series(series))
}

async fn ask(
    outlet: &Outlet,
    series: &BoardSeries,
    question: Question<'_>,
    step: StepChoice,
) -> Result<QueryAnswer, String> {
    let query = MetricQuery {
        app: question.named(&series.app).to_owned(),
        metric: series.metric.clone(),
        stat: series.stat,
        span: question.span,
        step,
        by: series.by.clone(),
        compare: None,
    };
    match metrics::points(outlet, &query, question.now_s).await {
        Ok(answer) => answer,
        Err(error) => Err(error.to_string()),
    }
}

async fn lines(outlet: &Outlet, search: &Search, question: Question<'_>) -> Result<PanelAnswer, String> {
    let query = LogQuery {
        filter: search.q.clone(),
        time: LogTime::Span(question.span),
        limit: LogLimit::new(LINES_MAX),
        ..LogQuery::default()
    };
    let page = api::logs::lines(outlet, question.named(&search.app).to_owned(), query).await;
    page.map(|it| PanelAnswer::Lines(it.lines)).map_err(|it| it.to_string())
}
