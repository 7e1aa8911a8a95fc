//! `/alerts/new`: the form of a rule, with what the rule would have done in the last days. The
//! address holds the whole form, so that charts and searches can fill it in, and so that it shows a
//! preview without JavaScript too. With `?id=` it changes a rule that exists.

pub mod draft;

pub mod form;

pub mod preview;

use contract::{
    MetricsPageQuery, Range,
    alert::{Condition, Preview, PreviewQuery, RuleDraft, Signal},
};
use leptos::prelude::*;
use leptos_meta::Title;
use serde::{Deserialize, Serialize};

use self::{
    draft::{empty, overlaid, suggested_limit},
    form::form,
    preview::{keep_previewed, preview_card},
};
use super::{
    not_found::{Failed, NotFound},
    table::Page,
};
use crate::{
    Error,
    live::status::{Status, answered},
    part::address::{Address, Query},
    server_fns,
};

/// What the form begins with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Start {
    /// The number of the rule that is changed.
    id: Option<i64>,
    /// The rule.
    rule: RuleDraft,
    /// What of the address makes no sense, in words.
    problem: Option<String>,
    /// Every app, by name.
    apps: Vec<String>,
    /// The app's metrics, by name.
    metrics: Vec<String>,
    /// The app whose past is looked at.
    app: String,
    /// What the rule would have done, or why that is not known.
    preview: Result<Preview, String>,
}

/// Loads what the form begins with.
#[component]
pub fn RuleRoute() -> impl IntoView {
    let here = Address::of_page();
    let status = use_context::<RwSignal<Status>>().unwrap_or_default();
    Effect::new(move |_| status.set(Status::Still));
    // Untracked: what is entered changes the address, and must not load the form anew.
    let start = server_fns::resource(move || here.query.get_untracked(), start);
    let view = move || {
        start.get().map(|answer| {
            let shown = match answer {
                Ok(start) => shown(start),
                Err(Error::Answer(contract::Error::NotFound(text))) => {
                    view! { <NotFound what=("Rule not found", text) /> }.into_any()
                }
                Err(error) => view! { <Failed error /> }.into_any(),
            };
            view! { {shown} }
        })
    };
    answered("Loading…", view)
}

async fn start(query: Query) -> Result<Start, Error> {
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
        start.preview = preview(start.app.clone(), start.rule.clone()).await;
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
async fn preview(app: String, mut rule: RuleDraft) -> Result<Preview, String> {
    if rule.name.is_empty() {
        // A rule without a name is previewed too.
        rule.name = "preview".to_owned();
    }
    server_fns::preview_rule(PreviewQuery { app, rule }).await.map_err(|it| it.to_string())
}

fn shown(start: Start) -> AnyView {
    let title = if start.id.is_some() { format!("Rule: {}", start.rule.name) } else { Page::Rule.title("") };
    let shown = RwSignal::new((start.rule.clone(), start.preview.clone()));
    let entered = RwSignal::new(start.rule.clone());
    keep_previewed(start.app.clone(), entered, shown);
    let heading = if start.id.is_some() { "Edit rule" } else { "New rule" };
    view! {
        <Title text=title />
        <div class="apphead"><h1>{heading}</h1><span class="push"></span><a class="btn" href="/alerts?show=rules">"All rules"</a></div>
        <div class="rule-page">
            {form(start, entered)}
            {preview_card(shown)}
        </div>
        <div class="foot"><span>"Times are UTC. The preview judges the past as the rule would have, flaps joined."</span></div>
    }
    .into_any()
}
