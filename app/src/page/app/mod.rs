//! `/apps/:app`: one app over a range. The address holds the whole view: `?range=1h`, or `?from=UNIX&to=UNIX` of a span that was chosen in
//! it; `at=UNIX&step=SECONDS` is where the crosshair is pinned, `chart=` and `series=` what of a chart was clicked or chosen.

pub mod plots;

pub mod heatmap;

pub mod charts;

pub mod kpis;

pub mod reasons;

pub mod events;

pub mod endpoints;

pub mod addons;

pub mod log_query;

use contract::{AppPage, AppSummary, LossCount, Range, Unmatched};
use leptos::prelude::*;
use leptos_meta::Title;

use self::{
    charts::{Charts, marked},
    kpis::KpiRow,
    log_query::question,
    reasons::Reasons,
};
use super::not_found::{Failed, NotFound};
use crate::{
    Error,
    chart::{
        cursor::{Cursor, Pin},
        tick::moment,
    },
    live::{clock::Clock, source, status::answered},
    part::{
        address::{Address, Query},
        head::{Tab, chip, freshness, tabs},
        log_card::{self, Pinned, lines_card},
        number::grouped,
        span::span_form,
        time::from_stamp,
        type_erasure::{maybe, text},
    },
    server_fns,
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
    let ask = |(name, range, pin): (String, Range, Option<Pin>)| async move {
        let page = server_fns::app_page(name.clone(), range).await;
        let pinned = match (&page, pin) {
            (Ok(page), Some(pin)) => {
                let pin = pin.stepped(page.step_s);
                let asked = question(&pin, page.span.ends());
                Some(Pinned::ask(name.clone(), pin, asked).await)
            }
            _ => None,
        };
        (name, page, pinned)
    };
    // Where the crosshair is pinned changes in the address without a new page.
    let pin = move || query.with_untracked(Pin::of_query);
    let page = server_fns::resource(move || (address.app(), range.get(), pin()), ask);
    let view = move || {
        page.get().map(|(name, answer, pinned)| {
            let shown = match answer {
                Ok(page) => view! { <Live page pinned /> }.into_any(),
                Err(Error::Answer(contract::Error::NotFound(_))) => view! { <NotFound app=name.clone() /> }.into_any(),
                Err(error) => view! { <Failed error /> }.into_any(),
            };
            view! { <Title text=name />{shown} }
        })
    };
    answered("Loading…", view)
}

/// The range that an address names.
pub(crate) fn range_of(query: &Query) -> Range {
    let moment = |name: &str| query.get(name).and_then(|it| it.parse().ok().or_else(|| from_stamp(it)));
    match (moment("from"), moment("to")) {
        (Some(from_s), Some(to_s)) => Range::between(from_s, to_s),
        _ => Range::from_word(query.word("range")),
    }
}

