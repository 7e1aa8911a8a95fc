//! `/apps/:app/logs`: the log lines of one app, live or searched for. The address holds the whole
//! query, and the line that is open.

pub mod form;

pub mod search_field;

pub mod suggest;

pub mod syntax;

pub mod empty;

pub mod rows;

pub mod row;

pub mod list;

pub mod histogram;

pub mod histogram_card;

pub mod tail;

pub mod context;

pub mod older;

pub mod keys;

use contract::{AppHeader, AppSummary, LineId, LogHistogram, LogPage, LogQuery, LogTime, Span};
use leptos::prelude::*;
use leptos_meta::Title;

use self::{
    context::{OpenLineResource, context_panel, open_line},
    empty::empty_note,
    form::form,
    histogram_card::histogram_card,
    keys::KeyActions,
    list::{List, list},
    older::older_lines,
    rows::Rows,
    tail::{TailTargets, follow, tail_bar},
};
use super::{
    app_header::{chip, freshness, tabs},
    not_found::{Failed, NotFound},
    table::Page,
};
use crate::{
    Error,
    live::{
        clock::Clock,
        status::{answered, tell_open},
    },
    part::{
        address::{Address, add},
        log_address::{log_address, of_address},
        number::grouped,
    },
    server_fns,
};

/// Loads the lines that the address asks for, and shows them or says why not.
#[component]
pub fn LogsRoute() -> impl IntoView {
    let here = Address::of_page();
    let query = Memo::new(move |_| here.query.with(of_address));
    let load = |(name, query): (String, LogQuery)| async move {
        let page = server_fns::log_page(name.clone(), query.clone()).await;
        let head = server_fns::head(name.clone()).await;
        // In the browser the histogram is loaded after the lines.
        let histogram = match &page {
            Ok(page) if cfg!(feature = "ssr") => {
                server_fns::log_histogram(name.clone(), query_of_page(&query, page), true).await.ok()
            }
            _ => None,
        };
        (name, query, page.and_then(|page| Ok((page, head?, histogram))))
    };
    let loaded = server_fns::resource(move || (here.app(), query.get()), load);
    let id = Memo::new(move |_| here.query.with(|it| it.get("line")?.parse::<LineId>().ok()));
    let open_line = open_line(here, id);
    let view = move || {
        loaded.get().map(|(name, query, answer)| {
            let shown = match answer {
                Ok((page, head, histogram)) => view! { <Logs query page head histogram id open_line /> }.into_any(),
                Err(Error::Answer(contract::Error::NotFound(_))) => view! { <NotFound app=name.clone() /> }.into_any(),
                Err(error) => view! { <Failed error /> }.into_any(),
            };
            view! { <Title text=Page::Logs.title(&name) />{shown} }
        })
    };
    answered("Loading…", view)
}

/// A query for the span and the blocks that a page of results is about: lines that came later
/// belong to the tail.
fn query_of_page(query: &LogQuery, page: &LogPage) -> LogQuery {
    LogQuery { before: None, through: Some(page.through), time: LogTime::Span(page.span), ..query.clone() }
}

