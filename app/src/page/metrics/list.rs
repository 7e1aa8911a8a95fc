//! Every metric of an app, found by typing: links, so that they work without JavaScript.

use contract::{MetricsPage, MetricsPageQuery, series::MetricInfo};
use leptos::prelude::*;

use super::{
    chart::{shown_unit, told},
    query::{address, is_found},
};
use crate::part::{
    address::Address,
    field::{Form, follow},
};

/// Most metrics in the list; more are found by typing.
const SHOWN_MAX: usize = 200;

/// The list. Arrow keys move through it, Enter in the field opens the first one.
pub fn list(state: RwSignal<MetricsPage>, find: RwSignal<String>, go: Callback<(String,)>) -> AnyView {
    let found = Memo::new(move |_| {
        let all = state.with(|it| it.metrics.clone());
        find.with(|find| all.into_iter().filter(|it| is_found(&it.metric, find)).collect::<Vec<MetricInfo>>())
    });
    let asked = move |it: &MetricInfo| {
        state.with_untracked(|page| {
            let same = page.asked.metric == it.metric;
            let stat = if same { page.asked.stat.clone() } else { String::new() };
            let by = if same { page.asked.by.clone() } else { String::new() };
            let asked = MetricsPageQuery { metric: it.metric.clone(), stat, by, ..page.asked.clone() };
            address(&page.head.summary.app, &asked, &find.get_untracked())
        })
    };
    let rows = move || {
        let chosen = state.with(|it| it.asked.metric.clone());
        let row = |it: MetricInfo| {
            let href = asked(&it);
            let is_chosen = it.metric == chosen;
            let last = it.last.map_or_else(|| "–".to_owned(), |last| told(last, shown_unit(&it.metric, &it.unit)));
            let about = if it.series == 1 { it.kind.clone() } else { format!("{}, {} series", it.kind, it.series) };
            view! {
                <li>
                    <a href=href aria-current=is_chosen.then_some("true")>
                        <b>{it.metric}</b><span class="num">{last}</span><small>{about}</small>
                    </a>
                </li>
            }
        };
        found.get().into_iter().take(SHOWN_MAX).map(row).collect_view()
    };
    let more = move || {
        let (n, all) = (found.with(Vec::len), state.with(|it| it.metrics.len()));
        match n {
            0 if all > 0 => Some("No matching metrics.".to_owned()),
            n if n > SHOWN_MAX => Some(format!("{} more. Refine your search.", n - SHOWN_MAX)),
            _ => None,
        }
    };
    let first = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if let Some(it) = found.with_untracked(|it| it.first().cloned()) {
            go.run((asked(&it),));
        }
    };
    let form = Form::new();
    follow(form, Address::of_page());
    let kept = move || state.with(|it| it.asked.metric.clone());
    view! {
        <aside class="card metric-list" aria-label="Metrics">
            <form method="get" action="" node_ref=form data-waits="" on:submit=first>
                <input type="hidden" name="metric" value=kept />
                <label class="search">
                    <span class="vh">"Search metrics"</span>
                    <input type="search" name="find" id="find" placeholder="Search metrics" autocomplete="off"
                        value=find.get_untracked() on:input=move |it| find.set(event_target_value(&it)) />
                </label>
            </form>
            <ul>{rows}</ul>
            {move || more().map(|it| view! { <p class="none">{it}</p> })}
        </aside>
    }
    .into_any()
}