/// The page's address: a range that was chosen out of another keeps its name, to go back to.
fn address(app: &str, range: Range, chosen_in: Option<&str>, pin: Option<&Pin>) -> String {
    let mut address = match range {
        Range::Custom(span) => format!("/apps/{app}?from={}&to={}", span.from_s(), span.to_s()),
        _ => format!("/apps/{app}?range={}", range.word()),
    };
    if let Some(word) = chosen_in.filter(|_| matches!(range, Range::Custom(..))) {
        address.push_str("&range=");
        address.push_str(word);
    }
    if let Some(pin) = pin {
        pin.put(&mut address);
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
    let losses = Signal::derive(move || state.with(|it| it.losses.clone()));
    let span_s = state.with_untracked(|it| it.span.ends());
    let chosen_in = if range.span_s().is_some() { String::new() } else { range.word().to_owned() };
    let pinned = RwSignal::new(pinned);
    let cursor = cursor(state, range, pinned);
    view! {
        <div class="apphead">
            <h1>{text(move || state.with(|it| it.summary.app.clone()))}</h1>
            {chip(now, clock)}
            <span class="push"></span>
            {tabs(&app, Tab::Figures, range.span_s())}
            {ranges(&app, range)}{span_form(span_s, vec![("range", chosen_in)], range.span_s().is_some())}
        </div>
        <Reasons state />
        <KpiRow state range />
        <Charts state clock range cursor />
        {lines_card(app, pinned, Callback::new(move |()| cursor.pinned.set(None)))}
        {foot(now, losses, clock)}
        {unmatched(Signal::derive(move || state.with(|it| it.unmatched.clone())))}
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
        Range::Custom(span) => {
            let ((from_s, to_s), length_s) = (span.ends(), span.length_s());
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
        Callback::new(move |(chosen,): (Option<((i64, i64), Pin)>,)| {
            let chosen_in = chosen_in();
            let to = match (&chosen, range) {
                (Some(((from_s, to_s), _)), _) => Range::between(*from_s, *to_s),
                (None, Range::Custom(..)) => Range::from_word(chosen_in.as_deref().unwrap_or_default()),
                (None, _) => return,
            };
            here.go(&address(&app, to, chosen_in.as_deref(), chosen.map(|it| it.1).as_ref()));
        })
    };
    let marked = Memo::new(move |_| state.with(marked));
    let step_s = state.with_untracked(|it| it.step_s);
    let pin = pinned.with_untracked(|it| it.as_ref().map(|it| it.pin.clone()));
    let cursor = Cursor::new(step_s, pin, zoom, marked.into());
    let shown_s = move || state.with_untracked(|it| it.span.ends());
    log_card::follow(app.clone(), cursor.pinned, pinned, move |pin| question(pin, shown_s()));
    Effect::new(move |before: Option<Option<Pin>>| {
        let pin = cursor.pinned.get();
        if before.is_some_and(|it| it != pin) {
            here.replace(&address(&app, range, chosen_in().as_deref(), pin.as_ref()));
        }
        pin
    });
    cursor
}

/// What the stream does not carry is asked for again now and then: of the live range the events and endpoints, of longer
/// ones everything but the head figures. A span of the past stays as it was.
fn keep_fresh(state: RwSignal<AppPage>, app: String, range: Range) {
    let every_s = match range {
        Range::Live | Range::Hour => 10,
        Range::Custom(span) if span.to_s() + SETTLED_S < state.with_untracked(|it| it.at_ms.div_euclid(1_000)) => {
            return;
        }
        _ => 60,
    };
    #[cfg(feature = "hydrate")]
    {
        let refresh = move || {
            let app = app.clone();
            leptos::task::spawn_local(async move {
                let Ok(page) = server_fns::app_page(app, range).await else { return };
                let _gone = state.try_update(|it| {
                    if range == Range::Live {
                        (it.events, it.endpoints, it.previous) = (page.events, page.endpoints, page.previous);
                        (it.addons, it.losses, it.unmatched) = (page.addons, page.losses, page.unmatched);
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

/// How new the figures are, and what is missing from them.
fn foot(now: Signal<AppSummary>, losses: Signal<Vec<LossCount>>, clock: Clock) -> AnyView {
    let folded = maybe(move || {
        let n = now.with(|it| it.overflowed);
        let text = || {
            format!(
                "Series limit reached: {} measurements in the last hour were grouped as (other).",
                grouped(n as i64)
            )
        };
        (n > 0).then(|| view! { <span class="stale">{text()}</span> }.into_any())
    });
    view! {
        <div class="foot">
            {freshness(now, losses, clock)}
            {folded}
            <span>"Times are UTC. Data at the faded end of a chart may be incomplete."</span>
        </div>
    }
    .into_any()
}

/// The share of lines that gave no metric, with some of them to open.
fn unmatched(now: Signal<Unmatched>) -> AnyView {
    let line = move || {
        let Unmatched { lines, of, samples } = now.get();
        let text = share(lines, of)?;
        let samples = samples.into_iter().map(|it| view! { <li><code>{it}</code></li> }).collect_view();
        Some(view! { <details class="foot"><summary>{text}</summary><ul>{samples}</ul></details> }.into_any())
    };
    maybe(line).into_any()
}

/// `38 % of log lines in the last hour matched no metric.`
fn share(lines: u64, of: u64) -> Option<String> {
    let percent = match (lines * 100).checked_div(of)? {
        _ if lines == 0 => return None,
        0 => "Less than 1".to_owned(),
        it => it.min(100).to_string(),
    };
    Some(format!("{percent} % of log lines in the last hour matched no metric."))
}

#[cfg(test)]
mod tests {
    #[test]
    fn ok_share_of_lines_without_metric() {
        for (lines, of, expected) in [
            (0, 0, None),
            (0, 9, None),
            (1, 1_000, Some("Less than 1 % of log lines in the last hour matched no metric.")),
            (38, 100, Some("38 % of log lines in the last hour matched no metric.")),
            (9, 9, Some("100 % of log lines in the last hour matched no metric.")),
        ] {
            assert_eq!(share(lines, of).as_deref(), expected);
        }
    }

    use super::*;

    #[test]
    fn ok_addresses() {
        let chosen = Range::between(1_790_000_000, 1_790_000_600);
        let pin = |series: Option<&str>| {
            Some(Pin { at_s: Some(7), step_s: 5, chart: "Response time".to_owned(), series: series.map(str::to_owned) })
        };
        for (range, chosen_in, pin, expected) in [
            (Range::Day, None, None, "/apps/a?range=24h"),
            (
                Range::Day,
                Some("1h"),
                pin(Some("p99")),
                "/apps/a?range=24h&at=7&step=5&chart=Response%20time&series=p99",
            ),
            (chosen, Some("1h"), None, "/apps/a?from=1790000000&to=1790000600&range=1h"),
            (
                chosen,
                Some("1h"),
                pin(None).map(|it| Pin { at_s: None, step_s: 0, ..it }),
                "/apps/a?from=1790000000&to=1790000600&range=1h&chart=Response%20time",
            ),
            (chosen, None, pin(None), "/apps/a?from=1790000000&to=1790000600&at=7&step=5&chart=Response%20time"),
        ] {
            let address = address("a", range, chosen_in, pin.as_ref());
            assert_eq!(address, expected);
            assert_eq!(Pin::of_query(&Query::parse(address.split_once('?').unwrap_or_default().1)), pin);
        }
    }
}
