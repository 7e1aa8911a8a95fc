//! A form that a page of the server's own was sent, and the note that it leaves in the record of
//! changes: what it asks for and the name of what that is about. Other fields may be secret.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    response::{IntoResponse, Response},
};
use dashboard::part::address::Query;

use crate::access::audit::Note;

/// Fields that name what a change is about; the first that is filled in is noted.
const NAMES: [&str; 5] = ["name", "into", "app", "id", "role"];

/// The fields of a form.
pub(crate) struct Form(pub Query);

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let note = request.extensions().get::<Note>().cloned();
        let body = Bytes::from_request(request, state).await.map_err(IntoResponse::into_response)?;
        let form = Query::parse(&String::from_utf8_lossy(&body));
        if let Some(note) = note {
            let named = NAMES.into_iter().map(|it| form.word(it).trim()).find(|it| !it.is_empty());
            note.say(format!("{} {}", form.word("do"), named.unwrap_or_default()).trim());
        }
        Ok(Self(form))
    }
}
