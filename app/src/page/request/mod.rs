//! `/requests/:id`: all log lines of one request over all apps, in order, with the gaps in time
//! between them. `?at=` (unix milliseconds) says when it was, so that less is searched.

pub mod timeline;

use contract::{RequestId, RequestLine, RequestPage};
use leptos::prelude::*;
use leptos_meta::Title;

use self::timeline::{Row, rows, span_ms};
use super::{
    logs::row::{body, time},
    not_found::{Failed, NotFound},
    table::Page,
};
use crate::{
    Error,
    live::status::{answered, show_still},
    part::{address::Address, health::capital, number::grouped, request::duration, time::day, zone::short},
    server_fns,
};

/// How far the link to the log of an app reaches before and after a line, seconds.
const AROUND_S: i64 = 30;

/// Loads the lines of the request that the address names, and shows them or says why not.
#[component]
pub fn RequestRoute() -> impl IntoView {
    let here = Address::of_page();
    let id = here.path().split('/').nth(2).unwrap_or_default().parse::<RequestId>();
    let at_ms = here.query.with_untracked(|it| it.get("at")?.parse::<i64>().ok());
    let load = move |()| {
        let id = id.clone();
        async move {
            match id {
                Ok(id) => server_fns::request(id, at_ms).await,
                Err(text) => Err(Error::Answer(contract::Error::NotFound(text))),
            }
        }
    };
    let page = server_fns::resource(|| (), load);
    let view = move || {
        page.get().map(|answer| match answer {
            Ok(page) if page.lines.is_empty() => {
                let text = format!("No stored log line has the id {}. It may have expired.", page.id);
                view! { <NotFound what=("Request not found", text) /> }.into_any()
            }
            Ok(page) => shown(page),
            Err(Error::Answer(contract::Error::NotFound(text))) => {
                view! { <NotFound what=("Request not found", capital(&text)) /> }.into_any()
            }
            Err(error) => view! { <Title text=Page::Request.title("") /><Failed error /> }.into_any(),
        })
    };
    answered("Loading…", view)
}

fn shown(page: RequestPage) -> AnyView {
    show_still();
    let (from_ms, to_ms) = span_ms(&page.lines);
    let requests = page.lines.iter().filter_map(|it| it.line.request.as_deref());
    let summaries: Vec<_> = requests
        .map(|parts| {
            let code = parts.code.clone().map(|it| view! { <b>{it}</b>" " });
            let end = [&parts.status.to_string(), " in ", &duration(parts.service_ms)].concat();
            view! { <p class="detail">{code}{parts.method.clone()}" "<code>{parts.path.clone()}</code>" "{end}</p> }
        })
        .collect();
    let n = page.lines.len();
    let text = format!(
        "{}, {} over {} from {} {}",
        if n == 1 { "1 line".to_owned() } else { [&grouped(n as i64), " lines"].concat() },
        sources(&page.lines),
        duration(Some((to_ms - from_ms) as f64)),
        [&day(from_ms.div_euclid(1_000)), " ", &time(from_ms)].concat(),
        short(from_ms.div_euclid(1_000)),
    );
    let more = page.is_cut.then(|| view! { <p class="note">"There may be more lines."</p> });
    let searched = format!(
        "Searched {} MB in {} ms.",
        grouped(page.scanned_bytes.div_ceil(1_000_000) as i64),
        grouped(page.took_ms.max(1) as i64)
    );
    let rows = rows(page.lines).into_iter().map(move |it| row(it, from_ms, to_ms)).collect_view();
    view! {
        <Title text=Page::Request.title("") />
        <div class="request">
            <div class="apphead"><h1>"Request"</h1><code class="id">{page.id.to_string()}</code></div>
            {summaries}
            <p class="dim">{text}</p>
            <section class="card log-lines" aria-label="Log lines of the request"><ol class="lines">{rows}</ol>{more}</section>
            <div class="foot"><span>{searched}</span>{crate::part::zone::note("")}</div>
        </div>
    }
    .into_any()
}

/// Who wrote the lines, such as `3 sources of 2 apps`.
fn sources(lines: &[RequestLine]) -> String {
    let count = |mut all: Vec<(&str, &str)>| {
        all.sort_unstable();
        all.dedup();
        all.len()
    };
    let sources = count(lines.iter().map(|it| (it.of.as_str(), it.line.source.as_str())).collect());
    let apps = count(lines.iter().map(|it| (it.of.as_str(), "")).collect());
    let plural = |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
    [&plural(sources, "source"), " of ", &plural(apps, "app")].concat()
}

fn row(row: Row, from_ms: i64, to_ms: i64) -> AnyView {
    match row {
        Row::Gap { ms, height_px } => {
            let style = format!("height:{height_px}px");
            view! { <li class="gap" style=style><span>{duration(Some(ms as f64))}</span></li> }.into_any()
        }
        Row::Line(RequestLine { of, line }) => {
            let at_s = line.at_ms.div_euclid(1_000);
            let href = format!("/apps/{of}/logs?from={}&to={}&line={}", at_s - AROUND_S, at_s + AROUND_S + 1, line.id);
            let offset_ms = line.at_ms - from_ms;
            // Where it is in the whole, as a dot on a line.
            let share = if to_ms > from_ms { offset_ms as f64 / (to_ms - from_ms) as f64 } else { 0.0 };
            let style = format!("left:{}%", (share * 100.0) as i64);
            let class = timeline::class(line.level);
            view! {
                <li class=class>
                    <a class="at" href=href title=time(line.at_ms)>{["+", &duration(Some(offset_ms as f64))].concat()}</a>
                    <span class="place" aria-hidden="true"><i style=style></i></span>
                    <span class="who">{of}" "{line.source.clone()}</span>
                    {body(&line, &std::sync::Arc::from(vec![]))}
                </li>
            }
            .into_any()
        }
    }
}
