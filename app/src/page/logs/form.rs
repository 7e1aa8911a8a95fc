//! The form that filters lines. With JavaScript the page stays and only new results are loaded;
//! without it the browser submits the form.

use contract::{Level, LogKind, LogQuery, LogTime, LookBack};
use leptos::{ev::SubmitEvent, prelude::*};

use super::search_field::search_field;
use crate::part::{
    address::Address,
    field::{Form, field_text, follow, send},
    log_address::log_address,
    onward,
    time::{clock_seconds, day},
};

/// Levels that can be chosen, with their labels.
const LEVELS: [(Option<Level>, &str); 3] =
    [(None, "Any level"), (Some(Level::Warning), "Warnings"), (Some(Level::Error), "Errors")];

/// The form above the lines. `go` shows the results of another query, `close` closes the open line.
pub fn form(app: &str, query: &LogQuery, go: Callback<(LogQuery,)>, close: Callback<()>) -> AnyView {
    let fields = Form::new();
    follow(fields, Address::of_page());
    let kept = LogQuery { before: None, through: None, ..query.clone() };
    let kind = query.kind.map(|it| view! { <input type="hidden" name="kind" value=it.word() /> });
    let endpoint = (!query.endpoint.is_empty()).then(|| endpoint_field(app, &kept));
    let submit = {
        let kept = kept.clone();
        move |event: SubmitEvent| {
            event.prevent_default();
            let value = |name| field_text(fields, name);
            let back = || LookBack::from_word(&value("back")).map_or(LogTime::Live, LogTime::Back);
            let query = LogQuery {
                filter: value("q"),
                source: value("source"),
                level: Level::from_word(&value("level")),
                time: if kept.time.span().is_some() { kept.time } else { back() },
                ..kept.clone()
            };
            go.run((query,));
        }
    };
    let levels = LEVELS.map(|(level, label)| {
        view! { <option value=level.map_or("", Level::word) selected=query.level == level>{label}</option> }
    });
    view! {
        <form method="get" action="" class="bar find" role="search" node_ref=fields on:submit=submit>
            {search_field(app, query, close)}
            <div class="filters">
            {kinds(app, &kept)}{kind}{endpoint}
            <label class="search source"><span class="vh">"Source"</span>
                <input type="search" name="source" value=query.source.clone() placeholder="web.1" autocomplete="off" />
            </label>
            <label class="pick"><span class="vh">"Level"</span>
                <select name="level" on:change=move |_| send(fields)>{levels}</select>
            </label>
            {time_field(app, query, &kept, fields)}
            <button class="btn" type="submit">"Search"</button>
            {onward::of_search(app, query)}
            <button class="btn needs-script" type="button" data-rows-menu="" aria-haspopup="dialog">"Rows"</button>
            </div>
        </form>
    }
    .into_any()
}

/// The endpoint whose requests are shown, with a link to drop it.
fn endpoint_field(app: &str, query: &LogQuery) -> AnyView {
    let without = log_address(app, &LogQuery { endpoint: String::new(), ..query.clone() });
    view! {
        <span class="pick span">
            <input type="hidden" name="endpoint" value=query.endpoint.clone() />
            <b>{query.endpoint.clone()}</b>
            <a href=without aria-label="Clear endpoint">"×"</a>
        </span>
    }
    .into_any()
}

/// The field that chooses how far back to search, or the span that was chosen with a link to drop
/// it.
fn time_field(app: &str, query: &LogQuery, kept: &LogQuery, fields: Form) -> AnyView {
    let Some(span) = query.time.span() else {
        let options = LookBack::ALL.map(|back| {
            let is_selected = query.time == LogTime::Back(back);
            view! { <option value=back.word() selected=is_selected>"Last "{back.label()}</option> }
        });
        return view! {
            <label class="pick"><span class="vh">"Time"</span>
                <select name="back" on:change=move |_| send(fields)>
                    <option value="" selected=query.time == LogTime::Live>"Live"</option>{options}
                </select>
            </label>
        }
        .into_any();
    };
    let (from_s, to_s) = span.ends();
    let without = log_address(app, &LogQuery { time: LogTime::Live, ..kept.clone() });
    view! {
        <span class="pick span" title=day(from_s)>
            <input type="hidden" name="from" value=from_s.to_string() />
            <input type="hidden" name="to" value=to_s.to_string() />
            <b>{clock_seconds(from_s)}" to "{clock_seconds(to_s)}</b>
            <a href=without aria-label="Clear time range">"×"</a>
        </span>
    }
    .into_any()
}

/// Links that choose who wrote the lines.
fn kinds(app: &str, query: &LogQuery) -> AnyView {
    let kind = |kind: Option<LogKind>, name: &'static str| {
        let href = log_address(app, &LogQuery { kind, ..query.clone() });
        view! { <a href=href aria-current=(query.kind == kind).then_some("true")>{name}</a> }
    };
    view! {
        <nav class="seg" aria-label="Log type">
            {kind(None, "All")}{kind(Some(LogKind::Router), "Router")}{kind(Some(LogKind::App), "App")}
            {kind(Some(LogKind::Platform), "Platform")}
        </nav>
    }
    .into_any()
}
