//! What the lines are narrowed by. With JavaScript the page is kept and only its answer asked for; without it the form is the browser's own.

use contract::{LogKind, LogQuery};
use leptos::{ev::SubmitEvent, prelude::*};

use super::query::{BACK, LEVELS, address};
use crate::part::{
    address::Address,
    field::{Form, field_text, follow, send},
    time::{clock_seconds, day},
};

/// The bar over the lines. `go` shows another question.
pub fn form(app: &str, asked: &LogQuery, go: Callback<(LogQuery,)>) -> AnyView {
    let fields = Form::new();
    follow(fields, Address::of_page());
    let kept = LogQuery { before_ms: None, through: None, ..asked.clone() };
    let kind = asked.kind.map(|it| view! { <input type="hidden" name="kind" value=it.word() /> });
    let submit = {
        let kept = kept.clone();
        move |event: SubmitEvent| {
            event.prevent_default();
            let said = |name| field_text(fields, name);
            let back = if kept.span_s.is_some() { kept.back.clone() } else { said("back") };
            let (words, source, level) = (said("q"), said("source"), said("level"));
            go.run((LogQuery { words, source, level, back, ..kept.clone() },));
        }
    };
    let levels = LEVELS.map(|(word, name)| view! { <option value=word selected=asked.level == word>{name}</option> });
    let time = match asked.span_s {
        None => {
            let options = BACK
                .map(|(word, name)| view! { <option value=word selected=asked.back == word>"Last "{name}</option> });
            view! {
                <label class="pick"><span class="vh">"Time"</span>
                    <select name="back" on:change=move |_| send(fields)>
                        <option value="" selected=asked.back.is_empty()>"Live"</option>{options}
                    </select>
                </label>
            }
            .into_any()
        }
        Some(span) => {
            let (from_s, to_s) = span.ends();
            let without = address(app, &LogQuery { span_s: None, ..kept.clone() });
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
    };
    view! {
        <form method="get" action="" class="bar find" role="search" node_ref=fields on:submit=submit>
            <label class="search wide">
                <span class="vh">"Search"</span>
                <input type="search" id="words" name="q" value=asked.words.clone() autocomplete="off" spellcheck="false"
                    placeholder="timeout \"exact phrase\" -exclude status>=500" aria-keyshortcuts="/" />
                <kbd class="hide-s">"/"</kbd>
            </label>
            {kinds(app, &kept)}{kind}
            <label class="search source"><span class="vh">"Source"</span>
                <input type="search" name="source" value=asked.source.clone() placeholder="web.1" autocomplete="off" />
            </label>
            <label class="pick"><span class="vh">"Level"</span>
                <select name="level" on:change=move |_| send(fields)>{levels}</select>
            </label>
            {time}
            <button class="btn" type="submit">"Search"</button>
        </form>
    }
    .into_any()
}

/// Who wrote them.
fn kinds(app: &str, asked: &LogQuery) -> AnyView {
    let kind = |kind: Option<LogKind>, name: &'static str| {
        let href = address(app, &LogQuery { kind, ..asked.clone() });
        view! { <a href=href aria-current=(asked.kind == kind).then_some("true")>{name}</a> }
    };
    view! {
        <nav class="seg" aria-label="Log type">
            {kind(None, "All")}{kind(Some(LogKind::Router), "Router")}{kind(Some(LogKind::App), "App")}
            {kind(Some(LogKind::Platform), "Platform")}
        </nav>
    }
    .into_any()
}
