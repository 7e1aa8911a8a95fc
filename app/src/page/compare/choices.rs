//! What is compared: a release and how long before and after it, or two ranges. Forms, which work
//! without JavaScript.

use contract::{ComparePage, CompareQuery, Event, Span, duration};
use leptos::prelude::*;

use crate::part::{compare_address::LENGTHS_S, event::short_event_text, span::moment_field, time::day_clock};

/// Both forms.
pub fn choices(page: &ComparePage) -> AnyView {
    let release = (!page.releases.is_empty()).then(|| release_form(page));
    view! { <div class="bar">{release}<span class="push"></span>{ranges_form(page)}</div> }.into_any()
}

fn release_form(page: &ComparePage) -> AnyView {
    let chosen_s = chosen(page);
    let option = |release: &Event| {
        let at_s = release.at_s;
        let text = format!("{}, {}", short_event_text(release), day_clock(at_s));
        view! { <option value=at_s.to_string() selected=chosen_s == Some(at_s)>{text}</option> }
    };
    // A moment that is none of them stays chosen.
    let other = chosen_s.filter(|at_s| page.releases.iter().all(|it| it.at_s != *at_s)).map(|at_s| {
        view! { <option value=at_s.to_string() selected>{day_clock(at_s)}</option> }
    });
    let none = page.query.spans.is_some().then(|| view! { <option value="" selected>"Choose a release"</option> });
    let length = |length_s: i64| {
        let text = match length_s {
            it if it % 3_600 == 0 => format!("{} h before and after", it / 3_600),
            it => format!("{} min before and after", it / 60),
        };
        let word = duration::text(length_s.unsigned_abs());
        view! { <option value=word selected=page.query.length_s == length_s>{text}</option> }
    };
    let mut lengths: Vec<i64> = LENGTHS_S.to_vec();
    if !lengths.contains(&page.query.length_s) {
        lengths.push(page.query.length_s);
    }
    view! {
        <form method="get" action="" class="bar releases">
            <label class="pick"><span class="vh">"Release"</span>
                <select name="at">{none}{other}{page.releases.iter().map(option).collect_view()}</select>
            </label>
            <label class="pick"><span class="vh">"Length"</span>
                <select name="length">{lengths.into_iter().map(length).collect_view()}</select>
            </label>
            <button class="btn" type="submit">"Compare"</button>
        </form>
    }
    .into_any()
}

/// The moment that is compared; `None` for two ranges.
fn chosen(page: &ComparePage) -> Option<i64> {
    match (&page.query, &page.answer) {
        (CompareQuery { spans: Some(_), .. }, _) => None,
        (_, Ok(Some(it))) if it.release.is_some() => it.release.as_ref().map(|it| it.at_s),
        (CompareQuery { at_s, .. }, _) => at_s.or_else(|| page.releases.first().map(|it| it.at_s)),
    }
}

fn ranges_form(page: &ComparePage) -> AnyView {
    let now_s = page.head.at_ms.div_euclid(1_000);
    let last_hours = (Span::clamped(now_s - 7_200, now_s - 3_600), Span::clamped(now_s - 3_600, now_s));
    let compared = page.answer.as_ref().ok().and_then(|it| it.as_ref()).map(|it| (it.before, it.after));
    let (before, after) = page.query.spans.or(compared).unwrap_or(last_hours);
    view! {
        <details class="span-form">
            <summary class="btn" class:chosen=page.query.spans.is_some()>"Two ranges"</summary>
            <form method="get" action="">
                {crate::part::zone::field()}
                <fieldset><legend>"Before"</legend>{moment_field("before_from", "From", before.from_s())}{moment_field("before_to", "To", before.to_s())}</fieldset>
                <fieldset><legend>"After"</legend>{moment_field("from", "From", after.from_s())}{moment_field("to", "To", after.to_s())}</fieldset>
                <p class="dim">{crate::part::zone::note("A range is at most 7 days.")}</p>
                <button class="btn" type="submit">"Compare"</button>
            </form>
        </details>
    }
    .into_any()
}
