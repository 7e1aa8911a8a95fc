//! Loads what the form of a rule begins with: the rule of its number, or what the address says,
//! with a limit and a statistic that suit the metric. On the server only.

use contract::{
    MetricsPageQuery, Range,
    alert::{Condition, Signal},
};

use super::{
    draft::{empty, overlaid, suggested_limit},
    start::{Start, previewed},
};
use crate::{Error, part::address::Query, server_fns};

/// Loads it: the rule that is changed, or what the address says.
///
/// # Errors
/// [`contract::Error::NotFound`] when there is no such rule.
pub async fn load(query: Query) -> Result<Start, Error> {
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
