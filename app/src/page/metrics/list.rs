//! Every metric of an app, found by typing: links, so that they work without JavaScript.

use contract::{MetricsPage, MetricsPageQuery, series::MetricInfo};
use leptos::prelude::*;

use super::query::{address, is_found};
use crate::{
    page::metric::{shown_unit, with_unit},
    part::{
        address::Address,
        field::{Form, follow},
    },
};

/// Most metrics in the list; more are found by typing.
const SHOWN_MAX: usize = 200;

/// The list. Arrow keys move through it, Enter in the field opens the first one.
pub fn list(state: RwSignal<MetricsPage>, find: RwSignal<String>, go: Callback<(String,)>) -> AnyView {
    let found = Memo::new(move |_| {
        let all = state.with(|it| it.metrics.clone());
        find.with(|find| all.into_iter().filter(|it| is_found(&it.metric, find)).collect::<Vec<MetricInfo>>())
    });
    // Another metric keeps the range and the comparison, but may have neither the statistic nor the
    // labels.
    let address_of = move |info: &MetricInfo| {
        state.with_untracked(|page| {
            let mut query = MetricsPageQuery { metric: info.metric.clone(), ..page.query.clone() };
            if page.query.metric != info.metric {
                (query.stat, query.by) = (None, vec![]);
            }
            address(&page.head.summary.app, &query, &find.get_untracked())
        })
    };
    let rows = move || {
        let chosen = state.with(|it| it.query.metric.clone());
        let row = |info: MetricInfo| {
            let href = address_of(&info);
            let is_chosen = info.metric == chosen;
            let unit = shown_unit(&info.metric, &info.unit);
            let last = info.last.map_or_else(|| "–".to_owned(), |last| with_unit(last, unit));
            let kind = info.kind.word();
            let about = if info.series == 1 { kind.to_owned() } else { format!("{kind}, {} series", info.series) };
            view! {
                <li>
                    <a href=href aria-current=is_chosen.then_some("true")>
                        <b>{info.metric}</b><span class="num">{last}</span><small>{about}</small>
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
            go.run((address_of(&it),));
        }
    };
    view! {
        <aside class="card metric-list" aria-label="Metrics">
            {search(state, find, first)}
            <ul>{rows}</ul>
            {move || more().map(|it| view! { <p class="none">{it}</p> })}
        </aside>
    }
    .into_any()
}

/// The field that searches the list. `first` opens the first metric found.
fn search(
    state: RwSignal<MetricsPage>,
    find: RwSignal<String>,
    first: impl FnMut(leptos::ev::SubmitEvent) + 'static,
) -> AnyView {
    let form = Form::new();
    let here = Address::of_page();
    follow(form, here);
    // In the address too, so that every choice on the page keeps it.
    let typed = move |event| {
        find.set(event_target_value(&event));
        here.replace(&here.changed("find", &find.get_untracked()));
    };
    let kept = move || state.with(|it| it.query.metric.clone());
    view! {
        <form method="get" action="" node_ref=form data-waits="" on:submit=first>
            <input type="hidden" name="metric" value=kept />
            <label class="search">
                <span class="vh">"Search metrics"</span>
                <input type="search" name="find" id="find" placeholder="Search metrics" autocomplete="off"
                    value=find.get_untracked() on:input=typed />
            </label>
        </form>
    }
    .into_any()
}
