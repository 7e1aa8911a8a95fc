//! `/apps/:app/logs`: raw lines of one app, as they come or searched for. The address holds the whole question, and the line that is open.

pub mod query;

pub mod form;

pub mod rows;

pub mod row;

pub mod list;

pub mod histogram;

pub mod tail;

pub mod context;

pub mod keys;

use contract::{AppHeader, AppSummary, LineId, LogHistogram, LogPage, LogQuery, Span};
use leptos::prelude::*;
use leptos_meta::Title;

use self::{
    context::{Opened, around, opened_line},
    form::form,
    histogram::bars_card,
    keys::Acts,
    list::{List, list},
    query::{BACK, address, asked_in, is_live, marked},
    rows::Rows,
    tail::{bar_below, follow},
};
use super::{
    app_header::{chip, freshness, tabs},
    not_found::{Failed, NotFound},
    table::Page,
};
use crate::{
    Error,
    live::{clock::Clock, status::answered},
    part::{
        address::{Address, add},
        number::grouped,
    },
    server_fns,
};

/// Asks for the lines that the address names.
#[component]
pub fn LogsRoute() -> impl IntoView {
    let here = Address::of_page();
    let asked = Memo::new(move |_| here.query.with(asked_in));
    let ask = |(name, asked): (String, LogQuery)| async move {
        let lines = server_fns::lines(name.clone(), asked.clone()).await;
        let head = server_fns::head(name.clone()).await;
        // In the browser they come behind the lines.
        let bars = match &lines {
            Ok(found) if cfg!(feature = "ssr") => {
                server_fns::log_histogram(name.clone(), through(&asked, found), true).await.ok()
            }
            _ => None,
        };
        (name, asked, lines.and_then(|lines| Ok((lines, head?, bars))))
    };
    let found = server_fns::resource(move || (here.app(), asked.get()), ask);
    let id = Memo::new(move |_| here.query.with(|it| it.get("line")?.parse::<LineId>().ok()));
    let opened = opened_line(here, id);
    let view = move || {
        found.get().map(|(name, asked, answer)| {
            let shown = match answer {
                Ok((found, head, bars)) => view! { <Lines asked found head bars id opened /> }.into_any(),
                Err(Error::Answer(contract::Error::NotFound(_))) => view! { <NotFound app=name.clone() /> }.into_any(),
                Err(error) => view! { <Failed error /> }.into_any(),
            };
            view! { <Title text=Page::Logs.title(&name) />{shown} }
        })
    };
    answered("Loading…", view)
}

/// The same question of the same lines: what came after an answer is the tail's.
fn through(asked: &LogQuery, found: &LogPage) -> LogQuery {
    let (from_s, to_s) = found.span_s;
    let span_s = Some(Span::clamped(from_s, to_s));
    LogQuery { before_ms: None, through: Some(found.through), span_s, ..asked.clone() }
}

#[component]
fn Lines(
    asked: LogQuery,
    found: LogPage,
    head: AppHeader,
    bars: Option<LogHistogram>,
    id: Memo<Option<LineId>>,
    opened: Opened,
) -> impl IntoView {
    let page = Address::of_page();
    let app = found.app.clone();
    let clock = Clock::start(head.at_ms);
    let (head, bars) = (RwSignal::new(head), RwSignal::new(bars));
    let here = address(&app, &asked);
    let mut base = here.clone();
    add(&mut base, "line", "");
    let (here, base) = (Signal::stored(here), Signal::stored(base));
    let lines = List::new(Rows::new(found.lines.clone(), found.events.clone()), id.get_untracked());
    let came = follow(is_live(&asked), &asked, &found, lines, bars, (head, clock));
    let whole = through(&asked, &found);
    count_bars(app.clone(), whole.clone(), bars, came.is_live);
    let count_all = {
        let app = app.clone();
        Callback::new(move |()| count_bars(app.clone(), whole.clone(), bars, false))
    };
    let go_to = Callback::new(move |(address,): (String,)| page.go(&address));
    let open = Callback::new(move |(id,): (LineId,)| {
        lines.is_paused.set(true);
        lines.chosen.set(Some(id));
        go_to.run((base.with_untracked(|it| format!("{it}{id}")),));
    });
    let go = {
        let app = app.clone();
        Callback::new(move |(asked,): (LogQuery,)| go_to.run((address(&app, &asked),)))
    };
    let choose = {
        let asked = LogQuery { back: String::new(), before_ms: None, ..asked.clone() };
        Callback::new(move |((from_s, to_s),): ((i64, i64),)| {
            go.run((LogQuery { span_s: Some(Span::clamped(from_s, to_s)), ..asked.clone() },));
        })
    };
    let open_chosen = Callback::new(move |()| {
        if let Some(id) = lines.chosen.get_untracked() {
            open.run((id,));
        }
    });
    let close = Callback::new(move |()| go_to.run((here.get_untracked(),)));
    keys::listen(lines, Acts { open: open_chosen, close, is_live: came.is_live });
    let (older, older_link) = older_lines(&app, &asked, lines, found.before_ms);
    let looked_at = format!(
        "Searched {} MB in {} ms.",
        grouped(found.scanned_bytes.div_ceil(1_000_000) as i64),
        grouped(found.took_ms.max(1) as i64)
    );
    let rows = list(lines, base, marked(&asked.words).into(), older, open, older_link);
    let now = Signal::derive(move || head.with(|it| it.summary.clone()));
    let losses = Signal::derive(move || head.with(|it| it.losses.clone()));
    view! {
        <div class="logs">
            {page_head(&app, asked.span_s, now, clock)}
            {form(&app, &asked, go)}
            {bars_card(bars, choose, count_all)}
            <section class="card list" aria-label="Logs">{rows}{nothing(&asked, lines)}{bar_below(lines, came)}</section>
            {around(app, opened, base, here)}
            <div class="foot">
                {freshness(now, losses, clock)}
                <span>{looked_at}</span>
                <span>"Times are UTC. Text that looks like a password, a token or an email address is masked."</span>
            </div>
        </div>
    }
}

