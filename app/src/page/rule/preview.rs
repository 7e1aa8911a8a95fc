//! What a rule would have done in the last days: a sentence, and the chart with the limit and the
//! times at which it would have fired.

use contract::alert::{Condition, Direction, Occurrence, Preview, RuleDraft, Signal, Verdict};
use leptos::prelude::*;

use crate::{
    chart::{
        card::titled_card,
        cursor::{Annotations, Cursor, MarkedSpan},
        look::Look,
        plot::{Limit, Plot, Series},
    },
    page::{
        alert_words::{value_text, when},
        form_fields::problem_text,
        metric::{lines, series_of, shown_unit, words},
    },
    part::{health::capital, severity::shade, time::length, type_erasure::erased_view},
};

/// A rule, and what it would have done.
type Shown = (RuleDraft, Result<Preview, String>);
/// Most occurrences that are listed: the newest.
const LISTED_MAX: usize = 8;

/// Loads the preview again once the form rests.
pub fn keep_previewed(app: String, entered: RwSignal<RuleDraft>, shown: RwSignal<Shown>) {
    #[cfg(feature = "hydrate")]
    {
        const REST_MS: u64 = 400;
        let latest = StoredValue::new(0_u32);
        Effect::new(move |before: Option<RuleDraft>| {
            let rule = entered.get();
            // Neither the name nor who is told changes what would have fired.
            let judged = |rule: &RuleDraft| {
                let (signal, app) = (rule.signal.clone(), rule.app.clone());
                (signal, app, rule.condition, rule.window_s, rule.for_s, rule.clear_s)
            };
            if before.is_none_or(|it| judged(&it) == judged(&rule)) {
                return rule;
            }
            latest.update_value(|it| *it += 1);
            let (turn, asked) = (latest.get_value(), rule.clone());
            let of = rule.app.clone().unwrap_or_else(|| app.clone());
            let ask = move || {
                if latest.try_get_value() != Some(turn) {
                    return;
                }
                leptos::task::spawn_local(async move {
                    let preview = super::start::previewed(of, asked.clone()).await;
                    // An answer to an earlier entry is dropped.
                    if latest.try_get_value() == Some(turn) {
                        shown.try_set((asked, preview));
                    }
                });
            };
            set_timeout(ask, std::time::Duration::from_millis(REST_MS));
            rule
        });
    }
    #[cfg(not(feature = "hydrate"))]
    let _in_the_browser = (app, entered, shown);
}

/// The card.
pub fn preview_card(shown: RwSignal<Shown>) -> AnyView {
    let card = erased_view(move || {
        shown.with(|(rule, preview)| match preview {
            Ok(preview) => known(rule, preview),
            Err(problem) => {
                let text =
                    if problem.is_empty() { "Choose an app and a metric.".to_owned() } else { problem_text(problem) };
                view! { <section class="card refusal"><h2>"No preview"</h2><p>{text}</p></section> }.into_any()
            }
        })
    });
    view! { <div class="preview" aria-live="polite">{card}</div> }.into_any()
}

fn known(rule: &RuleDraft, preview: &Preview) -> AnyView {
    let answer = &preview.chart;
    let unit = match &rule.signal {
        Signal::Metric { metric, .. } => shown_unit(metric, &answer.unit).to_owned(),
        Signal::Search { .. } => answer.unit.clone(),
    };
    let marked = preview.occurrences.iter().map(|found| MarkedSpan {
        span_s: found.span.ends(),
        look: shade(rule.severity),
        text: format!("It would have fired: {}", value_text(&rule.signal, &answer.unit, found.value)),
    });
    let annotations = Annotations { marked: marked.collect(), ..Annotations::default() };
    let nothing = Callback::new(|_: (Option<_>,)| ());
    let cursor = Cursor::new(answer.step.seconds(), None, nothing, RwSignal::new(annotations).into());
    let content = RwSignal::new(plot(rule, preview));
    let of = match &rule.signal {
        Signal::Metric { .. } => answer.metric.clone(),
        Signal::Search { .. } => capital(&answer.metric),
    };
    let title = format!("{of}, {}", answer.stat);
    let card = titled_card(words(&unit, answer.stat), title, content.into(), cursor, None);
    let now = preview.now.first().map(|it| view! { <p class="dim">{now_text(rule, &answer.unit, it)}</p> });
    view! {
        <section class="card verdict-card"><p class="sentence">{preview.sentence.clone()}</p>{now}</section>
        {card}{occurrences(rule, preview)}
    }
    .into_any()
}

/// How the rule would be judged now.
fn now_text(rule: &RuleDraft, unit: &str, now: &Verdict) -> String {
    let value = |it: f64| value_text(&rule.signal, unit, it);
    let who = if now.group.is_empty() { now.app.clone() } else { format!("{} {}", now.app, now.group) };
    let state = if now.state.is_some() { "it would fire" } else { "it would not fire" };
    match (now.value, now.limit) {
        (Some(found), Some(limit)) => format!("Now {state}: {who} at {}, limit {}.", value(found), value(limit)),
        (Some(found), None) => format!("Now {state}: {who} at {}.", value(found)),
        (None, _) => format!("Now {state}: {who} has no data."),
    }
}

/// The times at which it would have fired, the newest first.
fn occurrences(rule: &RuleDraft, preview: &Preview) -> AnyView {
    let all = preview.occurrences.len();
    if all == 0 {
        return ().into_any();
    }
    let now_s = preview.span.to_s();
    let has_groups = preview.occurrences.iter().any(|it| !it.group.is_empty());
    let row = |found: &Occurrence| {
        let (from_s, to_s) = found.span.ends();
        let value = value_text(&rule.signal, &preview.chart.unit, found.value);
        let group = has_groups.then(|| view! { <td class="group">{found.group.clone()}</td> });
        view! { <tr><td>{when(from_s, now_s)}</td><td class="num">{length(to_s - from_s)}</td><td class="num">{value}</td>{group}</tr> }
    };
    let rows = preview.occurrences.iter().rev().take(LISTED_MAX).map(row).collect_view();
    let more = (all > LISTED_MAX).then(|| view! { <small>{format!("newest {LISTED_MAX} of {all}")}</small> });
    view! {
        <section class="card story">
            <h2>"It would have fired"{more}</h2>
            <table><thead><tr><th scope="col">"From"</th><th scope="col" class="num">"Duration"</th><th scope="col" class="num">"Worst"</th>{has_groups.then(|| view! { <th scope="col" class="group">"Group"</th> })}</tr></thead><tbody>{rows}</tbody></table>
        </section>
    }
    .into_any()
}

/// The content of the chart. A limit that follows what is usual is a line of its own.
#[must_use]
pub fn plot(rule: &RuleDraft, preview: &Preview) -> Plot {
    let step_s = preview.chart.step.seconds();
    let mut series = series_of(&preview.chart);
    let is_floor = matches!(
        rule.condition,
        Condition::Threshold { direction: Direction::Below, .. } | Condition::Usual { direction: Direction::Below, .. }
    );
    let limit = match &preview.limits[..] {
        [(_, value)] => Some(Limit { value: *value, name: "limit", is_floor }),
        [] => None,
        points => {
            series.push(Series {
                name: "limit".to_owned(),
                color: "--bad",
                look: Look::Faint,
                points: points.to_vec(),
            });
            None
        }
    };
    let highest = limit.map_or(0.0, |it| it.value);
    Plot { join_s: 3 * step_s, limit, ..lines(preview.span, step_s, series, highest) }
}
