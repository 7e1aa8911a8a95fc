//! `/apps/:app/sizing`: how many dynos an app needs, with the arithmetic. The range is `?range=` or
//! `?from=&to=`, a week without either; `?at_once=` is what a dyno handles at once.
//!
//! The page doesn't follow the present: its figures change every ten minutes at most.

mod process;

mod queues;

use contract::{
    Range,
    sizing::{AT_ONCE_MAX, Sizing, SizingPage, SizingQuery},
};
use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    app_header::{chip, freshness, tabs},
    not_found::{Failed, NotFound},
    table::Page,
};
use crate::{
    Error,
    live::{
        clock::Clock,
        status::{answered, show_still},
    },
    part::{
        address::{Address, Query, add},
        markup::push_link,
        span::{range_links, range_of},
        time::day_clock,
        zone::short,
    },
    server_fns,
};

/// What a dyno can be said to handle at once by a link. The address may hold any other number.
const AT_ONCE: [u32; 8] = [1, 2, 3, 5, 10, 15, 25, 50];

/// Loads the figures that the address asks for, and shows them or says why not.
#[component]
pub fn SizingRoute() -> impl IntoView {
    let here = Address::of_page();
    let query = Memo::new(move |_| here.query.with(query_of));
    let load = |(app, query): (String, SizingQuery)| async move { (app.clone(), server_fns::sizing(app, query).await) };
    let loaded = server_fns::resource(move || (here.app(), query.get()), load);
    let view = move || {
        loaded.get().map(|(app, answer)| {
            let shown = match answer {
                Ok(page) => shown(&app, page),
                Err(Error::Answer(contract::Error::NotFound(_))) => view! { <NotFound app=app.clone() /> }.into_any(),
                Err(error) => view! { <Failed error /> }.into_any(),
            };
            view! { <Title text=Page::Sizing.title(&app) />{shown} }
        })
    };
    answered("Loading…", view)
}

/// The query that an address holds.
fn query_of(address: &Query) -> SizingQuery {
    let is_any = address.get("range").is_none() && address.get("from").is_none();
    let range = if is_any { Range::Week } else { range_of(address) };
    // Five minutes are too short for advice.
    let range = if range == Range::Live { Range::Week } else { range };
    SizingQuery { range, at_once: address.word("at_once").parse().map_or(1, |it: u32| it.clamp(1, AT_ONCE_MAX)) }
}

/// The address of a query.
fn address_of(app: &str, query: SizingQuery) -> String {
    let mut address = format!("/apps/{app}/sizing");
    match query.range {
        Range::Custom(span) => {
            add(&mut address, "from", &span.from_s().to_string());
            add(&mut address, "to", &span.to_s().to_string());
        }
        range => add(&mut address, "range", range.word()),
    }
    if query.at_once != 1 {
        add(&mut address, "at_once", &query.at_once.to_string());
    }
    address
}

fn shown(app: &str, page: SizingPage) -> AnyView {
    show_still();
    let SizingPage { head, sizing } = page;
    let clock = Clock::start(head.at_ms);
    let (now, losses) = (Signal::stored(head.summary), Signal::stored(head.losses));
    let Sizing { query, span, step_s, processes, queues, processes_left_out, queues_left_out } = sizing;
    let none = processes.is_empty().then(|| {
        let text = "No dynos in this range: the log has no runtime metrics, and no requests that name a dyno.";
        view! { <section class="card wide"><p class="none">{text}</p></section> }
    });
    let cards = processes.into_iter().map(|it| process::card(app, it, step_s)).collect_view();
    let more = left_out_text(processes_left_out, queues_left_out).map(|it| view! { <p class="foot">{it}</p> });
    let until = format!("{} to {} {}", day_clock(span.from_s()), day_clock(span.to_s()), short(span.to_s()));
    view! {
        <div class="sizing">
            <div class="apphead">
                <h1>{app.to_owned()}</h1>{chip(now, clock)}<span class="push"></span>
                {tabs(app, Page::Sizing, query.range.span_s())}{ranges(app, query)}
            </div>
            <div class="bar">
                <h2>"Sizing"</h2><span class="dim">{until}</span><span class="push"></span>
                <span id="at-once">"A dyno handles at once"</span>{at_once(app, query)}
            </div>
            <div class="grid">{none}{cards}{queues::card(app, &queues)}</div>
            {more}
            <p class="foot">
                "Requests at once a dyno are its concurrency, by Little’s law: rate × mean service time ÷ dynos. A dyno with one thread is full at 1. \
                 The peak is the middle one, by service time, of the minutes with at least 90 % of the most requests. \
                 Other numbers of dynos are computed with the same service times; with fewer dynos they may rise."
            </p>
            <div class="foot">{freshness(now, losses, clock)}{crate::part::zone::note("Figures are of whole ten minutes.")}</div>
        </div>
    }
    .into_any()
}

/// What is not shown; `None` where all is.
fn left_out_text(processes: u32, queues: u32) -> Option<String> {
    (processes > 0 || queues > 0).then(|| format!("Not shown: {processes} more process types, {queues} more queues."))
}

/// Links to every range but the live one.
fn ranges(app: &str, query: SizingQuery) -> AnyView {
    let shown: Vec<Range> = Range::ALL.into_iter().filter(|it| *it != Range::Live).collect();
    let html = range_links(&shown, query.range, |range| address_of(app, SizingQuery { range, ..query }));
    view! { <nav class="seg" aria-label="Range" inner_html=html></nav> }.into_any()
}

/// Links that choose what a dyno handles at once.
fn at_once(app: &str, query: SizingQuery) -> AnyView {
    let mut html = String::new();
    let mut offered = AT_ONCE.to_vec();
    if let Err(at) = offered.binary_search(&query.at_once) {
        offered.insert(at, query.at_once);
    }
    for at_once in offered {
        let current = if at_once == query.at_once { " aria-current=\"true\"" } else { "" };
        push_link(&mut html, current, &address_of(app, SizingQuery { at_once, ..query }), &at_once.to_string());
    }
    view! { <nav class="seg" aria-labelledby="at-once" inner_html=html></nav> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_an_address_comes_back() {
        for (query, expected) in [
            (SizingQuery::default(), "range=7d"),
            (SizingQuery { range: Range::Day, at_once: 5 }, "range=24h&at_once=5"),
            (SizingQuery { range: Range::between(60, 6_000), at_once: 7 }, "from=60&to=6000&at_once=7"),
        ] {
            assert_eq!(address_of("a", query), format!("/apps/a/sizing?{expected}"));
            assert_eq!(query_of(&Query::parse(expected)), query);
        }
    }

    #[test]
    fn ok_what_is_left_out_is_said() {
        assert_eq!(left_out_text(0, 0), None);
        assert_eq!(left_out_text(0, 3).as_deref(), Some("Not shown: 0 more process types, 3 more queues."));
    }

    #[test]
    fn ok_odd_addresses_give_a_page() {
        for (address, expected) in [
            ("", 1),
            ("at_once=0", 1),
            ("at_once=-1", 1),
            ("at_once=x&range=live", 1),
            ("at_once=4000000000", AT_ONCE_MAX),
            ("at_once=99999999999", 1),
        ] {
            let query = SizingQuery { range: Range::Week, at_once: expected };
            assert_eq!(query_of(&Query::parse(address)), query, "{address}");
        }
    }
}
