//! `/settings`: one's own sessions and password, people, API tokens, and the record of changes.
//! Share links are beside it. Forms alone: they need no JavaScript.

mod server;
mod time;

pub use server::{ServerPage, Setting, server_page};
pub use time::{TimePage, time_page};

use leptos::prelude::*;

use super::{Frame, document};
use crate::{entry::new_password, page::table::Page, part::time::stamp, shell::Assets};

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

/// One's own page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountPage {
    pub outcome: Outcome,
    /// Who is signed in, in words.
    pub who: String,
    /// Whether there is a password of one's own, which can be changed here.
    pub has_password: bool,
    pub sessions: Vec<Session>,
}

/// Somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub name: String,
    pub role: String,
    /// Whether they can sign in.
    pub has_password: bool,
    /// Whether they do so by a provider.
    pub has_provider: bool,
    /// Until when an open invitation can be accepted, unix seconds.
    pub invited_until_s: Option<i64>,
}

/// Everybody, and all sessions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeoplePage {
    pub outcome: Outcome,
    pub people: Vec<Person>,
    pub sessions: Vec<Session>,
}

/// An API token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    pub name: String,
    pub scope: String,
    /// The apps that it is limited to; none for every app.
    pub apps: Option<Vec<String>>,
    pub expires_s: Option<i64>,
    pub used_s: Option<i64>,
    pub used_from: String,
    pub created_by: String,
}

/// All API tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokensPage {
    pub outcome: Outcome,
    pub tokens: Vec<ApiToken>,
    /// The names of all apps.
    pub apps: Vec<String>,
}

/// A change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub at_s: i64,
    pub who: String,
    pub from: String,
    pub what: String,
}

/// One's own page as HTML.
#[must_use]
pub fn account_page(assets: &Assets, page: AccountPage) -> String {
    settings(assets, "/settings", page.outcome, move || {
        let password = page.has_password.then(|| {
            view! {
                <section class="card saving">
                    <h2>"Password"</h2>
                    <p class="dim">"Changing it signs out all your browsers but this one."</p>
                    <form method="post" action="/settings" class="entry">
                        <input type="hidden" name="do" value="password" />
                        <label class="field"><span>"Present password"</span>
                            <input type="password" name="old" required autocomplete="current-password" />
                        </label>
                        {new_password()}
                        <button class="btn main" type="submit">"Change password"</button>
                    </form>
                </section>
            }
        });
        // Without a session, as by Basic, there is nothing that a form could end.
        let sign_out = page.sessions.iter().any(|it| it.is_here).then(|| {
            view! { <form method="post" action="/sign-out" class="acts"><button class="btn" type="submit">"Sign out"</button></form> }
        });
        view! {
            <section class="card saving">
                <h2>"Signed in"</h2>
                <p>{page.who}</p>
                {sign_out}
            </section>
            {password}
            {sessions(page.sessions, "/settings", "Your browsers")}
        }
        .into_any()
    })
}

/// The page of people as HTML.
#[must_use]
pub fn people_page(assets: &Assets, page: PeoplePage) -> String {
    settings(assets, "/settings/people", page.outcome, move || {
        let rows = page.people.into_iter().map(person).collect_view();
        view! {
            <section class="card saving">
                <h2>"Invite somebody"</h2>
                <p class="dim">"You get a link to pass on. With it they choose a password. It works once, within 7 days."</p>
                <form method="post" action="/settings/people" class="saving-fields">
                    <input type="hidden" name="do" value="invite" />
                    <label class="field"><span>"Name"</span>
                        <input type="text" name="name" required maxlength="60" autocomplete="off" />
                    </label>
                    <label class="field"><span>"Role"</span>
                        <select name="role">
                            <option value="viewer">"Viewer: sees everything"</option>
                            <option value="editor">"Editor: changes rules, boards, drains"</option>
                            <option value="admin">"Admin: also people and tokens"</option>
                        </select>
                    </label>
                    <button class="btn main" type="submit">"Make a link"</button>
                </form>
            </section>
            {table("People", &["Name", "Role", "Sign-in", ""], rows, "Nobody is invited yet.")}
            {sessions(page.sessions, "/settings/people", "Browsers that are signed in")}
        }
        .into_any()
    })
}

