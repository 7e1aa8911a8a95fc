//! `/apps/:app/logs/export`: log lines as a file. Its links download by themselves; its script adds
//! progress and a button that cancels.

use contract::{LogKind, LogQuery, LogTime, Span};
use leptos::prelude::*;

use super::{Frame, document};
use crate::{
    page::table::Page,
    part::{
        address::add,
        log_address::{export_address, log_address, with_query},
        time::{clock_seconds, day},
    },
    shell::Assets,
};

/// What is exported.
#[derive(Clone, Debug, PartialEq)]
pub struct ExportPage {
    /// The app whose Logs page leads here.
    pub app: String,
    /// Whether the lines of all apps are exported.
    pub is_of_all: bool,
    /// The search. Its time is that of the Logs page.
    pub query: LogQuery,
    /// The range of the file.
    pub span: Span,
    /// What is wrong with the search.
    pub problem: Option<String>,
    /// What a file may hold, as a sentence.
    pub limits: String,
}

/// The page as HTML.
#[must_use]
pub fn export_page(assets: &Assets, page: ExportPage) -> String {
    let title = format!("{} export logs", page.app);
    let frame = Frame { assets, title: &title, here: Page::Logs, section: None, script: Some("/export.js") };
    document(&frame, move || content(page))
}

fn content(page: ExportPage) -> AnyView {
    let ExportPage { app, is_of_all, query, span, problem, limits } = page;
    let back = log_address(&app, &query);
    let exported = LogQuery { time: LogTime::Span(span), before: None, ..query.clone() };
    let file = match problem {
        Some(problem) => {
            view! { <p class="said bad" role="alert">"This search is not valid. "{problem}</p> }.into_any()
        }
        None => downloads(&app, is_of_all, &exported),
    };
    let rows = terms(&exported).into_iter().map(|(name, value)| {
        view! { <div><dt>{name}</dt><dd><code>{value}</code></dd></div> }
    });
    let rows = rows.collect_view();
    view! {
        <div class="apphead"><h1>"Export logs"</h1></div>
        <section class="card export">
            <dl class="terms">
                <div><dt>"App"</dt><dd>{scopes(&app, is_of_all, &query)}</dd></div>
                {rows}
                <div><dt>"Range"</dt><dd>{range(span)}</dd></div>
            </dl>
            {file}
            <p class="dim">"Oldest first. Text that looks like a password, a token or an email address is masked. "{limits}</p>
        </section>
        <div class="foot"><a class="more" href=back>"Back to the logs of "{app}</a>{crate::part::zone::note("")}</div>
    }
    .into_any()
}

/// The parts of a search that narrow it, with their names.
pub(super) fn terms(query: &LogQuery) -> Vec<(&'static str, String)> {
    let filter = if query.filter.is_empty() { "all lines".to_owned() } else { query.filter.clone() };
    let others = [
        ("Source", query.source.clone()),
        ("Type", query.kind.map_or("", LogKind::word).to_owned()),
        ("Level", query.level.map_or("", contract::Level::word).to_owned()),
        ("Endpoint", query.endpoint.clone()),
    ];
    let mut terms = vec![("Search", filter)];
    terms.extend(others.into_iter().filter(|it| !it.1.is_empty()));
    terms
}

/// Links that choose between this app and all.
fn scopes(app: &str, is_of_all: bool, query: &LogQuery) -> AnyView {
    let one = export_address(app, query);
    let mut all = one.clone();
    add(&mut all, "all", "1");
    let current = |is_it: bool| is_it.then_some("true");
    view! {
        <nav class="seg small" aria-label="Apps">
            <a href=one aria-current=current(!is_of_all)>{app.to_owned()}</a>
            <a href=all aria-current=current(is_of_all)>"All apps"</a>
        </nav>
    }
    .into_any()
}

fn range(span: Span) -> String {
    let (from_s, to_s) = span.ends();
    let end = if day(from_s) == day(to_s) { String::new() } else { format!("{} ", day(to_s)) };
    format!("{} {} to {end}{}", day(from_s), clock_seconds(from_s), clock_seconds(to_s))
}

/// The links to the file in each format. The script shows the progress in the place below them.
fn downloads(app: &str, is_of_all: bool, query: &LogQuery) -> AnyView {
    let path = if is_of_all { "/api/v1/logs/export".to_owned() } else { format!("/api/v1/apps/{app}/logs/export") };
    let href = |format: &str| {
        let mut address = with_query(path.clone(), query);
        add(&mut address, "format", format);
        address
    };
    view! {
        <p class="acts">
            <a class="btn main" href=href("text") download="" data-export="">"Download text"</a>
            <a class="btn" href=href("ndjson") download="" data-export="">"Download NDJSON"</a>
        </p>
        <div class="progress" hidden="">
            <progress max="1000" value="0" aria-label="Share of the range"></progress>
            <button class="btn small" type="button" data-cancel="">"Cancel"</button>
        </div>
        <p class="said" role="status" data-said=""></p>
    }
    .into_any()
}
