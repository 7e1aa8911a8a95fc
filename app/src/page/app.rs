//! `/apps/:app`: one app over a range. The address holds the whole view: `?range=1h`, or `?from=UNIX&to=UNIX` of a span that was chosen in
//! it, and `at=UNIX` where the crosshair is pinned.

use contract::{AppPage, AppSummary, Health, Range};
use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    app_charts::{Charts, marked},
    app_kpis::KpiRow,
    app_lines::{Pinned, pinned_lines, question},
    not_found::{Failed, NotFound},
};
use crate::{
    Error, ask,
    chart::{cursor::Cursor, tick::moment},
    live::{clock::Clock, source},
    part::{
        address::{Address, Query},
        head::{Tab, chip, freshness, losses, tabs},
        number::grouped,
    },
};

/// A chosen span whose end is this old changes no more, seconds.
const SETTLED_S: i64 = 600;

/// Asks for the page that the address names, and shows it or says why not.
#[component]
pub fn AppRoute() -> impl IntoView {
    let address = Address::of_page();
    let query = address.query;
    let range = Memo::new(move |_| query.with(range_of));
    // The name comes back with the answer, for the title too: when the server renders them, the signal it came from may be gone.
    let ask = |(name, range, at_s): (String, Range, Option<i64>)| async move {
        let page = ask::app_page(name.clone(), range).await;
        let lines = match (&page, at_s) {
            (Ok(page), Some(at_s)) => {
                let asked = question(at_s, page.step_s);
                ask::lines(name.clone(), asked).await.ok()
            }
            _ => None,
        };
        (name, page, at_s, lines)
    };
    // Where the crosshair is pinned changes in the address without a new page.
    let pinned = move || query.with_untracked(|it| it.get("at")?.parse::<i64>().ok());
    let page = ask::resource(move || (address.app(), range.get(), pinned()), ask);
    let view = move || {
        page.get().map(|(name, answer, at_s, found)| {
            let shown = match answer {
                Ok(page) => {
                    let pinned = at_s.map(|at_s| Pinned { at_s, step_s: page.step_s, found });
                    view! { <Live page pinned /> }.into_any()
                }
                Err(Error::Answer(contract::Error::NotFound(_))) => {
                    view! { <NotFound what=format!("The app {name}") /> }.into_any()
                }
                Err(error) => view! { <Failed error /> }.into_any(),
            };
            view! { <Title text=name />{shown} }
        })
    };
    view! {
        <Transition fallback=|| view! { <p class="loading" role="status">"Asking for the figures"</p> }>{view}</Transition>
    }
}

/// The range that an address names.
pub(super) fn range_of(query: &Query) -> Range {
    let number = |name: &str| query.get(name).and_then(|it| it.parse::<i64>().ok());
    match (number("from"), number("to")) {
        (Some(from_s), Some(to_s)) => Range::between(from_s, to_s),
        _ => Range::from_word(query.word("range")),
    }
}

/// The page's address: a range that was chosen out of another keeps its name, to go back to.
fn address(app: &str, range: Range, chosen_in: Option<&str>, at_s: Option<i64>) -> String {
    let mut address = match range {
        Range::Custom(from_s, to_s) => format!("/apps/{app}?from={from_s}&to={to_s}"),
        _ => format!("/apps/{app}?range={}", range.word()),
    };
    if let Some(word) = chosen_in.filter(|_| matches!(range, Range::Custom(..))) {
        address.push_str("&range=");
        address.push_str(word);
    }
    if let Some(at_s) = at_s {
        address.push_str(&format!("&at={at_s}"));
    }
    address
}

/// The page, kept live.
#[component]
fn Live(page: AppPage, pinned: Option<Pinned>) -> impl IntoView {
    let clock = Clock::start(page.at_ms);
    let (app, range) = (page.summary.app.clone(), page.range);
    let state = RwSignal::new(page);
    source::follow(state, clock, format!("/api/v1/apps/{app}/live"));
    keep_fresh(state, app.clone(), range);
    let now = Signal::derive(move || state.with(|it| it.summary.clone()));
    let pinned = RwSignal::new(pinned);
    let cursor = cursor(state, range, pinned);
    view! {
        <div class="apphead">
            <h1>{move || state.with(|it| it.summary.app.clone())}</h1>
            {chip(now, clock)}
            <span class="push"></span>
            {tabs(&app, Tab::Figures)}
            {ranges(&app, range)}
        </div>
        <Reasons state />
        <KpiRow state range />
        <Charts state clock range cursor />
        {pinned_lines(app, pinned)}
        {foot(now, clock)}
    }
    .into_any()
}

/// Every range, and the chosen one.
fn ranges(app: &str, range: Range) -> AnyView {
    let segment = move |it: Range| {
        let href = address(app, it, None, None);
        view! { <a href=href aria-current=(it == range).then_some("true")>{it.label()}</a> }
    };
    let custom = match range {
        Range::Custom(from_s, to_s) => {
            let length_s = to_s - from_s;
            let step_s = if length_s < 3_600 { 1 } else { 60 };
            let text = format!("{} – {}", moment(from_s, step_s, length_s), moment(to_s, step_s, length_s));
            Some(view! { <a class="custom" href=address(app, range, None, None) aria-current="true">{text}</a> })
        }
        _ => None,
    };
    view! { <nav class="seg" aria-label="Range">{Range::ALL.map(segment).collect_view()}{custom}</nav> }.into_any()
}