/// The page of API tokens as HTML.
#[must_use]
pub fn tokens_page(assets: &Assets, page: TokensPage) -> String {
    settings(assets, "/settings/tokens", page.outcome, move || {
        let apps = choices(page.apps);
        let rows = page.tokens.into_iter().map(token).collect_view();
        view! {
            <section class="card saving">
                <h2>"Create a token"</h2>
                <p class="dim">"For scripts: as Bearer, or as the password of Basic. It is shown once."</p>
                <form method="post" action="/settings/tokens" class="sharing">
                    <input type="hidden" name="do" value="add" />
                    <div class="saving-fields">
                        <label class="field"><span>"Name"</span>
                            <input type="text" name="name" required maxlength="60" autocomplete="off" />
                        </label>
                        <label class="field"><span>"Scope"</span>
                            <select name="scope">
                                <option value="read">"Read"</option>
                                <option value="write">"Read and write"</option>
                            </select>
                        </label>
                        <label class="field"><span>"Expires after"</span>
                            <select name="days">
                                <option value="30">"30 days"</option>
                                <option value="90" selected>"90 days"</option>
                                <option value="365">"1 year"</option>
                                <option value="0">"Never"</option>
                            </select>
                        </label>
                    </div>
                    {apps}
                    <p class="acts"><button class="btn main" type="submit">"Create token"</button></p>
                </form>
            </section>
            {table("API tokens", &["Name", "Scope", "Apps", "Expires", "Last used", ""], rows, "There are no API tokens yet.")}
        }
        .into_any()
    })
}

/// The apps that a token may be limited to.
fn choices(apps: Vec<String>) -> Option<AnyView> {
    let boxes: Vec<_> = apps
        .into_iter()
        .map(|app| view! { <label><input type="checkbox" name="app" value=app.clone() />{app}</label> })
        .collect();
    (!boxes.is_empty()).then(|| {
        view! {
            <fieldset>
                <legend>"Only these apps"</legend>
                <p class="dim">"With none chosen the token is for every app, also for later ones."</p>
                <div class="choices" tabindex="0" role="group" aria-label="Apps">{boxes}</div>
            </fieldset>
        }
        .into_any()
    })
}

/// The record of changes as HTML.
#[must_use]
pub fn audit_page(assets: &Assets, changes: Vec<Change>) -> String {
    settings(assets, "/settings/audit", Outcome::default(), move || {
        let rows = changes.into_iter().map(|change| {
            let Change { at_s, who, from, what } = change;
            view! {
                <tr>
                    <td class="moment"><time>{moment(at_s)}</time></td><th scope="row">{who}</th>
                    <td><code>{what}</code></td><td class="moment">{from}</td>
                </tr>
            }
        });
        table("Changes", &["Time", "Who", "What", "From"], rows.collect_view(), "Nothing has been changed yet.")
    })
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

fn person(it: Person) -> AnyView {
    let state = match (it.has_password, it.invited_until_s) {
        _ if it.has_provider => "SSO".to_owned(),
        (true, None) => "Password set".to_owned(),
        (false, None) => "No invitation".to_owned(),
        (_, Some(until_s)) => format!("Invited until {}", moment(until_s)),
    };
    let label = format!("Remove {}", it.name);
    let remove = one_button("/settings/people", "remove", ("name", it.name.clone()), "Remove", label);
    view! { <tr><th scope="row">{it.name}</th><td>{it.role}</td><td>{state}</td><td class="act">{remove}</td></tr> }
        .into_any()
}

fn token(it: ApiToken) -> AnyView {
    let label = format!("Remove {}", it.name);
    let remove = one_button("/settings/tokens", "remove", ("name", it.name.clone()), "Remove", label);
    let used = it.used_s.map_or("Never".to_owned(), |at_s| format!("{} from {}", moment(at_s), it.used_from));
    view! {
        <tr>
            <th scope="row">{it.name}<small class="dim">{format!(" by {}", it.created_by)}</small></th>
            <td data-name="Scope">{it.scope}</td><td data-name="Apps">{it.apps.map_or("Every app".to_owned(), |it| it.join(", "))}</td>
            <td class="moment" data-name="Expires">{it.expires_s.map_or("Never".to_owned(), moment)}</td><td class="moment" data-name="Last used">{used}</td>
            <td class="act">{remove}</td>
        </tr>
    }
    .into_any()
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
