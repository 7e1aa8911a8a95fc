//! The pages by which people come in: `/sign-in` with a form and the way to a provider,
//! `/invite/…` where somebody who is invited chooses a name and a password, and why a provider's
//! sign-in led nowhere. They need no JavaScript.

use leptos::prelude::*;

use crate::{notice::form_document, shell::Assets};

/// Fewest characters of a new password.
pub const PASSWORD_CHARS_MIN: usize = 12;
/// Most characters of a name in a form.
const NAME_CHARS_MAX: &str = "60";

/// What the page of signing in shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignInPage {
    /// The path of this server to return to.
    pub to: String,
    pub name: String,
    /// Why it was refused.
    pub problem: Option<String>,
    /// What happened before, such as the end of a session.
    pub note: Option<String>,
    /// The way to a provider.
    pub provider: Option<ProviderLink>,
    /// Whether anybody has a password.
    pub has_form: bool,
    /// Whether the administrator has one.
    pub has_admin: bool,
}

/// The way to a provider by which people sign in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProviderLink {
    /// Its host.
    pub host: String,
    pub address: String,
}

/// The page of signing in as HTML.
#[must_use]
pub fn sign_in_page(assets: &Assets, page: SignInPage) -> String {
    form_document(assets, "Sign in", move || {
        let SignInPage { to, name, problem, note, provider, has_form, has_admin } = page;
        let is_first = provider.is_none();
        let note = note.map(|it| view! { <p class="said note" role="status">{it}</p> });
        let provider = provider.map(|ProviderLink { host, address }| {
            view! {
                <div class="entry-by">
                    <a class="btn main" href=address>"Sign in with SSO"</a>
                    <p class="dim">"at "<b>{host}</b></p>
                </div>
                {has_form.then(|| view! { <p class="entry-or"><span>"or"</span></p> })}
            }
        });
        view! {
            {note}
            {said(problem)}
            {provider}
            {has_form.then(|| password_form(to, name, is_first, has_admin))}
        }
        .into_any()
    })
}

/// The form for a name and a password. `is_first` where there is no other way in.
fn password_form(to: String, name: String, is_first: bool, has_admin: bool) -> AnyView {
    let about = has_admin.then(|| {
        view! { <small id="about-name">"Leave it empty for the administrator’s password."</small> }
    });
    view! {
        <form method="post" action="/sign-in" class="entry">
            <input type="hidden" name="to" value=to />
            <label class="field"><span>"Name"</span>
                <input type="text" name="name" value=name autocomplete="username" autocapitalize="none" spellcheck="false"
                    maxlength=NAME_CHARS_MAX aria-describedby=has_admin.then_some("about-name") autofocus=is_first />
                {about}
            </label>
            <label class="field"><span>"Password"</span>
                <input type="password" name="password" required autocomplete="current-password" />
            </label>
            <button class=if is_first { "btn main" } else { "btn" } type="submit">{if is_first { "Sign in" } else { "Sign in with a password" }}</button>
        </form>
        <p class="dim">"No account, or the password is lost? An administrator can send you a new invitation."</p>
    }
    .into_any()
}

/// Why a provider's sign-in led nowhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntryNotice {
    pub title: String,
    pub sentences: Vec<String>,
    /// Texts and addresses of what can be done; the first is the main one.
    pub ways: Vec<(String, String)>,
}

/// The page for it as HTML.
#[must_use]
pub fn entry_notice(assets: &Assets, notice: EntryNotice) -> String {
    let EntryNotice { title, sentences, ways } = notice;
    form_document(assets, &title, move || {
        let sentences = sentences.into_iter().map(|it| view! { <p class="entry-said">{it}</p> }).collect_view();
        let ways = ways.into_iter().enumerate().map(|(at, (text, address))| {
            view! { <a class=if at == 0 { "btn main" } else { "btn" } href=address>{text}</a> }
        });
        view! { {sentences} <p class="entry-ways">{ways.collect_view()}</p> }.into_any()
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
