//! One line, opened: all of its text, what its code means, and what its source wrote before and after it, as far as one wants to go.

use std::sync::Arc;

use contract::{LineId, LogContext, LogContextQuery, LogLine};
use leptos::{html, prelude::*};

use super::row::{line, size, time};
use crate::{
    Error,
    browser::clipboard,
    part::{
        address::{Address, add},
        time::day,
    },
    server_fns,
};

/// Lines before and after at first, and those that each wish for more brings.
const BESIDE: u16 = 10;
const MORE: u16 = 50;
/// Width of the span around a line that shows all sources, seconds.
const NEAR_S: i64 = 30;

/// The line that the address names, and the answer about it.
pub type Opened = Resource<Option<(LineId, Result<LogContext, Error>)>, server_fns::EmbeddedJson>;

/// Asks for the line that the address names. Outside of what shows it, which the server makes several times for one page.
pub fn opened_line(page: Address, id: Memo<Option<LineId>>) -> Opened {
    server_fns::resource(
        move || (page.app(), id.get()),
        |(app, id)| async move {
            let asked = LogContextQuery { id: id?, before: BESIDE, after: BESIDE };
            Some((asked.id, server_fns::log_context(app, asked).await))
        },
    )
}

/// The panel of the line that the address names; nothing when it names none. `base` is the address that a line's id is put behind, `close` the
/// address without it.
pub fn around(app: String, found: Opened, base: Signal<String>, close: Signal<String>) -> AnyView {
    let panel = move || {
        let (id, answer) = found.get().flatten()?;
        let close = move || close.get();
        Some(match answer {
            Ok(found) => opened(app.clone(), found, base, close),
            Err(error) => {
                let told = match error {
                    Error::Answer(contract::Error::NotFound(_)) => {
                        format!("Log line {id} not found. It may have expired.")
                    }
                    other => format!("Couldn't load this log line: {other}."),
                };
                view! {
                    <section class="card around" aria-label="Log line">
                        <div class="card-head"><p role="alert">{told}</p><a class="btn" href=close>"Close"</a></div>
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
    found: LogContext,
    base: Signal<String>,
    close: impl Fn() -> String + Send + Sync + 'static,
) -> AnyView {
    let LogContext { line: own, means, before, after, has_more_before, has_more_after } = found;
    let at_s = own.at_ms.div_euclid(1_000);
    let (before, after) = (RwSignal::new(before), RwSignal::new(after));
    let (more_before, more_after) = (RwSignal::new(has_more_before), RwSignal::new(has_more_after));
    let near = format!("/apps/{app}/logs?from={}&to={}", at_s - NEAR_S, at_s + NEAR_S + 1);
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
    let ask_before = more(app.clone(), before, more_before, own.id, true);
    let ask_after = more(app, after, more_after, own.id, false);
    let none: Arc<[String]> = Arc::from(vec![]);
    let (none_before, none_after) = (Arc::clone(&none), Arc::clone(&none));
    let rows = move |of: RwSignal<Vec<LogLine>>, none: Arc<[String]>| {
        move || of.get().iter().map(|it| base.with(|base| line(it, base, &none))).collect_view()
    };
    let own_row = {
        let own = own.clone();
        move || base.with(|base| line(&own, base, &none))
    };
    let beside = NodeRef::new();
    center(beside);
    view! {
        <section class="card around" aria-label="Log line">
            <div class="card-head">
                <h2>{own.source.clone()}<small>{day(at_s)}" "{time(own.at_ms)}" UTC"</small></h2>
                <div class="acts">
                    {copy("Copy text", text)}
                    {copy("Copy link", move || with_origin(&own_link))}
                    <a class="btn" href=near>"All sources at this time"</a>
                    <a class="btn" href=source>"Follow "{own.source.clone()}</a>
                    <a class="btn close" href=close aria-label="Close">"×"</a>
                </div>
            </div>
            {(!means.is_empty()).then(|| view! { <p class="means">{means}</p> })}
            <pre tabindex="0">{own.text.clone()}</pre>
            {cut}
            <h3>"Lines before and after from "{own.source.clone()}</h3>
            <div class="beside" node_ref=beside tabindex="0" role="region" aria-label="Lines before and after">
                {button("earlier", more_before, ask_before)}
                <ol class="lines">{rows(before, none_before)}<li class="own"><ol class="lines">{own_row}</ol></li>{rows(after, none_after)}</ol>
                {button("later", more_after, ask_after)}
            </div>
        </section>
    }
    .into_any()
}

/// Wishes for more lines on one side, while there may be some.
fn button(
    side: &'static str,
    has_more: RwSignal<bool>,
    act: impl Fn() + Clone + Send + Sync + 'static,
) -> impl Fn() -> Option<AnyView> {
    move || {
        let act = act.clone();
        let told = format!("Show {MORE} {side}");
        has_more.get().then(|| {
            view! { <button class="btn more" type="button" on:click=move |_| act()>{told}</button> }.into_any()
        })
    }
}

/// Scrolls the lines so that the opened one is in their middle.
fn center(beside: NodeRef<html::Div>) {
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        let Some(beside) = beside.get() else { return };
        request_animation_frame(move || {
            let Ok(Some(own)) = beside.query_selector(".own") else { return };
            let (area, row) = (beside.get_bounding_client_rect(), own.get_bounding_client_rect());
            let off_px = row.top() - area.top() - (area.height() - row.height()) / 2.0;
            beside.set_scroll_top(beside.scroll_top() + off_px as i32);
        });
    });
    #[cfg(not(feature = "hydrate"))]
    let _in_the_browser = beside;
}

/// Asks for more lines on one side and puts them beside those that are there.
fn more(
    app: String,
    lines: RwSignal<Vec<LogLine>>,
    has_more: RwSignal<bool>,
    own: LineId,
    is_before: bool,
) -> impl Fn() + Clone + Send + Sync + 'static {
    move || {
        let end =
            lines.with_untracked(|it| if is_before { it.first().map(|it| it.id) } else { it.last().map(|it| it.id) });
        let (before, after) = if is_before { (MORE, 0) } else { (0, MORE) };
        let asked = LogContextQuery { id: end.unwrap_or(own), before, after };
        let app = app.clone();
        leptos::task::spawn_local(async move {
            let Ok(found) = server_fns::log_context(app, asked).await else { return };
            let _gone = lines.try_update(|it| {
                if is_before {
                    it.splice(0..0, found.before);
                } else {
                    it.extend(found.after);
                }
            });
            has_more.try_set(if is_before { found.has_more_before } else { found.has_more_after });
        });
    }
}

/// A line as it stands in a terminal.
fn as_text(line: &LogLine) -> String {
    format!("{} {} {}[{}]: {}\n", day(line.at_ms.div_euclid(1_000)), time(line.at_ms), line.app, line.source, line.text)
}

fn copy(name: &'static str, text: impl Fn() -> String + Send + Sync + 'static) -> AnyView {
    let is_copied = RwSignal::new(false);
    view! {
        <button class="btn" type="button" on:click=move |_| is_copied.set(clipboard::put(&text()))>
            {move || if is_copied.get() { "Copied" } else { name }}
        </button>
    }
    .into_any()
}

/// The whole address of a path here.
fn with_origin(path: &str) -> String {
    #[cfg(feature = "hydrate")]
    let origin = window().location().origin().unwrap_or_default();
    #[cfg(not(feature = "hydrate"))]
    let origin = "";
    format!("{origin}{path}")
}
