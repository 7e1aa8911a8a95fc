//! The panel of an open line: its text, the meaning of its error code, and the lines that its
//! source wrote before and after it. More of them are loaded on request.

use std::sync::Arc;

use contract::{
    LineId, LogContext, LogContextQuery, LogLine, LogQuery,
    log_filter::{quote, with_term},
};
use leptos::{html, prelude::*};
use serde::{Deserialize, Serialize};

use super::row::{line, size, time};
use crate::{
    Error,
    browser::clipboard,
    part::{
        address::{Address, add},
        log_address::log_address,
        request::request_address,
        time::day,
        zone::short,
    },
    server_fns,
};

/// Lines on each side at first.
const NEIGHBOURS: u16 = 10;
/// Lines that each request for more loads.
const MORE: u16 = 50;
/// How far the link to all sources reaches before and after the line, seconds.
const ALL_SOURCES_S: i64 = 30;

/// The line that the address names, with its context or an error.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenLine {
    id: LineId,
    context: Result<LogContext, Error>,
}

/// The line that the address names, while it is loaded and after.
pub type OpenLineResource = Resource<Option<OpenLine>, server_fns::EmbeddedJson>;

/// Loads the line that the address names. Called outside of the view that shows it, because the
/// server makes that view several times for one page.
pub fn open_line(page: Address, id: Memo<Option<LineId>>) -> OpenLineResource {
    server_fns::resource(
        move || (page.app(), id.get()),
        |(app, id)| async move {
            let query = LogContextQuery { id: id?, before: NEIGHBOURS, after: NEIGHBOURS };
            Some(OpenLine { id: query.id, context: server_fns::log_context(app, query).await })
        },
    )
}

/// The panel of the line that the address names; empty if it names none. `query` is what its fields
/// are added to, `base` the address to which a line's id is added, `close` the one without a line.
pub fn context_panel(
    app: String,
    query: &LogQuery,
    line: OpenLineResource,
    base: Signal<String>,
    close: Signal<String>,
) -> AnyView {
    let query = LogQuery { before: None, through: None, ..query.clone() };
    let panel = move || {
        let OpenLine { id, context } = line.get().flatten()?;
        let close = move || close.get();
        Some(match context {
            Ok(context) => {
                let fields = fields(&app, &query, &context.fields);
                opened(app.clone(), context, fields, base, close)
            }
            Err(error) => {
                let text = match error {
                    Error::Answer(contract::Error::NotFound(_)) => {
                        format!("Log line {id} not found. It may have expired.")
                    }
                    other => format!("Couldn't load this log line: {other}."),
                };
                view! {
                    <section class="card around" aria-label="Log line">
                        <div class="card-head"><p role="alert">{text}</p><a class="btn" href=close>"Close"</a></div>
                    </section>
                }
                .into_any()
            }
        })
    };
    view! { <Transition>{panel}</Transition> }.into_any()
}

fn opened(
    app: String,
    context: LogContext,
    fields: AnyView,
    base: Signal<String>,
    close: impl Fn() -> String + Send + Sync + 'static,
) -> AnyView {
    let LogContext { line: own, means, before, after, has_more_before, has_more_after, .. } = context;
    let at_s = own.at_ms.div_euclid(1_000);
    let (before, after) = (RwSignal::new(before), RwSignal::new(after));
    let (more_before, more_after) = (RwSignal::new(has_more_before), RwSignal::new(has_more_after));
    let all_sources = format!("/apps/{app}/logs?from={}&to={}", at_s - ALL_SOURCES_S, at_s + ALL_SOURCES_S + 1);
    let source = {
        let mut address = format!("/apps/{app}/logs");
        add(&mut address, "source", &own.source);
        address
    };
    let whole = format!("/api/v1/apps/{app}/logs/{}/text", own.id);
    let cut = own.bytes.saturating_sub(own.text.len() as u64);
    let cut = (cut > 1_000).then(|| {
        view! { <p class="cut">{format!("The first {} of {}. ", size(own.text.len() as u64), size(own.bytes))}<a href=whole rel="external">"Show all"</a></p> }
    });
    let own_link = base.with_untracked(|it| format!("{}{}", it, own.id));
    let text = {
        let own = own.clone();
        move || {
            let all = before.get_untracked().into_iter().chain([own.clone()]).chain(after.get_untracked());
            all.map(|it| as_text(&it)).collect::<String>()
        }
    };
    let load_before = load_more(app.clone(), before, more_before, own.id, true);
    let load_after = load_more(app, after, more_after, own.id, false);
    let none: Arc<[String]> = Arc::from(vec![]);
    let (none_before, none_after) = (Arc::clone(&none), Arc::clone(&none));
    let rows = move |of: RwSignal<Vec<LogLine>>, none: Arc<[String]>| {
        move || of.get().iter().map(|it| base.with(|base| line(it, base, &none))).collect_view()
    };
    let own_row = {
        let own = own.clone();
        move || base.with(|base| line(&own, base, &none))
    };
    let area = NodeRef::new();
    center(area);
    uncover();
    view! {
        <section class="card around" aria-label="Log line">
            <div class="card-head">
                <h2>{own.source.clone()}<small>{day(at_s)}" "{time(own.at_ms)}" "{short(at_s)}</small></h2>
                <div class="acts">
                    {copy("Copy text", text)}
                    {copy("Copy link", move || with_origin(&own_link))}
                    {own.request_id.as_ref().map(|it| view! { <a class="btn" href=request_address(it, own.at_ms)>"All lines of this request"</a> })}
                    <a class="btn" href=all_sources>"All sources at this time"</a>
                    <a class="btn" href=source>"Follow "{own.source.clone()}</a>
                    <a class="btn close" href=close aria-label="Close">"×"</a>
                </div>
            </div>
            {(!means.is_empty()).then(|| view! { <p class="means">{means}</p> })}
            <pre tabindex="0">{own.text.clone()}</pre>
            {cut}{fields}
            <h3>"Lines before and after from "{own.source.clone()}</h3>
            <div class="beside" node_ref=area tabindex="0" role="region" aria-label="Lines before and after">
                {button("earlier", more_before, load_before)}
                <ol class="lines">{rows(before, none_before)}<li class="own"><ol class="lines">{own_row}</ol></li>{rows(after, none_after)}</ol>
                {button("later", more_after, load_after)}
            </div>
        </section>
    }
    .into_any()
}

