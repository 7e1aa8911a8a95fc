//! `/prometheus/api/v1/query` and `/query_range`.

use axum::{
    body::Bytes,
    extract::{RawQuery, State},
    response::Response,
};

use super::{
    evaluate::{Value, evaluate},
    params::Params,
    question::Question,
    reply,
    window::{self, Asker, Moments},
};
use crate::{
    clock::now_ms,
    outlet::{api::change::User, state::Outlet},
};

/// Most readings of one question.
const READINGS_MAX: usize = 8;

/// Answers for one moment.
pub(crate) async fn query(
    State(outlet): State<Outlet>,
    user: User,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    let params = Params::read(query.as_deref(), &body);
    let moments = match params.moment(now_ms()) {
        Ok(moments) => moments,
        Err(text) => return reply::invalid(text),
    };
    match value(&outlet, &user, &params, &moments).await {
        Ok(value) => reply::instant(value, &moments),
        Err(reply) => *reply,
    }
}

/// Answers for each step of a range.
pub(crate) async fn query_range(
    State(outlet): State<Outlet>,
    user: User,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    let params = Params::read(query.as_deref(), &body);
    let moments = match params.moments() {
        Ok(moments) => moments,
        Err(text) => return reply::invalid(text),
    };
    match value(&outlet, &user, &params, &moments).await {
        Ok(value) => reply::range(value, &moments),
        Err(reply) => *reply,
    }
}

async fn value(outlet: &Outlet, user: &User, params: &Params, moments: &Moments) -> Result<Value, Box<Response>> {
    let Some(text) = params.get("query") else {
        return Err(Box::new(reply::invalid("expected query=, found none".to_owned())));
    };
    let question = Question::read(text).map_err(|it| Box::new(reply::unsupported(it)))?;
    let readings = question.readings();
    if readings.len() > READINGS_MAX {
        let text = format!("expected at most {READINGS_MAX} selectors in a query, found {}", readings.len());
        return Err(Box::new(reply::unsupported(text)));
    }
    let who = user.as_ref().map(|it| &it.0);
    let asker = Asker { outlet, who, now_s: now_ms().div_euclid(1_000) };
    let mut read = vec![];
    for reading in readings {
        read.push(window::read(&asker, reading, moments).await.map_err(|it| Box::new(reply::failed(it)))?);
    }
    Ok(evaluate(&question, &mut read.into_iter()))
}
