//! `/settings/people`: people, invitations, and everybody's sessions.

use leptos::prelude::*;

use super::{Outcome, Session, moment, one_button, sessions, settings, table};
use crate::shell::Assets;

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
