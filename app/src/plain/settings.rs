//! The frame of the pages below `/settings`, and what they share. Each page has a file of its own;
//! that of share links is beside it. Forms alone: they need no JavaScript.

mod account;
mod audit;
mod people;
mod server;
mod time;
mod tokens;

pub use account::{AccountPage, account_page};
pub use audit::{Change, audit_page};
pub use people::{PeoplePage, Person, people_page};
pub use server::{ServerPage, Setting, server_page};
pub use time::{TimePage, time_page};
pub use tokens::{ApiToken, TokensPage, tokens_page};

use leptos::prelude::*;

use super::{Frame, document};
use crate::{page::table::Page, part::time::stamp, shell::Assets};

/// Paths and titles of the pages.
const TABS: [(&str, &str); 7] = [
    ("/settings", "Account"),
    ("/settings/time", "Time zone"),
    ("/settings/people", "People"),
    ("/settings/tokens", "API tokens"),
    ("/settings/shares", "Share links"),
    ("/settings/audit", "Changes"),
    ("/settings/server", "Server"),
];

/// Copies a secret that is shown once.
const SCRIPT: &str = "/copy.js";

/// What was done with a form, or why not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// What was done.
    pub done: Option<String>,
    /// A secret that is shown only now.
    pub secret: Option<String>,
    /// Why it was not done.
    pub problem: Option<String>,
}

/// A browser that is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub id: i64,
    pub name: String,
    pub agent: String,
    pub from: String,
    pub used_s: i64,
    /// Whether it is that of the reader.
    pub is_here: bool,
}

/// The page of a path.
pub(super) fn settings(
    assets: &Assets,
    here: &'static str,
    outcome: Outcome,
    content: impl FnOnce() -> AnyView + Send + 'static,
) -> String {
    let title = TABS.into_iter().find(|it| it.0 == here).map_or("Settings", |it| it.1);
    let script = if here == "/settings/time" { "/zone.js" } else { SCRIPT };
    document(&Frame { assets, title, here: Page::Unknown, section: None, script: Some(script) }, move || {
        let tabs = TABS.into_iter().map(|(path, text)| {
            view! { <a href=path aria-current=(path == here).then_some("page")>{text}</a> }
        });
        let Outcome { done, secret, problem } = outcome;
        let done = done.map(|it| view! { <p class="said note" role="status">{it}</p> });
        let secret = secret.map(|secret| {
            view! {
                <p class="once">
                    <code tabindex="0">{secret}</code><button class="btn needs-script" type="button" data-copy="">"Copy"</button>
                </p>
            }
        });
        let problem = problem.map(|it| view! { <p class="said bad note" role="alert">{it}</p> });
        view! {
            <div class="apphead"><h1>"Settings"</h1>
                <nav class="seg tabs" aria-label="Settings">{tabs.collect_view()}</nav>
            </div>
            {done}{secret}{problem}
            {content()}
            <div class="foot">{crate::part::zone::note("")}</div>
        }
        .into_any()
    })
}

/// A table with its heading; `none` where it has no rows. The column of
/// buttons has no name, those of numbers have one that begins with `#`.
pub(super) fn table(
    title: &'static str,
    columns: &[&'static str],
    rows: Vec<impl IntoView + 'static>,
    none: &'static str,
) -> AnyView {
    if rows.is_empty() {
        return view! { <section class="card none-yet"><h2>{title}</h2><p>{none}</p></section> }.into_any();
    }
    let head = |name: &&'static str| match *name {
        "" => view! { <th scope="col"><span class="vh">"Action"</span></th> }.into_any(),
        name => match name.strip_prefix('#') {
            Some(name) => view! { <th scope="col" class="num">{name}</th> }.into_any(),
            None => view! { <th scope="col">{name}</th> }.into_any(),
        },
    };
    let heads = columns.iter().map(head).collect_view();
    view! {
        <section class="card"><h2>{title}</h2><div class="scroll" tabindex="0" role="region" aria-label=title>
            <table class="boards entries"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>
        </div></section>
    }
    .into_any()
}

/// The date and the time of day: what stands here may be months away.
pub(super) fn moment(at_s: i64) -> String {
    stamp(at_s).chars().take("2026-11-26T14:31".len()).collect::<String>().replace('T', " ")
}

/// Browsers that are signed in, each with a button that ends it.
fn sessions(all: Vec<Session>, path: &'static str, title: &'static str) -> AnyView {
    let rows = all.into_iter().map(|session| {
        let Session { id, name, agent, from, used_s, is_here } = session;
        let here = is_here.then(|| view! { <small class="dim">" this browser"</small> });
        let label = format!("Sign out {name} from {from}");
        view! {
            <tr>
                <th scope="row">{name}{here}</th><td class="agent">{agent}</td><td class="moment" data-name="From">{from}</td>
                <td class="moment" data-name="Last used"><time>{moment(used_s)}</time></td>
                <td class="act">{one_button(path, "end", ("id", id.to_string()), "Sign out", label)}</td>
            </tr>
        }
    });
    table(
        title,
        &["Name", "Browser", "From", "Last used", ""],
        rows.collect_view(),
        "No browser is signed in by the form.",
    )
}

/// A form with one button.
pub(super) fn one_button(
    path: &'static str,
    what: &'static str,
    (name, value): (&'static str, String),
    text: &'static str,
    label: String,
) -> AnyView {
    view! {
        <form method="post" action=path>
            <input type="hidden" name="do" value=what /><input type="hidden" name=name value=value />
            <button class="btn small" type="submit" aria-label=label>{text}</button>
        </form>
    }
    .into_any()
}
