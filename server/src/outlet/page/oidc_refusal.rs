//! Why somebody whom a provider sent back is not let in: the status, the words of the page and of
//! the log. Nothing that an address said is repeated on a page.

use std::time::Duration;

use axum::http::StatusCode;
use dashboard::EntryNotice;

use crate::outlet::oidc::{ticket::TICKET_S, trouble::Trouble};

/// When a provider that is down may be asked again.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// Why somebody is not let in.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    /// There is no ticket, or not that of this sign-in.
    #[error("it was begun in another browser or more than {TICKET_S} s ago, or is finished already")]
    Ticket,
    /// The person or the provider said no.
    #[error("it was cancelled at the provider")]
    Cancelled,
    /// The provider could not even ask.
    #[error("the provider refused: {0}")]
    Refused(&'static str),
    /// The provider could not say who it is.
    #[error("the provider could not be used: {0}")]
    Trouble(#[from] Trouble),
    /// There is no address of mail, or none that can be compared.
    #[error("the provider said no address of mail")]
    NoAddress,
    /// The address may be anybody's.
    #[error("the provider says that the address {0} is not verified")]
    Unverified(String),
    /// Nothing in `OIDC_ALLOW` matches.
    #[error("nothing in OIDC_ALLOW matches {0} or its groups")]
    NotAllowed(String),
    /// Somebody else has the name.
    #[error("somebody named {0} has a password or an open invitation")]
    NameTaken(String),
    /// There is no room.
    #[error("there are as many people as there may be")]
    TooManyPeople,
    /// The address of the browser has sent too many wrong passwords and codes.
    #[error("too many failed sign-ins from this address")]
    TooManyAttempts(Duration),
    /// People can't be read or written.
    #[error("people could not be read or written: {0}")]
    Store(#[from] sqlx::Error),
}

/// What the words of a page need to know.
#[derive(Clone, Copy, Debug)]
pub(super) struct Said<'a> {
    /// The host of the provider.
    pub host: &'a str,
    /// The address that begins anew, and the same with another account.
    pub again: &'a str,
    pub other: &'a str,
    /// Whether anybody has a password.
    pub has_form: bool,
}

/// Errors that a provider may send back (RFC 6749, 4.1.2.1, and OIDC Core 1.0, 3.1.2.6).
const CODES: [&str; 13] = [
    "invalid_request",
    "unauthorized_client",
    "unsupported_response_type",
    "invalid_scope",
    "interaction_required",
    "login_required",
    "account_selection_required",
    "consent_required",
    "invalid_request_uri",
    "invalid_request_object",
    "request_not_supported",
    "request_uri_not_supported",
    "registration_not_supported",
];

impl Refusal {
    /// What an error in the address means. Words that are not known are not repeated.
    pub(super) fn said(code: &str) -> Self {
        match code {
            "access_denied" => Self::Cancelled,
            "server_error" => Trouble::Down("it answered that it has an error of its own".to_owned()).into(),
            "temporarily_unavailable" => {
                Trouble::Down("it answered that it is unavailable for the moment".to_owned()).into()
            }
            _ => Self::Refused(CODES.into_iter().find(|it| *it == code).unwrap_or("an unknown error")),
        }
    }

    /// Whether anybody can cause it, without an account at the provider.
    pub(super) const fn is_anybodys(&self) -> bool {
        matches!(self, Self::Ticket | Self::Cancelled | Self::Refused(_) | Self::Trouble(_) | Self::TooManyAttempts(_))
    }

    pub(super) const fn status(&self) -> StatusCode {
        match self {
            Self::Ticket => StatusCode::BAD_REQUEST,
            Self::Cancelled | Self::NoAddress | Self::Unverified(_) | Self::NotAllowed(_) => StatusCode::FORBIDDEN,
            Self::Trouble(Trouble::Down(_) | Trouble::Busy) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Refused(_) | Self::Trouble(_) => StatusCode::BAD_GATEWAY,
            Self::NameTaken(_) | Self::TooManyPeople => StatusCode::CONFLICT,
            Self::TooManyAttempts(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Store(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// When trying again may help.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Trouble(Trouble::Down(_) | Trouble::Busy) => Some(RETRY_AFTER),
            Self::TooManyAttempts(wait) => Some(*wait + Duration::from_secs(1)),
            _ => None,
        }
    }

    /// The page.
    pub(super) fn notice(&self, Said { host, again, other, has_form }: Said<'_>) -> EntryNotice {
        let (title, sentences) = self.words(host);
        let way = |text: &str, address: &str| (text.to_owned(), address.to_owned());
        let first = match self {
            Self::NotAllowed(_) | Self::Unverified(_) | Self::NoAddress | Self::NameTaken(_) => {
                way("Use another account", other)
            }
            Self::Ticket => way("Start again", again),
            _ => way("Try again", again),
        };
        // Without a password that anybody has, there is no other way in.
        let form = has_form.then(|| way("Sign in with a password", "/sign-in"));
        let mut ways: Vec<_> = [Some(first), form].into_iter().flatten().collect();
        if matches!(self, Self::NameTaken(_)) {
            ways.reverse();
        }
        EntryNotice { title: title.to_owned(), sentences, ways }
    }

    fn words(&self, host: &str) -> (&'static str, Vec<String>) {
        let logged = "An administrator finds the time and the reason in the log of this server.".to_owned();
        match self {
            Self::Ticket => (
                "This sign-in took too long",
                vec![format!(
                    "It was begun more than {} minutes ago or in another browser, or it is finished already. Nothing has changed.",
                    TICKET_S / 60
                )],
            ),
            Self::Cancelled => (
                "Sign-in cancelled",
                vec![
                    format!(
                        "{host} says that the sign-in was cancelled, or that this account may not use the dashboard."
                    ),
                    "If you did not cancel it, ask whoever manages the accounts there.".to_owned(),
                ],
            ),
            Self::Refused(code) => {
                ("The provider refused", vec![format!("{host} did not let you sign in: {code}."), logged])
            }
            Self::Trouble(Trouble::Down(why)) => (
                "The sign-in provider is down",
                vec![
                    format!("{host} can’t say who you are: {why}."),
                    "Lines and alerts are not affected, and whoever is signed in stays so. Try again in a minute."
                        .to_owned(),
                ],
            ),
            Self::Trouble(Trouble::Busy) => (
                "Too many sign-ins at once",
                vec![format!("Others are waiting for {host} too. Try again in a few seconds.")],
            ),
            Self::Trouble(trouble) => {
                ("The provider’s answer was not accepted", vec![format!("{host} answered, but {trouble}."), logged])
            }
            Self::TooManyAttempts(wait) => (
                "Too many failed sign-ins",
                vec![format!("They came from your IP address. Try again in {} s.", wait.as_secs() + 1)],
            ),
            Self::Store(_) => ("Server error", vec![logged]),
            _ => self.words_about_person(host),
        }
    }

    /// The words where the provider has done its part.
    fn words_about_person(&self, host: &str) -> (&'static str, Vec<String>) {
        match self {
            Self::NoAddress => (
                "No mail address",
                vec![
                    format!("{host} did not say which mail address is yours, and people are known here by that."),
                    "An administrator can let it pass the address on (scope email), or you use another account.".to_owned(),
                ],
            ),
            Self::Unverified(address) => (
                "Address not verified",
                vec![
                    format!("{host} says that {address} is not verified as yours."),
                    "Verify it there, then sign in again.".to_owned(),
                ],
            ),
            Self::NotAllowed(address) => (
                "Not allowed",
                vec![
                    format!("{host} says that you are {address}. This account may not use the dashboard."),
                    "An administrator can allow the address, its domain or one of your groups in OIDC_ALLOW.".to_owned(),
                ],
            ),
            Self::NameTaken(address) => (
                "This name is taken",
                vec![
                    format!("There is somebody named {address} here already, with a password or an open invitation."),
                    "Sign in with that password, or ask an administrator to remove that person first.".to_owned(),
                ],
            ),
            Self::TooManyPeople => (
                "Too many people",
                vec!["There are as many people here as there may be. An administrator can remove some under Settings, People."
                    .to_owned()],
            ),
            _ => ("Sign-in failed", vec![]),
        }
    }
}
