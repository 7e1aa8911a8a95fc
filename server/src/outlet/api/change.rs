//! What routes that change something share: who makes the change, numbers of paths, and JSON bodies
//! that become drafts. For alerts also the change and its reply; what it means is decided in
//! `outlet::alerts`.

use axum::{
    Extension, Json,
    body::Bytes,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use contract::{
    Error,
    alert::{AlertChange, Changed},
    error::excerpt,
};
use serde::{Serialize, de::DeserializeOwned};
use utoipa::ToSchema;

use super::answer::refused;
use crate::{
    access::principal::Principal,
    outlet::{alerts::change, state::Outlet},
};

/// Who makes a change by the API without a user name.
pub(crate) const BY: &str = "API";
/// Longest piece of an error about JSON that is repeated, characters.
const ERROR_CHARS_MAX: usize = 200;

/// Who asks.
pub(crate) type User = Option<Extension<Principal>>;

/// Who makes the change of a request.
pub(crate) fn author(user: User) -> String {
    user.and_then(|Extension(who)| who.name()).unwrap_or_else(|| BY.to_owned())
}

/// Reads a body as JSON. `what` names it in the error.
///
/// # Errors
/// A sentence that says where the JSON is wrong.
pub(crate) fn read<T: DeserializeOwned>(what: &str, body: &Bytes) -> Result<T, Error> {
    serde_json::from_slice(body).map_err(|error| {
        let found: String = error.to_string().chars().take(ERROR_CHARS_MAX).collect();
        Error::Invalid(format!("expected the JSON of {what}: {found}"))
    })
}

/// Like [`read`], for a body with secrets: nothing of it is repeated but names of fields.
///
/// # Errors
/// A sentence that says where the JSON is wrong.
pub(crate) fn read_secret<T: DeserializeOwned>(what: &str, body: &Bytes) -> Result<T, Error> {
    serde_json::from_slice(body).map_err(|error| {
        let text = error.to_string();
        let is_plain = text.starts_with("missing field") || text.starts_with("expected a known word");
        let found = if is_plain {
            excerpt(&text).to_owned()
        } else {
            format!("a mistake at line {} column {}", error.line(), error.column())
        };
        Error::Invalid(format!("expected the JSON of {what}: {found}"))
    })
}

/// A number of a path.
///
/// # Errors
/// [`Error::NotFound`].
pub(crate) fn number(what: &str, text: &str) -> Result<i64, Error> {
    let found = text.parse().ok().filter(|it| *it > 0);
    found.ok_or_else(|| Error::NotFound(format!("there is no {what} {:?}", excerpt(text))))
}

/// Carries out a change, or replies why it can't be.
pub(crate) async fn carry_out(
    outlet: &Outlet,
    user: User,
    change: Result<AlertChange, Error>,
) -> Result<Changed, Response> {
    let change = change.map_err(|it| refused(&it))?;
    change::change(outlet, change, &author(user)).await.map_err(|it| refused(&it))
}

/// The reply to something new: 201 with its number, and a secret that is shown only now.
pub(crate) fn created(done: Result<Changed, Response>) -> Response {
    done.map_or_else(|it| it, |it| (StatusCode::CREATED, Json(result(&it))).into_response())
}

/// The reply to a change: 200 with the number.
pub(crate) fn changed(done: Result<Changed, Response>) -> Response {
    done.map_or_else(|it| it, |it| Json(result(&it)).into_response())
}

/// The reply to a removal: 204.
pub(crate) fn removed(done: Result<Changed, Response>) -> Response {
    done.map_or_else(|it| it, |_| StatusCode::NO_CONTENT.into_response())
}

fn result(changed: &Changed) -> Saved {
    Saved { id: changed.id, secret: changed.secret.clone() }
}

/// The answer to what was added or changed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Saved {
    /// Its number.
    pub id: i64,
    /// What is shown only now: the key that signs a webhook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

impl Saved {
    /// Something without a secret.
    pub(crate) const fn of(id: i64) -> Self {
        Self { id, secret: None }
    }
}

#[cfg(test)]
mod tests {
    use contract::alert::ChannelDraft;

    use super::*;

    #[test]
    fn err_a_body_with_secrets_is_not_repeated() {
        for body in [
            r#"{"kind":"slack","url":["hunter2"]}"#,
            r#"{"kind":"slack","url":"hunter2","hunter2":1}"#,
            r#"{"kind":"hunter2 hunter2","url":"x"}"#,
            r#""hunter2""#,
            r#"{"url":"hunter2"}"#,
            "hunter2",
        ] {
            let error = read_secret::<ChannelDraft>("a channel", &Bytes::from_static(body.as_bytes()));
            let error = error.err().map(|it| it.to_string()).unwrap_or_default();
            assert!(error.starts_with("expected the JSON of a channel: "), "{error}");
            assert!(!error.contains("hunter2") || body.contains("\"kind\":\"hunter2"), "{body}: {error}");
        }
    }

    #[test]
    fn ok_numbers() {
        assert_eq!(number("rule", "12"), Ok(12));
        for text in ["", "0", "-1", "x", "99999999999999999999", "1-0"] {
            assert!(number("rule", text).is_err_and(|it| it.to_string().contains("there is no rule")), "{text}");
        }
    }
}