fn page_head(app: &str, span_s: Option<Span>, now: Signal<AppSummary>, clock: Clock) -> AnyView {
    view! {
        <div class="apphead">
            <h1>{app.to_owned()}</h1>{chip(now, clock)}<span class="push"></span>{tabs(app, Page::Logs, span_s)}
        </div>
    }
    .into_any()
}

/// Why the list is empty.
fn nothing(asked: &LogQuery, lines: List) -> AnyView {
    let time = LogQuery {
        back: asked.back.clone(),
        span_s: asked.span_s,
        before_ms: asked.before_ms,
        through: asked.through,
        ..LogQuery::default()
    };
    let lines_of = if *asked == time { "No log lines" } else { "No matching lines" };
    let back = BACK.iter().find(|it| it.0 == asked.back).map(|it| it.1);
    let told = match (asked.before_ms, asked.span_s, back) {
        (Some(_), _, _) => format!("{lines_of} before this time."),
        (None, Some(_), _) => format!("{lines_of} in the selected range."),
        (None, None, Some(length)) => format!("{lines_of} in the last {length}."),
        (None, None, None) => format!("{lines_of} in the last hour. New ones appear here as they arrive."),
    };
    view! {
        {move || {
            let told = told.clone();
            lines.rows.with(|it| it.shown.is_empty()).then(|| view! { <p class="none">{told}</p> })
        }}
    }
    .into_any()
}

/// Asks how many lines there are when, if that is not known yet; `is_brief` for no longer than a page takes.
fn count_bars(app: String, asked: LogQuery, bars: RwSignal<Option<LogHistogram>>, is_brief: bool) {
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        let is_known =
            bars.with_untracked(|it| it.as_ref().is_some_and(|it| is_brief || it.counted_from_ms <= it.from_s * 1_000));
        if is_known {
            return;
        }
        let (app, asked) = (app.clone(), asked.clone());
        leptos::task::spawn_local(async move {
            if let Ok(counted) = server_fns::log_histogram(app, asked, is_brief).await {
                bars.try_set(Some(counted));
            }
        });
    });
    #[cfg(not(feature = "hydrate"))]
    let _in_the_browser = (app, asked, bars, is_brief);
}

/// What brings older lines, by hand and by scrolling, and its link.
fn older_lines(app: &str, asked: &LogQuery, lines: List, before_ms: Option<i64>) -> (Callback<()>, AnyView) {
    let before_ms = RwSignal::new(before_ms);
    let is_asking = RwSignal::new(false);
    let (app, asked) = (app.to_owned(), asked.clone());
    let href = {
        let (app, asked) = (app.clone(), asked.clone());
        move |before_ms| address(&app, &LogQuery { before_ms: Some(before_ms), ..asked.clone() })
    };
    let older = Callback::new(move |()| {
        let Some(before) = before_ms.get_untracked().filter(|_| !is_asking.get_untracked()) else { return };
        is_asking.set(true);
        let (app, asked) = (app.clone(), LogQuery { before_ms: Some(before), ..asked.clone() });
        leptos::task::spawn_local(async move {
            if let Ok(found) = server_fns::lines(app, asked).await {
                before_ms.try_set(found.before_ms);
                let _gone = lines.rows.try_update(|it| it.put_before(found.lines, found.events));
            }
            is_asking.try_set(false);
        });
    });
    let link = move || {
        before_ms.get().map(|it| {
            let click = move |event: leptos::ev::MouseEvent| {
                event.prevent_default();
                older.run(());
            };
            let name = move || if is_asking.get() { "Loading…" } else { "Show older lines" };
            view! { <p class="older"><a class="btn" href=href(it) on:click=click>{name}</a></p> }
        })
    };
    (older, view! { {link} }.into_any())
}