/// The fields of a line: a link that adds each to the search, and one that excludes it.
fn fields(app: &str, query: &LogQuery, fields: &[(String, String)]) -> AnyView {
    if fields.is_empty() {
        return ().into_any();
    }
    let address = |term: &str| log_address(app, &LogQuery { filter: with_term(&query.filter, term), ..query.clone() });
    let field = |(name, value): &(String, String)| {
        let term = [name, "=", &quote(value)].concat();
        let not = ["-", &term].concat();
        view! {
            <li>
                <a href=address(&term) title="Add to the search"><i>{name.clone()}</i>" "{value.clone()}</a>
                <a href=address(&not) aria-label=["Exclude ", &term].concat() title="Exclude">"−"</a>
            </li>
        }
    };
    view! { <ul class="line-fields" aria-label="Fields">{fields.iter().map(field).collect_view()}</ul> }.into_any()
}

/// A button that loads more lines on one side, as long as there may be some.
fn button(
    side: &'static str,
    has_more: RwSignal<bool>,
    load: impl Fn() + Clone + Send + Sync + 'static,
) -> impl Fn() -> Option<AnyView> {
    move || {
        let load = load.clone();
        let label = format!("Show {MORE} {side}");
        has_more.get().then(|| {
            view! { <button class="btn more" type="button" on:click=move |_| load()>{label}</button> }.into_any()
        })
    }
}

/// Scrolls the lines so that the open one is in the middle.
fn center(area: NodeRef<html::Div>) {
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        use crate::browser::size::rect;

        let Some(area) = area.get() else { return };
        request_animation_frame(move || {
            let Ok(Some(own)) = area.query_selector(".own") else { return };
            let (outer, row) = (rect(&area), rect(&own));
            let off_px = row.top - outer.top - (outer.height - row.height) / 2.0;
            area.set_scroll_top(area.scroll_top() + off_px as i32);
        });
    });
    #[cfg(not(feature = "hydrate"))]
    let _in_the_browser = area;
}

/// Scrolls the page so that the panel, which a phone shows at the lower edge, does not cover the
/// row of its line.
fn uncover() {
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        use crate::browser::size::rect;

        request_animation_frame(|| {
            let element = |selector| document().query_selector(selector).ok().flatten();
            let (Some(row), Some(panel)) = (element(".log .chosen-line"), element(".around")) else { return };
            let (row, panel) = (rect(&row), rect(&panel));
            let under_px = row.top + row.height - panel.top;
            // The panel is beside the list or below it where there is room.
            if under_px > 0.0 && row.top < panel.top + panel.height {
                window().scroll_by_with_x_and_y(0.0, under_px);
            }
        });
    });
}

/// Loads more lines on one side and adds them to those that are shown.
fn load_more(
    app: String,
    lines: RwSignal<Vec<LogLine>>,
    has_more: RwSignal<bool>,
    own: LineId,
    is_before: bool,
) -> impl Fn() + Clone + Send + Sync + 'static {
    move || {
        let end = lines.with_untracked(|lines| if is_before { lines.first() } else { lines.last() }.map(|it| it.id));
        let (before, after) = if is_before { (MORE, 0) } else { (0, MORE) };
        let query = LogContextQuery { id: end.unwrap_or(own), before, after };
        let app = app.clone();
        leptos::task::spawn_local(async move {
            let Ok(found) = server_fns::log_context(app, query).await else { return };
            let _gone = lines.try_update(|shown| {
                if is_before {
                    shown.splice(0..0, found.before);
                } else {
                    shown.extend(found.after);
                }
            });
            has_more.try_set(if is_before { found.has_more_before } else { found.has_more_after });
        });
    }
}

/// A line as a terminal shows it.
fn as_text(line: &LogLine) -> String {
    format!("{} {} {}[{}]: {}\n", day(line.at_ms.div_euclid(1_000)), time(line.at_ms), line.app, line.source, line.text)
}

/// A button that copies a text.
fn copy(name: &'static str, text: impl Fn() -> String + Send + Sync + 'static) -> AnyView {
    let is_copied = RwSignal::new(false);
    view! {
        <button class="btn" type="button" on:click=move |_| is_copied.set(clipboard::put(&text()))>
            {move || if is_copied.get() { "Copied" } else { name }}
        </button>
    }
    .into_any()
}

/// The full URL of a path on this server.
fn with_origin(path: &str) -> String {
    #[cfg(feature = "hydrate")]
    let origin = window().location().origin().unwrap_or_default();
    #[cfg(not(feature = "hydrate"))]
    let origin = "";
    format!("{origin}{path}")
}