/// The crosshair, whose pin and chosen spans stand in the address.
fn cursor(state: RwSignal<AppPage>, range: Range, pinned: RwSignal<Option<Pinned>>) -> Cursor {
    let here = Address::of_page();
    let app = state.with_untracked(|it| it.summary.app.clone());
    let chosen_in = move || match range {
        Range::Custom(..) => here.query.with_untracked(|it| it.get("range").map(str::to_owned)),
        _ => Some(range.word().to_owned()),
    };
    let zoom = {
        let app = app.clone();
        Callback::new(move |(span,): (Option<(i64, i64)>,)| {
            let chosen_in = chosen_in();
            let to = match (span, range) {
                (Some((from_s, to_s)), _) => Range::between(from_s, to_s),
                (None, Range::Custom(..)) => Range::from_word(chosen_in.as_deref().unwrap_or_default()),
                (None, _) => return,
            };
            here.go(&address(&app, to, chosen_in.as_deref(), None));
        })
    };
    let marked = Memo::new(move |_| state.with(marked));
    let step_s = state.with_untracked(|it| it.step_s);
    let cursor = Cursor::new(step_s, pinned.with_untracked(|it| it.as_ref().map(|it| it.at_s)), zoom, marked.into());
    Effect::new(move |before: Option<Option<i64>>| {
        let at_s = cursor.pinned.get();
        if before.is_some_and(|it| it != at_s) {
            here.replace(&address(&app, range, chosen_in().as_deref(), at_s));
            ask_lines(state, app.clone(), at_s, cursor, pinned);
        }
        at_s
    });
    cursor
}

/// Asks for the lines of a step; an answer that comes after the crosshair has moved on is left.
fn ask_lines(
    state: RwSignal<AppPage>,
    app: String,
    at_s: Option<i64>,
    cursor: Cursor,
    pinned: RwSignal<Option<Pinned>>,
) {
    let Some(at_s) = at_s else { return pinned.set(None) };
    let step_s = state.with_untracked(|it| it.step_s);
    leptos::task::spawn_local(async move {
        let found = ask::lines(app, question(at_s, step_s)).await.ok();
        if cursor.pinned.try_get_untracked() == Some(Some(at_s)) {
            pinned.try_set(Some(Pinned { at_s, step_s, found }));
        }
    });
}

/// What the stream does not carry is asked for again now and then: of the live range the events and endpoints, of longer
/// ones everything but the head figures. A span of the past stays as it was.
fn keep_fresh(state: RwSignal<AppPage>, app: String, range: Range) {
    let every_s = match range {
        Range::Live | Range::Hour => 10,
        Range::Custom(_, to_s) if to_s + SETTLED_S < state.with_untracked(|it| it.at_ms.div_euclid(1_000)) => return,
        _ => 60,
    };
    #[cfg(feature = "hydrate")]
    {
        let refresh = move || {
            let app = app.clone();
            leptos::task::spawn_local(async move {
                let Ok(page) = ask::app_page(app, range).await else { return };
                let _gone = state.try_update(|it| {
                    if range == Range::Live {
                        (it.marks, it.endpoints, it.before) = (page.marks, page.endpoints, page.before);
                    } else {
                        *it = page;
                    }
                });
            });
        };
        crate::live::clock::every(std::time::Duration::from_secs(every_s), refresh);
    }
    #[cfg(not(feature = "hydrate"))]
    let _on_the_server: (RwSignal<AppPage>, String, u64) = (state, app, every_s);
}

/// Why it is so; nothing when all is well.
#[component]
fn Reasons(state: RwSignal<AppPage>) -> impl IntoView {
    let reasons = Memo::new(move |_| state.with(|it| it.summary.reasons.clone()));
    move || {
        let all = reasons.get();
        let worst = all.first().map(|it| it.health).filter(|it| *it != Health::Healthy)?;
        let each = all.into_iter().map(|it| view! { <span><b>{it.what}</b>" "{it.detail}</span> }).collect_view();
        Some(view! { <div class=format!("reasons {}", worst.word())>{each}</div> })
    }
}

/// How new the figures are, and what is missing from them.
fn foot(now: Signal<AppSummary>, clock: Clock) -> AnyView {
    let folded = move || {
        let n = now.with(|it| it.folded);
        let text =
            || format!("Too many series: {} measurements of the last hour share one named (other).", grouped(n as i64));
        (n > 0).then(|| view! { <span class="stale">{text()}</span> })
    };
    view! {
        <div class="foot">
            {freshness(now, losses(now), clock)}
            {folded}
            <span>"Times are UTC. The faded end of a chart may still be filling."</span>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_addresses() {
        let chosen = Range::between(1_790_000_000, 1_790_000_600);
        for (range, chosen_in, at_s, expected) in [
            (Range::Day, None, None, "/apps/a?range=24h"),
            (Range::Day, Some("1h"), Some(7), "/apps/a?range=24h&at=7"),
            (chosen, Some("1h"), None, "/apps/a?from=1790000000&to=1790000600&range=1h"),
            (chosen, None, Some(7), "/apps/a?from=1790000000&to=1790000600&at=7"),
        ] {
            assert_eq!(address("a", range, chosen_in, at_s), expected);
        }
    }
}
