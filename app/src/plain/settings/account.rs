//! `/settings`: one's own password and sessions.

use leptos::prelude::*;

use super::{Outcome, Session, sessions, settings};
use crate::{entry::new_password, shell::Assets};

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
