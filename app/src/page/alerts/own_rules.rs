//! The user's own rules, with how they were last judged.

use contract::alert::{AlertChange, AlertsPage, IncidentState, OwnRule, Verdict};
use leptos::prelude::*;

use super::{
    changes::{Changes, outcome_note},
    list::list,
};
use crate::{
    live::clock::Clock,
    page::alert_words::{group_value, rule_text, value_text},
    page::form_fields::careful_button,
    part::{
        rule_address,
        severity::{severity_mark, state_mark},
        time::length,
        type_erasure::erased_text,
    },
};

/// Most groups of a rule whose last values are shown: the worst.
const VERDICTS_SHOWN: usize = 3;

/// The section.
pub fn section(state: RwSignal<AlertsPage>, clock: Clock, changes: Changes) -> AnyView {
    // The time of judging changes with each answer; rows show it from the page's clock.
    let none = || {
        view! {
            <p class="none">"No rules of your own. Click the bell of a chart or search, or "
            <a class="more" href=rule_address::PATH>"write one"</a>"."</p>
        }
        .into_any()
    };
    let rules = list("rules own", move || state.with(|it| it.rules.clone()), none, move |it| row(it, clock, changes));
    view! {
        <section class="card story">
            <h2>"Your rules"<small>"with their last values"</small></h2>
            {outcome_note(changes, "rule".to_owned(), |_| "Removed.".to_owned())}{rules}
        </section>
    }
    .into_any()
}

fn row(own: OwnRule, clock: Clock, changes: Changes) -> AnyView {
    let OwnRule { id, rule, unit, verdicts, problem, .. } = own;
    let of = rule.app.clone().unwrap_or_else(|| "Each app".to_owned());
    let off = (!rule.is_enabled).then(|| view! { <span class="stage off">"Off"</span> });
    let remedy = (!rule.remedy.is_empty()).then(|| view! { <p class="dim">{rule.remedy.clone()}</p> });
    let value = |it: f64| value_text(&rule.signal, &unit, it);
    let more = verdicts.len().saturating_sub(VERDICTS_SHOWN);
    let judged = match verdicts.first() {
        Some(first) => {
            let at_s = first.at_ms.div_euclid(1_000);
            let text = erased_text(move || format!("Judged {} ago", length(clock.now_s.get() - at_s)));
            view! { <p class="dim">{text}{(more > 0).then(|| format!(", {more} more {}", if more == 1 { "group" } else { "groups" }))}</p> }
                .into_any()
        }
        None if problem.is_some() || !rule.is_enabled => ().into_any(),
        None => view! { <p class="dim">"Not judged yet"</p> }.into_any(),
    };
    let is_judged = verdicts.iter().any(|it| it.value.is_some());
    let verdicts = verdicts.iter().take(VERDICTS_SHOWN).map(|it| verdict(it, &value)).collect_view();
    // A rule for each app may be judged for the others.
    let (class, lead) = if is_judged { ("warn", "Not judged for all apps: ") } else { ("bad", "Can't be judged: ") };
    let problem = problem.map(|it| view! { <p class=class>{lead}{it}"."</p> });
    let remove = move || changes.make("rule".to_owned(), AlertChange::RemoveRule(id), || ());
    view! {
        <li>
            <div class="rule-text">
                <b>{rule.name.clone()}</b><p>{of}": "{rule_text(&rule, &unit)}</p>{remedy}{problem}
            </div>
            {severity_mark(rule.severity)}
            <div class="verdicts">{off}{verdicts}{judged}</div>
            <div class="acts">
                <a class="btn small" href=rule_address::of_rule(id)>"Edit"</a>
                {careful_button("Remove", "Remove for good?", remove)}
            </div>
        </li>
    }
    .into_any()
}

/// The last value of one app or group, beside what it was compared with.
fn verdict(verdict: &Verdict, value: &impl Fn(f64) -> String) -> AnyView {
    let group = group_value(&verdict.group);
    let who = if group.is_empty() { verdict.app.clone() } else { format!("{} {group}", verdict.app) };
    let now = verdict.value.map_or_else(|| "no data".to_owned(), value);
    let beside = match (verdict.limit, verdict.usual) {
        (Some(limit), _) => format!("limit {}", value(limit)),
        (None, Some(usual)) => format!("usually {}", value(usual)),
        (None, None) => String::new(),
    };
    let state = verdict.state.filter(|it| *it != IncidentState::Resolved).map(state_mark);
    view! { <p><span class="who">{who}</span><b>{now}</b><span class="dim">{beside}</span>{state}</p> }.into_any()
}
