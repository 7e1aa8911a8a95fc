//! `/apps/:app/compare`: each endpoint of an app before and after a release, or in two ranges, and
//! the same time of last week beside it. The address is read in `part::compare_address`.
//!
//! What differs, and how sure that is, is decided by the server.

pub mod choices;

pub mod verdict;

pub mod table;

use contract::{ComparePage, CompareQuery, ReleaseComparison, Span, release::Verdict};
use leptos::prelude::*;
use leptos_meta::Title;

use self::{choices::choices, table::rows, verdict::headline};
use super::{
    app_header::{chip, freshness, tabs},
    form_fields::problem_text,
    not_found::{Failed, NotFound},
    table::Page,
};
use crate::{
    Error,
    live::{
        clock::Clock,
        polling::Polling,
        status::{answered, show_still},
    },
    part::{
        address::Address,
        compare_address::query_of,
        markup::push_text,
        time::{clock, day, day_clock, length},
        type_erasure::erased_view,
        zone::short,
    },
    server_fns,
};

/// How often a comparison is loaded again while its last span goes on, seconds.
const EVERY_S: u64 = 30;
/// A span after a release that ended this long ago changes no more, seconds.
const SETTLED_S: i64 = 180;
/// Most sentences above the table.
const SENTENCES_MAX: usize = 5;

/// Requests the comparison that the address names, and shows it or the reason why there is none.
#[component]
pub fn CompareRoute() -> impl IntoView {
    let here = Address::of_page();
    let query = Memo::new(move |_| here.query.with(query_of));
    let load = |(app, query): (String, CompareQuery)| async move {
        let answer = server_fns::compare(app.clone(), query).await;
        (app, answer)
    };
    let loaded = server_fns::resource(move || (here.app(), query.get()), load);
    let view = move || {
        loaded.get().map(|(app, answer)| {
            let shown = match answer {
                Ok(page) => shown(page),
                Err(Error::Answer(contract::Error::NotFound(_))) => view! { <NotFound app=app.clone() /> }.into_any(),
                Err(error) => view! { <Failed error /> }.into_any(),
            };
            view! { <Title text=Page::Compare.title(&app) />{shown} }
        })
    };
    answered("Loading…", view)
}

fn shown(page: ComparePage) -> AnyView {
    let clock = Clock::start(page.head.at_ms);
    let app = page.head.summary.app.clone();
    let choices = choices(&page);
    let state = RwSignal::new(page);
    keep_fresh(state, clock, app.clone());
    let now = Signal::derive(move || state.with(|it| it.head.summary.clone()));
    let losses = Signal::derive(move || state.with(|it| it.head.losses.clone()));
    let answer = Memo::new(move |_| state.with(|it| it.answer.clone()));
    let compared = erased_view(move || answer.with(|it| comparison(it, state)));
    view! {
        <div class="compare">
            <div class="apphead"><h1>{app.clone()}</h1>{chip(now, clock)}<span class="push"></span>{tabs(&app, Page::Compare, None)}</div>
            {choices}
            {compared}
            <div class="foot">
                {freshness(now, losses, clock)}
                {crate::part::zone::note("Endpoints are counted by the minute. Percentiles are accurate to 1 %.")}
            </div>
        </div>
    }
    .into_any()
}

/// The answer, or why there is none.
fn comparison(answer: &Result<Option<ReleaseComparison>, String>, state: RwSignal<ComparePage>) -> AnyView {
    match answer {
        Err(problem) => refusal("Can't compare this", problem_text(problem)),
        Ok(None) => {
            let text = "Releases are read from the platform's log lines, such as \u{201c}Release v42 created\u{201d}. Two ranges can be compared without one.";
            refusal("No release in the last 30 days", text.to_owned())
        }
        Ok(Some(it)) => {
            let (app, now_s) =
                state.with_untracked(|it| (it.head.summary.app.clone(), it.head.at_ms.div_euclid(1_000)));
            view! { {summary(it, now_s)}{endpoints(&app, it)} }.into_any()
        }
    }
}