#[component]
fn Logs(
    query: LogQuery,
    page: LogPage,
    head: AppHeader,
    histogram: Option<LogHistogram>,
    id: Memo<Option<LineId>>,
    open_line: OpenLineResource,
) -> impl IntoView {
    let app = page.app.clone();
    let clock = Clock::start(head.at_ms);
    let (head, histogram) = (RwSignal::new(head), RwSignal::new(histogram));
    let here = log_address(&app, &query);
    let mut base = here.clone();
    add(&mut base, "line", "");
    let (here, base) = (Signal::stored(here), Signal::stored(base));
    tell_open(move || head.with(|it| it.open_incidents));
    let lines = List::new(Rows::new(page.lines.clone(), page.events.clone()), id.get_untracked());
    let tail = follow(&query, &page, TailTargets { list: lines, histogram, head, clock });
    let whole = query_of_page(&query, &page);
    if page.problem.is_empty() {
        load_histogram(app.clone(), whole.clone(), histogram, tail.is_live);
    }
    let count_all = {
        let app = app.clone();
        Callback::new(move |()| load_histogram(app.clone(), whole.clone(), histogram, false))
    };
    let Actions { go, show_span, open, keys } = actions(&app, &query, lines, here, base, tail.is_live);
    keys::listen(lines, keys);
    let older = older_lines(&app, &query, lines, page.before);
    let scanned = format!(
        "Searched {} MB in {} ms.",
        grouped(page.scanned_bytes.div_ceil(1_000_000) as i64),
        grouped(page.took_ms.max(1) as i64)
    );
    let rows = list(lines, base, page.highlights.clone().into(), older.load, open, older.link);
    let now = Signal::derive(move || head.with(|it| it.summary.clone()));
    let losses = Signal::derive(move || head.with(|it| it.losses.clone()));
    view! {
        <div class="logs">
            {page_head(&app, query.time.span(), now, clock)}
            {form(&app, &query, go, keys.close)}
            {histogram_card(histogram, show_span, count_all)}
            <section class="card list" aria-label="Logs">{rows}{empty_note(&query, &page, lines)}{tail_bar(lines, tail)}</section>
            {context_panel(app, &query, open_line, base, here)}
            <div class="foot">
                {freshness(now, losses, clock)}
                <span>{scanned}</span>
                {crate::part::zone::note("Text that looks like a password, a token or an email address is masked.")}
            </div>
        </div>
    }
}

/// What parts of the page do by going to another address.
struct Actions {
    /// Shows the results of another query.
    go: Callback<(LogQuery,)>,
    /// Shows the lines of a span.
    show_span: Callback<(Span,)>,
    /// Opens a line.
    open: Callback<(LineId,)>,
    keys: KeyActions,
}

fn actions(
    app: &str,
    query: &LogQuery,
    lines: List,
    here: Signal<String>,
    base: Signal<String>,
    is_live: bool,
) -> Actions {
    let page = Address::of_page();
    let go_to = Callback::new(move |(address,): (String,)| page.go(&address));
    let open = Callback::new(move |(id,): (LineId,)| {
        lines.is_paused.set(true);
        lines.chosen.set(Some(id));
        go_to.run((base.with_untracked(|it| format!("{it}{id}")),));
    });
    let go = {
        let app = app.to_owned();
        Callback::new(move |(query,): (LogQuery,)| go_to.run((log_address(&app, &query),)))
    };
    let show_span = {
        let query = LogQuery { before: None, ..query.clone() };
        Callback::new(move |(span,): (Span,)| {
            go.run((LogQuery { time: LogTime::Span(span), ..query.clone() },));
        })
    };
    let open_chosen = Callback::new(move |()| {
        if let Some(id) = lines.chosen.get_untracked() {
            open.run((id,));
        }
    });
    let close = Callback::new(move |()| go_to.run((here.get_untracked(),)));
    Actions { go, show_span, open, keys: KeyActions { open: open_chosen, close, is_live } }
}

fn page_head(app: &str, span: Option<Span>, now: Signal<AppSummary>, clock: Clock) -> AnyView {
    view! {
        <div class="apphead">
            <h1>{app.to_owned()}</h1>{chip(now, clock)}<span class="push"></span>{tabs(app, Page::Logs, span)}
        </div>
    }
    .into_any()
}

/// Loads the histogram if it is not known yet. A brief count takes no longer than a page, and may
/// be incomplete; any other is loaded also to complete that.
fn load_histogram(app: String, query: LogQuery, histogram: RwSignal<Option<LogHistogram>>, is_brief: bool) {
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        let is_enough = |it: &LogHistogram| is_brief || it.counted_from_ms <= it.from_s * 1_000;
        if histogram.with_untracked(|it| it.as_ref().is_some_and(is_enough)) {
            return;
        }
        let (app, query) = (app.clone(), query.clone());
        leptos::task::spawn_local(async move {
            if let Ok(counted) = server_fns::log_histogram(app, query, is_brief).await {
                histogram.try_set(Some(counted));
            }
        });
    });
    #[cfg(not(feature = "hydrate"))]
    let _in_the_browser = (app, query, histogram, is_brief);
}
