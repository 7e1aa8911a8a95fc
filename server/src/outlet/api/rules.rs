//! `/api/v1/rules`: rules of the user's own, their trial on the past, and the switches of built-in
//! rules.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use contract::{
    Error,
    alert::{AlertChange, BuiltIn, BuiltInRule, OwnRule, PreviewQuery},
    error::quoted,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    answer::refused,
    change::{User, carry_out, changed, created, number, read, removed},
};
use crate::{
    clock::now_ms,
    outlet::{
        alerts::{preview, rules},
        state::Outlet,
    },
};

/// The body that switches a built-in rule.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Switch {
    is_on: bool,
}

/// The answer to the list.
#[derive(Serialize, ToSchema)]
pub(crate) struct Rules {
    built_in: Vec<BuiltInRule>,
    rules: Vec<OwnRule>,
}

/// Every rule, and how it was last judged.
pub(crate) async fn list(State(outlet): State<Outlet>) -> Response {
    let read = async {
        let (built_in, rules) = (rules::built_in(&outlet.reader.store).await?, rules::own(&outlet).await?);
        Ok(Rules { built_in, rules })
    };
    read.await.map_or_else(|error: Error| refused(&error), |it| Json(it).into_response())
}

/// Adds a rule.
pub(crate) async fn add(State(outlet): State<Outlet>, user: User, body: Bytes) -> Response {
    let change = read("a rule", &body).map(|rule| AlertChange::SaveRule { id: None, rule });
    created(carry_out(&outlet, user, change).await)
}

/// Replaces a rule.
pub(crate) async fn replace(State(outlet): State<Outlet>, Path(id): Path<String>, user: User, body: Bytes) -> Response {
    let change =
        number("rule", &id).and_then(|id| Ok(AlertChange::SaveRule { id: Some(id), rule: read("a rule", &body)? }));
    changed(carry_out(&outlet, user, change).await)
}

/// Removes a rule.
pub(crate) async fn remove(State(outlet): State<Outlet>, Path(id): Path<String>, user: User) -> Response {
    let change = number("rule", &id).map(AlertChange::RemoveRule);
    removed(carry_out(&outlet, user, change).await)
}

/// Tries a rule on the past.
pub(crate) async fn test(State(outlet): State<Outlet>, body: Bytes) -> Response {
    let query: PreviewQuery = match read("a rule and its app", &body) {
        Ok(query) => query,
        Err(error) => return refused(&error),
    };
    match preview::make(&outlet, query, now_ms()).await {
        Ok(preview) => Json(preview).into_response(),
        Err(error) => refused(&error),
    }
}

/// Switches a built-in rule off or on for an app.
pub(crate) async fn switch(
    State(outlet): State<Outlet>,
    Path((app, word)): Path<(String, String)>,
    user: User,
    body: Bytes,
) -> Response {
    let change = read::<Switch>("a switch, such as {\"is_on\":false}", &body).and_then(|Switch { is_on }| {
        let rule = BuiltIn::ALL.into_iter().find(|it| it.word() == word);
        let words = || BuiltIn::ALL.map(BuiltIn::word).join(", ");
        let unknown =
            || Error::NotFound(format!("expected a built-in rule, one of {}, found {}", words(), quoted(&word)));
        Ok(AlertChange::SwitchRule { app, rule: rule.ok_or_else(unknown)?, is_on })
    });
    removed(carry_out(&outlet, user, change).await)
}