fn refusal(title: &'static str, text: String) -> AnyView {
    view! { <section class="card refusal"><h2>{title}</h2><p>{text}</p></section> }.into_any()
}

/// What got worse, in sentences, and which spans were compared.
fn summary(compared: &ReleaseComparison, now_s: i64) -> AnyView {
    let ReleaseComparison { before, after, last_week, .. } = compared;
    let waits = (after.from_s() > now_s).then(|| {
        let text = format!(
            "Comparing starts at {} {}, once the dynos have changed over.",
            clock(after.from_s()),
            short(after.from_s())
        );
        view! { <p>{text}</p> }
    });
    let spans = [("Before", before), ("After", after), ("Last week", last_week)];
    let spans = spans.into_iter().map(|(name, span)| view! { <div><dt>{name}</dt><dd>{span_text(*span)}</dd></div> });
    let (said, more) = sentences(compared);
    let said = (!said.is_empty()).then(|| view! { <ul inner_html=said></ul> });
    let more = (more > 0).then(|| view! { <p class="dim">"and "{more}" more below"</p> });
    view! {
        <section class="card summary"><h2>{headline(compared)}</h2>{waits}{said}{more}<dl>{spans.collect_view()}</dl></section>
    }
    .into_any()
}

/// The first sentence about each endpoint that got worse, as HTML, and how many more there are.
fn sentences(compared: &ReleaseComparison) -> (String, usize) {
    let worse = compared.endpoints.iter().filter(|it| it.verdict == Verdict::Worse);
    let all: Vec<&String> = worse.filter_map(|it| it.says.first()).collect();
    let mut html = String::new();
    for text in all.iter().take(SENTENCES_MAX) {
        html.push_str("<li>");
        push_text(&mut html, text);
        html.push_str("</li>");
    }
    (html, all.len().saturating_sub(SENTENCES_MAX))
}

/// A span in words, such as `Fri 27 00:44 to 01:44, 1 h 0 min`.
fn span_text(span: Span) -> String {
    let (from_s, to_s) = span.ends();
    let end = if day(from_s) == day(to_s) { clock(to_s) } else { day_clock(to_s) };
    format!("{} to {end}, {}", day_clock(from_s), length(span.length_s()))
}

fn endpoints(app: &str, compared: &ReleaseComparison) -> AnyView {
    if compared.endpoints.is_empty() {
        return ().into_any();
    }
    let more = (compared.left_out > 0).then(|| {
        let text = format!("{} more endpoints with fewer requests. The API lists them: limit=1000.", compared.left_out);
        view! { <p class="note">{text}</p> }
    });
    view! {
        <section class="card">
            <div class="card-head">
                <h2>"Endpoints"<small>"worst first; each is compared with itself, so that another mix of traffic is not a slower release"</small></h2>
            </div>
            <table class="rows compared" role="table" inner_html=rows(app, compared)></table>
            {more}
        </section>
    }
    .into_any()
}

/// Loads the page again now and then while its last span goes on.
fn keep_fresh(state: RwSignal<ComparePage>, now: Clock, app: String) {
    let goes_on = |page: &ComparePage| match &page.answer {
        Ok(Some(it)) => it.after.to_s() + SETTLED_S > page.head.at_ms.div_euclid(1_000),
        Ok(None) => true,
        Err(_) => false,
    };
    if !state.with_untracked(goes_on) {
        return show_still();
    }
    let query = state.with_untracked(|it| it.query);
    let load = move || server_fns::compare(app.clone(), query);
    Polling::start(EVERY_S).load(load, move |page: ComparePage| {
        now.set(page.head.at_ms);
        state.try_set(page);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_spans_in_words() {
        let text = |from_s, to_s| span_text(Span::clamped(from_s, to_s));
        assert_eq!(text(1_790_000_000, 1_790_001_380), "Mon 21 14:13 to 14:36, 23 min");
        assert_eq!(text(1_790_000_000, 1_790_050_000), "Mon 21 14:13 to Tue 22 04:06, 13 h 53 min");
    }
}
