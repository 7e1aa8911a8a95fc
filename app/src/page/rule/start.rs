//! What the form of a rule begins with: the rule of its number, or what the address says, with a
//! limit and a statistic that suit the metric.

use contract::{
    MetricsPageQuery, Range,
    alert::{Condition, Preview, PreviewQuery, RuleDraft, Signal},
};
use serde::{Deserialize, Serialize};

use super::draft::{empty, overlaid, suggested_limit};
use crate::{Error, part::address::Query, server_fns};

/// What the form begins with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Start {
    /// The number of the rule that is changed.
    pub id: Option<i64>,
    /// The rule.
    pub rule: RuleDraft,
    /// What of the address makes no sense, in words.
    pub problem: Option<String>,
    /// Every app, by name.
    pub apps: Vec<String>,
    /// The app's metrics, by name.
    pub metrics: Vec<String>,
    /// The app whose past is looked at.
    pub app: String,
    /// What the rule would have done, or why that is not known.
    pub preview: Result<Preview, String>,
}

/// Loads it: the rule that is changed, or what the address says.
///
/// # Errors
/// [`contract::Error::NotFound`] when there is no such rule.
pub async fn start(query: Query) -> Result<Start, Error> {
    let page = server_fns::alerts().await?;
    let id = query.get("id").map(|it| it.parse::<i64>().unwrap_or(0));
    let base = match id {
        None => empty(),
        Some(id) => {
            let known = page.rules.into_iter().find(|it| it.id == id).map(|it| it.rule);
            known.ok_or_else(|| contract::Error::NotFound(format!("There is no rule {id}")))?
        }
    };
    let (rule, problem) = match overlaid(&base, &query) {
        Ok(rule) => (rule, None),
        Err(problem) => (base, Some(problem)),
    };
    // The past of a rule for each app is that of the app it came from, or of the first one.
    let asked = query.get("app").map(str::to_owned).or_else(|| rule.app.clone());
    let app = asked.or_else(|| page.apps.first().cloned()).unwrap_or_default();
    let mut start = Start { id, rule, problem, apps: page.apps, metrics: vec![], app, preview: Err(String::new()) };
    if !start.app.is_empty() {
        fill(&mut start, &query).await;
        start.preview = previewed(start.app.clone(), start.rule.clone()).await;
    }
    Ok(start)
}

/// Loads the app's metrics, and chooses what the address leaves open: the metric's limit and the
/// rule's name.
async fn fill(start: &mut Start, query: &Query) {
    let Signal::Metric { metric, stat, by, .. } = &mut start.rule.signal else { return };
    let (asked, is_stat_open) =
        ((metric.clone(), *stat, by.clone()), query.get("stat").is_none() && start.id.is_none());
    let asked = MetricsPageQuery {
        metric: asked.0,
        stat: (!is_stat_open).then_some(asked.1),
        by: asked.2,
        range: Range::Week,
        ..MetricsPageQuery::default()
    };
    let Ok(page) = server_fns::metrics(start.app.clone(), asked).await else { return };
    start.metrics = page.metrics.into_iter().map(|it| it.metric).collect();
    if metric.is_empty() {
        *metric = page.query.metric;
    }
    if let Some(found) = page.query.stat.filter(|_| is_stat_open) {
        *stat = found;
    }
    if let (Ok(answer), Condition::Threshold { limit, .. }) = (page.answer, &mut start.rule.condition)
        && query.word("limit").is_empty()
        && start.id.is_none()
    {
        *limit = suggested_limit(answer.series.iter().flat_map(|it| &it.points).map(|it| it.1));
    }
}

/// What a rule would have done, or why that is not known.
pub async fn previewed(app: String, mut rule: RuleDraft) -> Result<Preview, String> {
    if rule.name.is_empty() {
        // A rule without a name is previewed too.
        rule.name = "preview".to_owned();
    }
    server_fns::preview_rule(PreviewQuery { app, rule }).await.map_err(|it| it.to_string())
}
