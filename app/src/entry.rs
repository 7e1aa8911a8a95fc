//! The forms by which people come in: `/sign-in`, and `/invite/…` where somebody who is invited
//! chooses a name and a password. Forms alone: they need no JavaScript.

use leptos::prelude::*;

use crate::{notice::form_document, shell::Assets};

/// Fewest characters of a new password.
pub const PASSWORD_CHARS_MIN: usize = 12;
/// Most characters of a name in a form.
const NAME_CHARS_MAX: &str = "60";

/// What the form shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignInPage {
    /// The path of this server to return to.
    pub to: String,
    pub name: String,
    /// Why it was refused.
    pub problem: Option<String>,
}

/// The form for a name and a password.
#[must_use]
pub fn sign_in_page(assets: &Assets, page: SignInPage) -> String {
    form_document(assets, "Sign in", move || {
        let SignInPage { to, name, problem } = page;
        view! {
            {said(problem)}
            <form method="post" action="/sign-in" class="entry">
                <input type="hidden" name="to" value=to />
                <label class="field"><span>"Name"</span>
                    <input type="text" name="name" value=name autocomplete="username" autocapitalize="none" spellcheck="false"
                        maxlength=NAME_CHARS_MAX aria-describedby="about-name" autofocus />
                    <small id="about-name">"Leave it empty for the administrator’s password."</small>
                </label>
                <label class="field"><span>"Password"</span>
                    <input type="password" name="password" required autocomplete="current-password" />
                </label>
                <button class="btn main" type="submit">"Sign in"</button>
            </form>
            <p class="dim">"No account, or the password is lost? An administrator can send you a new invitation."</p>
        }
        .into_any()
    })
}

/// What the form of an invitation shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InvitePage {
    /// The invitation.
    pub token: String,
    pub name: String,
    /// Why it was refused.
    pub problem: Option<String>,
}

/// The form for a first password.
#[must_use]
pub fn invite_page(assets: &Assets, page: InvitePage) -> String {
    form_document(assets, "Welcome to Streamgauge", move || {
        let InvitePage { token, name, problem } = page;
        view! {
            <p>"You are invited to this dashboard. Choose how you sign in."</p>
            {said(problem)}
            <form method="post" action="/invite" class="entry">
                <input type="hidden" name="token" value=token />
                <label class="field"><span>"Name"</span>
                    <input type="text" name="name" value=name required autocomplete="username" autocapitalize="none"
                        spellcheck="false" maxlength=NAME_CHARS_MAX />
                </label>
                {new_password()}
                <button class="btn main" type="submit">"Save and sign in"</button>
            </form>
        }
        .into_any()
    })
}

/// The field for a new password.
pub(crate) fn new_password() -> AnyView {
    view! {
        <label class="field"><span>"New password"</span>
            <input type="password" name="password" required autocomplete="new-password"
                minlength=PASSWORD_CHARS_MIN.to_string() aria-describedby="about-password" />
            <small id="about-password">{format!("At least {PASSWORD_CHARS_MIN} characters.")}</small>
        </label>
    }
    .into_any()
}

/// The page in the place of an invitation that can't be accepted.
#[must_use]
pub fn no_invitation(assets: &Assets) -> String {
    form_document(assets, "This invitation is over", || {
        view! {
            <p>"It was used, has expired, or was replaced by a newer one. An administrator can send you another."</p>
            <p><a class="btn" href="/sign-in">"Sign in"</a></p>
        }
        .into_any()
    })
}

fn said(problem: Option<String>) -> AnyView {
    problem.map(|it| view! { <p class="said bad note" role="alert">{it}</p> }).into_any()
}
