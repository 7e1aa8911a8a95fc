//! `/apps/:app/logs`: raw lines of one app, searched. The address holds the whole question.
//!
//! The form is the browser's own, with and without JavaScript: the router's would add 6 kB to the first load of every page.

use contract::{LinesAsked, LinesFound, LogLine};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{
    hooks::{use_params_map, use_query_map},
    params::ParamsMap,
};

use super::{
    app_lines::request,
    not_found::{Failed, NotFound},
};
use crate::{
    Error, ask,
    live::status::Status,
    part::{
        number::grouped,
        time::{clock_seconds, day},
    },
};

/// How far back one can look, as in the address and in words.
const BACK: [(&str, &str); 5] = [("15m", "15 min"), ("1h", "1 h"), ("6h", "6 h"), ("24h", "24 h"), ("3d", "3 d")];

/// Asks for the lines that the address names.
#[component]
pub fn LogsRoute() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let status = use_context::<RwSignal<Status>>().unwrap_or_default();
    Effect::new(move |_| status.set(Status::Still));
    let name = Memo::new(move |_| params.with(|it| it.get("app").unwrap_or_default()));
    let asked = Memo::new(move |_| query.with(asked_in));
    let ask = |(name, asked): (String, LinesAsked)| async move {
        let answer = ask::lines(name.clone(), asked.clone()).await;
        (name, asked, answer)
    };
    let found = ask::resource(move || (name.get(), asked.get()), ask);
    let view = move || {
        found.get().map(|(name, asked, answer)| {
            let shown = match answer {
                Ok(found) => view! { <Lines asked found /> }.into_any(),
                Err(Error::Answer(contract::Error::NotFound(_))) => {
                    view! { <NotFound what=format!("The app {name}") /> }.into_any()
                }
                Err(error) => view! { <Failed error /> }.into_any(),
            };
            view! { <Title text=format!("Lines of {name}") />{shown} }
        })
    };
    view! {
        <Transition fallback=|| view! { <p class="loading" role="status">"Looking for the lines"</p> }>{view}</Transition>
    }
}

fn asked_in(query: &ParamsMap) -> LinesAsked {
    let word = |name: &str| query.get(name).unwrap_or_default();
    let back = BACK.iter().find(|it| it.0 == word("back")).map_or(BACK[1].0, |it| it.0).to_owned();
    let span_s = word("from").parse().ok().zip(word("to").parse().ok());
    LinesAsked { words: word("q"), source: word("source"), back, span_s, before_ms: word("before").parse().ok() }
}

#[component]
fn Lines(asked: LinesAsked, found: LinesFound) -> impl IntoView {
    let LinesFound { app, lines, before_ms, scanned_bytes, took_ms } = found;
    let options = BACK.map(|(word, name)| view! { <option value=word selected=asked.back == word>{name}</option> });
    // Without a span, and with one.
    let question =
        format!("/apps/{app}/logs?q={}&source={}&back={}", escaped(&asked.words), escaped(&asked.source), asked.back);
    let spanned = asked.span_s.map_or(question.clone(), |(from_s, to_s)| format!("{question}&from={from_s}&to={to_s}"));
    let time = match asked.span_s {
        None => {
            view! { <label class="pick"><span>"Last"</span><select name="back">{options}</select></label> }.into_any()
        }
        Some((from_s, to_s)) => view! {
            <span class="pick span" title=day(from_s)>
                <input type="hidden" name="from" value=from_s.to_string() />
                <input type="hidden" name="to" value=to_s.to_string() />
                <b>{clock_seconds(from_s)}" to "{clock_seconds(to_s)}</b>
                <a href=question aria-label="Not only this span">"×"</a>
            </span>
        }
        .into_any(),
    };
    let older = before_ms.map(|it| {
        let href = format!("{spanned}&before={it}");
        view! { <p class="older"><a class="btn" href=href>"Older lines"</a></p> }
    });
    let is_empty = lines.is_empty();
    let summary = format!(
        "{} {}, {} MB looked at in {} ms",
        grouped(lines.len() as i64),
        if lines.len() == 1 { "line" } else { "lines" },
        grouped(scanned_bytes.div_ceil(1_000_000) as i64),
        grouped(took_ms as i64)
    );
    view! {
        <div class="apphead">
            <h1>{app.clone()}</h1>
            <span class="push"></span>
            <nav class="seg" aria-label="Page">
                <a href=format!("/apps/{app}")>"Figures"</a>
                <a href=format!("/apps/{app}/logs") aria-current="true">"Lines"</a>
            </nav>
        </div>
        <form method="get" action="" class="bar find">
            <label class="search wide">
                <span class="vh">"Words"</span>
                <input type="search" name="q" value=asked.words.clone() autocomplete="off"
                    placeholder="Words, \"two words\", -not this" />
            </label>
            <label class="search"><span class="vh">"Source"</span>
                <input type="search" name="source" value=asked.source.clone() placeholder="web.1, router" autocomplete="off" />
            </label>
            {time}
            <button class="btn" type="submit">"Find"</button>
        </form>
        <section class="card">
            <h2>"Lines"<small>{summary}</small></h2>
            <ol class="lines">{lines.into_iter().map(line).collect_view()}</ol>
            {is_empty.then(|| view! { <p class="none">"No line has these words in this time"</p> })}
            {older}
        </section>
        <div class="foot">
            <span>"Newest first, times are UTC. What looks like a password, a token or a person's address is masked."</span>
        </div>
    }
}

fn line(line: LogLine) -> impl IntoView {
    let at_s = line.at_ms.div_euclid(1_000);
    let time = format!("{}.{:03}", clock_seconds(at_s), line.at_ms.rem_euclid(1_000));
    let is_trouble = line.text.starts_with("at=error") || line.text.starts_with("Error ");
    let (code, text) = request(&line.text).filter(|_| line.source == "router").unwrap_or_default();
    let (text, whole) = if text.is_empty() { (line.text.clone(), String::new()) } else { (text, line.text.clone()) };
    let more = line.bytes.saturating_sub(line.text.len() as u64);
    view! {
        <li class:bad=is_trouble>
            <time title=day(at_s)>{time}</time>
            <span class="who">{line.source}</span>
            <code title=whole><b>{code}</b>{text}</code>
            {(more > 1_000).then(|| view! { <small>{format!("{} bytes more", grouped(more as i64))}</small> })}
        </li>
    }
}

/// A word in an address.
fn escaped(text: &str) -> String {
    text.bytes()
        .map(|it| {
            if it.is_ascii_alphanumeric() || b"-_.~".contains(&it) {
                char::from(it).to_string()
            } else {
                format!("%{it:02X}")
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_words_in_an_address() {
        assert_eq!(escaped("a b&\"é\"-x"), "a%20b%26%22%C3%A9%22-x");
    }
}
