//! What the Metrics page lets one choose: the range, the statistic, a grouping, a comparison and
//! the axis; and links to files.
//!
//! Every choice is a link or a form field, so that it works without JavaScript too.

use contract::{Kind, Label, MetricsPage, MetricsPageQuery, Range, Span, Stat, metrics::stats};
use leptos::prelude::*;

use super::query::{self, BY, COMPARE, address, export};
use crate::part::{
    address::{Address, add},
    field::{Form, follow},
    span::range_links,
};

/// The choice between a linear and a logarithmic axis.
pub fn scales(is_log: Memo<bool>, here: Address) -> AnyView {
    let link = |name: &'static str, word: &'static str, this: bool| {
        let href = move || here.changed("scale", word);
        view! { <a href=href aria-current=move || (is_log.get() == this).then_some("true")>{name}</a> }
    };
    view! { <nav class="seg" aria-label="Y axis scale">{link("Linear", "linear", false)}{link("Log", "log", true)}</nav> }
        .into_any()
}

/// An address with the scale that the page has.
pub fn with_scale(mut address: String, here: Address) -> String {
    if let Some(scale) = here.query.with(|it| it.get("scale").map(str::to_owned)) {
        add(&mut address, "scale", &scale);
    }
    address
}

/// The choice of a range that ends now.
pub fn ranges(app: &str, query: &MetricsPageQuery, find: RwSignal<String>) -> AnyView {
    let here = Address::of_page();
    let (app, query) = (app.to_owned(), query.clone());
    let html = move || {
        let target = |range| MetricsPageQuery { range, ..query.clone() };
        let href = |range| with_scale(address(&app, &target(range), &find.get()), here);
        range_links(&Range::ALL, query.range, href)
    };
    view! { <nav class="seg" aria-label="Range" inner_html=html></nav> }.into_any()
}

/// Links to the points that are shown, as files.
pub fn exports(app: &str, query: &MetricsPageQuery, span: Span) -> AnyView {
    let link = |name: &'static str, format: &str| {
        view! { <a class="btn" rel="external" download="" href=export(app, query, span, format)>{name}</a> }
    };
    view! { <span class="exports">{link("CSV", "csv")}{link("JSON", "json")}</span> }.into_any()
}

/// Statistic, grouping and comparison. Without JavaScript the form has a button.
pub fn choices(state: RwSignal<MetricsPage>, scales: AnyView) -> AnyView {
    let (query, kind, labels) = state.with_untracked(|page| {
        let of_metric = || page.metrics.iter().filter(|it| it.metric == page.query.metric);
        let labels: Vec<Label> = of_metric().flat_map(|it| it.labels.clone()).collect();
        (page.query.clone(), of_metric().next().map_or(Kind::Distribution, |it| it.kind), labels)
    });
    let [_, (_, chosen_stat), (_, by), (_, compare)] = query::words(&query);
    // Out of the address as it is when one chooses: an answer to the choice before may still be on
    // its way.
    let here = Address::of_page();
    let form = Form::new();
    follow(form, here);
    let stat = |stat: Stat| {
        let href = move || here.changed("stat", &stat.to_string());
        view! { <a href=href aria-current=(query.stat == Some(stat)).then_some("true")>{stat.to_string()}</a> }
    };
    // Only labels that the metric has; one that the address names anyway is shown as chosen.
    let groupings: Vec<_> = BY
        .into_iter()
        .filter(|(word, _)| word.is_empty() || *word == by || labels.iter().any(|it| it.word() == *word))
        .collect();
    let options = |all: &[(&'static str, &'static str)], chosen: &str| {
        all.iter()
            .map(|(word, name)| view! { <option value=*word selected=*word == chosen>{*name}</option> })
            .collect_view()
    };
    let set = move |name: &'static str| move |event| here.go(&here.changed(name, &event_target_value(&event)));
    view! {
        <form method="get" action="" class="bar choices" node_ref=form>
            <input type="hidden" name="metric" value=query.metric.clone() />
            <input type="hidden" name="stat" value=chosen_stat />
            <input type="hidden" name="range" value=query.range.word() />
            <input type="hidden" name="find" value=move || here.query.with(|it| it.word("find").to_owned()) />
            <nav class="seg" aria-label="Statistic">{stats(kind).iter().copied().map(stat).collect_view()}</nav>
            <label class="pick"><span class="vh">"Group by"</span><select name="by" on:change=set("by")>{options(&groupings, &by)}</select></label>
            <label class="pick"><span class="vh">"Compare with"</span>
                <select name="compare" on:change=set("compare")>{options(&COMPARE, &compare)}</select>
            </label>
            {scales}
            <button class="btn no-script" type="submit">"Apply"</button>
        </form>
    }
    .into_any()
}
