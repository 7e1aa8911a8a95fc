//! The add-ons of an app, such as databases and poolers, with the metrics that they last reported.
//! Empty for an app without any.

use contract::{Addon, AddonMetric, AppPage};
use leptos::prelude::*;

use crate::{
    page::metric::with_unit,
    part::{
        address::add,
        markup::{push_all, push_link, push_text},
        number::{Figure, digits, grouped},
        time::length,
        type_erasure::{erased_text, erased_view},
    },
};

/// A metric at this share of its limit, or above, is marked.
const NEAR: f64 = 0.85;

/// A card for each add-on. Cells are HTML text: a view of each would cost the module kilobytes.
#[component]
pub fn Addons(state: RwSignal<AppPage>) -> impl IntoView {
    let addons = Memo::new(move |_| state.with(|it| it.addons.clone()));
    let app = state.with_untracked(|it| it.summary.app.clone());
    let now_s = Memo::new(move |_| state.with(|it| it.at_ms.div_euclid(10_000) * 10));
    erased_view(move || addons.get().into_iter().map(|it| card(&app, it, now_s)).collect_view().into_any())
}

fn card(app: &str, addon: Addon, now_s: Memo<i64>) -> AnyView {
    let at_s = addon.at_s;
    let what = addon.what;
    let about = erased_text(move || format!("{what}, reported {} ago", length(now_s.get() - at_s)));
    let mut html = String::new();
    for metric in &addon.metrics {
        push_metric(&mut html, app, metric);
    }
    view! {
        <section class="card addon">
            <h2>{readable(addon.name)}<small>{about}</small></h2>
            <dl inner_html=html></dl>
        </section>
    }
    .into_any()
}

fn push_metric(html: &mut String, app: &str, metric: &AddonMetric) {
    let is_near = metric.limit.is_some_and(|limit| limit > 0.0 && metric.value >= limit * NEAR);
    let mut href = format!("/apps/{app}/metrics");
    for (name, value) in [("metric", metric.metric.as_str()), ("by", "source")] {
        add(&mut href, name, value);
    }
    html.push_str(if is_near { "<div class=\"near\"><dt>" } else { "<div><dt>" });
    push_link(html, "", &href, &metric.name);
    let Figure { text, unit } = figure(metric);
    push_all(html, &["</dt><dd><span class=\"figure\">", &text, "</span>"]);
    let mut push_unit = |text: &str| {
        html.push_str("<span class=\"unit\">");
        push_text(html, text);
        html.push_str("</span>");
    };
    if !unit.is_empty() {
        push_unit(unit);
    }
    if let Some(limit) = metric.limit {
        push_unit(&format!("of {}", grouped(limit as i64)));
    }
    html.push_str("</dd></div>");
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
