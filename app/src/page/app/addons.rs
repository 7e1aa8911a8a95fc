//! The add-ons of an app, such as databases and poolers, with the metrics that they last reported.
//! Empty for an app without any.

use contract::{Addon, AddonMetric, AppPage};
use leptos::prelude::*;

use crate::{
    page::metric::with_unit,
    part::{
        address::add,
        number::{Figure, Number, digits, grouped},
        time::length,
        type_erasure::{erased_text, erased_view},
    },
};

/// A metric at this share of its limit, or above, is marked.
const NEAR: f64 = 0.85;

/// A card for each add-on.
#[component]
pub fn Addons(state: RwSignal<AppPage>) -> impl IntoView {
    let addons = Memo::new(move |_| state.with(|it| it.addons.clone()));
    let app = state.with_untracked(|it| it.summary.app.clone());
    let now_s = Memo::new(move |_| state.with(|it| it.at_ms.div_euclid(10_000) * 10));
    erased_view(move || addons.get().into_iter().map(|it| card(&app, it, now_s)).collect_view().into_any())
}

fn card(app: &str, addon: Addon, now_s: Memo<i64>) -> impl IntoView + use<> {
    let at_s = addon.at_s;
    let about = erased_text(move || format!("{}, reported {} ago", addon.what, length(now_s.get() - at_s)));
    let figures = addon.metrics.into_iter().map(|metric| {
        let is_near = metric.limit.is_some_and(|limit| limit > 0.0 && metric.value >= limit * NEAR);
        let limit = metric.limit.map(|limit| {
            let text = format!("of {}", grouped(limit as i64));
            view! { <span class="unit">{text}</span> }
        });
        let mut href = format!("/apps/{app}/metrics");
        for (name, value) in [("metric", metric.metric.as_str()), ("by", "source")] {
            add(&mut href, name, value);
        }
        let figure = Signal::stored(figure(&metric));
        view! {
            <div class:near=is_near>
                <dt><a href=href>{metric.name}</a></dt><dd><Number figure />{limit}</dd>
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

/// A source that Heroku names by a word in capitals, such as `DATABASE`, as the word `Database`.
/// Names of several words stay as they are.
fn readable(name: String) -> String {
    let is_word = name.len() > 1 && name.bytes().all(|it| it.is_ascii_uppercase());
    if is_word { format!("{}{}", &name[..1], name[1..].to_ascii_lowercase()) } else { name }
}

/// The value of a metric in the format of its unit.
fn figure(metric: &AddonMetric) -> Figure {
    let text = match metric.unit.as_str() {
        "" if metric.value.fract() == 0.0 => return Figure { text: grouped(metric.value as i64), unit: "" },
        "%" => return Figure { text: digits(metric.value), unit: "%" },
        "/s" => return Figure { text: digits(metric.value), unit: "/s" },
        unit => with_unit(metric.value, unit),
    };
    Figure { text, unit: "" }
}
