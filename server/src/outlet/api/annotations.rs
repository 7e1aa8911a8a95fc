//! `/api/v1/apps/{app}/annotations`: what people write on the charts of an app. They are read back
//! as events too, of the kind `note`.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, Query, State, rejection::QueryRejection},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use contract::{Error, Span};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    answer::{no_app, refused},
    change::{Saved, User, author, number, read},
    params,
};
use crate::{
    clock::now_ms,
    outlet::state::{Outlet, hidden, no_such_app},
    store::annotations::{self, ANNOTATIONS_MAX, Annotation},
};

/// Annotations of one answer unless `limit=` says otherwise.
const LIMIT: usize = 100;
/// Longest text, characters: it is one row of a list.
const TEXT_CHARS_MAX: usize = 200;
/// How far ahead of the server's clock a moment may be, milliseconds: clocks differ. Events are
/// deleted by age, the oldest rows first, so a row of a distant year would hold up all behind it.
const AHEAD_MS_MAX: i64 = 3_600_000;
/// What the log says where the table can't be used.
const UNUSABLE: &str = "annotations could not be read or saved";

/// The parameters of the URL.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Params {
    limit: Option<String>,
}

/// The body of a new annotation.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = AnnotationDraft)]
pub(crate) struct Draft {
    /// One line of at most 200 characters.
    text: String,
    /// The moment it is about, unix seconds; now if absent.
    at_s: Option<i64>,
}

impl Draft {
    /// The moment, unix milliseconds, and the text, both in bounds.
    fn checked(&self, now_ms: i64) -> Result<(i64, String), Error> {
        let lines = self.text.split(char::is_control).map(str::trim).filter(|it| !it.is_empty());
        let text = lines.collect::<Vec<_>>().join(" ");
        let chars = text.chars().count();
        if chars == 0 || chars > TEXT_CHARS_MAX {
            let expected = format!("expected a text of 1 to {TEXT_CHARS_MAX} characters, found {chars}");
            return Err(Error::Invalid(expected));
        }
        let at_ms = match self.at_s {
            Some(at_s) => Span::moment(at_s).map_err(|it| Error::Invalid(it.to_string()))? * 1_000,
            None => now_ms,
        };
        if at_ms > now_ms + AHEAD_MS_MAX {
            let most_s = (now_ms + AHEAD_MS_MAX).div_euclid(1_000);
            return Err(Error::Invalid(format!(
                "expected at_s to be at most an hour from now, {most_s}, found {}",
                at_ms / 1_000
            )));
        }
        Ok((at_ms, text))
    }
}

/// The annotations of an app, the newest moment first.
pub(crate) async fn list(
    State(outlet): State<Outlet>,
    Path(app): Path<String>,
    asked: Result<Query<Params>, QueryRejection>,
) -> Response {
    if !outlet.knows(&app) {
        return no_app(&app);
    }
    let limit = asked.map_err(|it| it.body_text()).and_then(|Query(asked)| {
        params::count("limit", asked.limit.as_deref(), LIMIT, usize::try_from(ANNOTATIONS_MAX).unwrap_or(LIMIT))
    });
    let found = async {
        let limit = limit.map_err(Error::Invalid)?;
        annotations::list(&outlet.reader.store.readers, &app, limit).await.map_err(hidden(UNUSABLE))
    };
    match found.await {
        Ok(found) => Json(Annotations { app, annotations: found.iter().map(row).collect() }).into_response(),
        Err(error) => refused(&error),
    }
}

fn row(it: &Annotation) -> AnnotationRow {
    let (at_s, text) = (it.at_ms.div_euclid(1_000), it.text.clone());
    AnnotationRow { id: it.id, at_s, text, added_by: it.added_by.clone() }
}

/// The answer to the list.
#[derive(Serialize, ToSchema)]
pub(crate) struct Annotations {
    app: String,
    /// The newest moment first.
    annotations: Vec<AnnotationRow>,
}

/// An annotation.
#[derive(Serialize, ToSchema)]
pub(crate) struct AnnotationRow {
    id: i64,
    /// The moment it is about, unix seconds.
    at_s: i64,
    text: String,
    /// Who added it.
    added_by: String,
}

/// Adds an annotation.
pub(crate) async fn add(State(outlet): State<Outlet>, Path(app): Path<String>, user: User, body: Bytes) -> Response {
    let added = async {
        let (at_ms, text) = read::<Draft>("an annotation", &body)?.checked(now_ms())?;
        if !outlet.knows(&app) {
            return Err(no_such_app(&app));
        }
        let mut db = outlet.reader.store.connect().await.map_err(hidden(UNUSABLE))?;
        annotations::add(&mut db, &app, (at_ms, &text), &author(user)).await.map_err(error)
    };
    match added.await {
        Ok(id) => (StatusCode::CREATED, Json(Saved::of(id))).into_response(),
        Err(error) => refused(&error),
    }
}

/// Removes an annotation.
pub(crate) async fn remove(State(outlet): State<Outlet>, Path((app, id)): Path<(String, String)>) -> Response {
    let removed = async {
        let id = number("annotation", &id)?;
        let mut db = outlet.reader.store.connect().await.map_err(hidden(UNUSABLE))?;
        annotations::remove(&mut db, &app, id).await.map_err(error)
    };
    removed.await.map_or_else(|it| refused(&it), |()| StatusCode::NO_CONTENT.into_response())
}

fn error(error: annotations::Error) -> Error {
    match error {
        annotations::Error::TooMany => Error::Conflict(error.to_string()),
        annotations::Error::Unknown(_) => Error::NotFound(error.to_string()),
        annotations::Error::Store(error) => hidden(UNUSABLE)(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_texts_are_one_line_in_bounds() {
        let checked = |text: &str, at_s| Draft { text: text.to_owned(), at_s }.checked(7);
        assert_eq!(checked(" moved \r\n to  db2\0", None), Ok((7, "moved to  db2".to_owned())));
        assert_eq!(checked("x", Some(60)), Ok((60_000, "x".to_owned())));
        assert_eq!(checked("x", Some(3_600)), Ok((3_600_000, "x".to_owned())));
        for (text, at_s) in [
            ("", None),
            (" \n", None),
            (&*"é".repeat(201), None),
            ("x", Some(i64::MAX)),
            ("x", Some(3_601)),
            ("x", Some(-1)),
        ] {
            assert!(matches!(checked(text, at_s), Err(Error::Invalid(_))), "{text} {at_s:?}");
        }
        assert!(checked(&"é".repeat(200), None).is_ok());
    }
}
