//! Databases and poolers, as they last reported of themselves. Nothing where there are none.

use contract::{Addon, AddonMetric, AppPage};
use leptos::prelude::*;

use crate::{
    page::metrics::chart::with_unit,
    part::{
        address::add,
        number::{Figure, Number, digits, grouped},
        time::length,
        type_erasure::{live, text},
    },
};

/// From this share of its limit on a figure is near it.
const NEAR: f64 = 0.85;

/// The cards, one an add-on.
#[component]
pub fn Addons(
    /// The page.
    state: RwSignal<AppPage>,
) -> impl IntoView {
    let addons = Memo::new(move |_| state.with(|it| it.addons.clone()));
    let app = state.with_untracked(|it| it.summary.app.clone());
    let now_s = Memo::new(move |_| state.with(|it| it.at_ms.div_euclid(10_000) * 10));
    live(move || addons.get().into_iter().map(|it| card(&app, it, now_s)).collect_view().into_any())
}

fn card(app: &str, addon: Addon, now_s: Memo<i64>) -> impl IntoView + use<> {
    let at_s = addon.at_s;
    let about = text(move || format!("{}, reported {} ago", addon.what, length(now_s.get() - at_s)));
    let figures = addon.metrics.into_iter().map(|it| {
        let is_near = it.limit.is_some_and(|limit| limit > 0.0 && it.value >= limit * NEAR);
        let of = it.limit.map(|it| format!("of {}", grouped(it as i64)));
        let mut href = format!("/apps/{app}/metrics");
        for (name, value) in [("metric", it.metric.as_str()), ("by", "source")] {
            add(&mut href, name, value);
        }
        let figure = figure(&it);
        view! {
            <div class:near=is_near>
                <dt><a href=href>{it.name}</a></dt><dd><Number figure=Signal::stored(figure) />{of.map(|it| view! { <span class="unit">{it}</span> })}</dd>
            </div>
        }
    });
    view! {
        <section class="card addon">
            <h2>{readable(addon.name)}<small>{about}</small></h2>
            <dl>{figures.collect_view()}</dl>
        </section>
    }
}

/// `DATABASE`, as Heroku names the source, as a word: `Database`. Names of several words stay as they are.
fn readable(name: String) -> String {
    let is_word = name.len() > 1 && name.bytes().all(|it| it.is_ascii_uppercase());
    if is_word { format!("{}{}", &name[..1], name[1..].to_lowercase()) } else { name }
}

fn figure(of: &AddonMetric) -> Figure {
    let text = match of.unit.as_str() {
        "" if of.value.fract() == 0.0 => return Figure { text: grouped(of.value as i64), unit: "" },
        "%" => return Figure { text: digits(of.value), unit: "%" },
        "/s" => return Figure { text: digits(of.value), unit: "/s" },
        unit => with_unit(of.value, unit),
    };
    Figure { text, unit: "" }
}
