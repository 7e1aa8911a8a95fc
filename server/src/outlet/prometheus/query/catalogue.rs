//! What Grafana asks about besides values: names of metrics and labels, series, what a metric is,
//! and which server it talks to. All of it from memory: whatever has been measured and is kept.

use std::collections::{BTreeMap, BTreeSet};

use axum::{
    body::Bytes,
    extract::{Path, RawQuery, State},
    response::Response,
};
use pipeline::{Kind, SeriesKey};
use promql_parser::parser::{self, Expr};
use serde::Serialize;

use super::{
    super::{bounds, name},
    params::Params,
    question::QUERY_BYTES_MAX,
    reply,
    selector::{Selector, names},
    window::Labels,
};
use crate::outlet::{api::change::User, state::Outlet};

/// Most series, names or values of one answer.
const LISTED_MAX: usize = 20_000;
/// Labels that series have.
const LABELS: [&str; 8] = ["__name__", "app", "code", "le", "method", "path", "source", "status"];

/// The names of labels.
pub(crate) async fn labels() -> Response {
    reply::success(LABELS)
}

/// The values of a label, among the series that `match[]` chooses.
pub(crate) async fn values(
    State(outlet): State<Outlet>,
    user: User,
    Path(label): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let params = Params::read(query.as_deref(), &Bytes::new());
    let mut values = BTreeSet::new();
    let found = each(&outlet, &user, &params, |app, key, names| {
        match &*label {
            "__name__" => values.extend(names.iter().map(|it| (*it).to_owned())),
            "app" => drop(values.insert(app.to_owned())),
            "le" if key.kind == Kind::Distribution => {
                let of_unit = bounds::usual(&name::unit(&key.unit).0);
                values.extend(of_unit.iter().map(f64::to_string).chain(["+Inf".to_owned()]));
            }
            other => values.extend(name::labels(app, key).into_iter().filter(|it| it.0 == other).map(|it| it.1)),
        }
        values.len() <= LISTED_MAX
    });
    found.map_or_else(|it| *it, |()| reply::success(values))
}

/// Series with their labels.
pub(crate) async fn series(
    State(outlet): State<Outlet>,
    user: User,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    let params = Params::read(query.as_deref(), &body);
    if params.get("match[]").is_none() {
        return reply::invalid("expected match[]=, found none".to_owned());
    }
    let mut series: Vec<Labels> = vec![];
    let found = each(&outlet, &user, &params, |app, key, names| {
        for it in names {
            let mut labels: Labels = name::labels(app, key).into_iter().map(|it| (it.0.to_owned(), it.1)).collect();
            labels.insert("__name__".to_owned(), (*it).to_owned());
            series.push(labels);
        }
        series.len() <= LISTED_MAX
    });
    found.map_or_else(|it| *it, |()| reply::success(series))
}

/// What a metric is.
#[derive(Serialize)]
struct Metadata {
    r#type: &'static str,
    help: String,
    unit: String,
}

/// What each metric is.
pub(crate) async fn metadata(State(outlet): State<Outlet>, user: User, RawQuery(query): RawQuery) -> Response {
    let params = Params::read(query.as_deref(), &Bytes::new());
    let wanted = params.get("metric").map(str::to_owned);
    let mut all: BTreeMap<String, Vec<Metadata>> = BTreeMap::new();
    let found = each(&outlet, &user, &Params::default(), |_, key, _| {
        let named = name::of(key);
        let (name, of) = match key.kind {
            Kind::Counter => (format!("{}_total", named.family), "counter"),
            Kind::Gauge => (named.family, "gauge"),
            Kind::Distribution => (named.family, "histogram"),
        };
        if wanted.as_ref().is_none_or(|it| *it == name) && !all.contains_key(&name) {
            all.insert(name, vec![Metadata { r#type: of, help: key.metric.to_string(), unit: named.unit }]);
        }
        all.len() <= LISTED_MAX
    });
    found.map_or_else(|it| *it, |()| reply::success(all))
}

/// Which server answers.
#[derive(Serialize)]
struct BuildInfo {
    /// That of the Prometheus whose interface this is a part of: clients decide by it what to ask.
    version: &'static str,
    application: &'static str,
    revision: &'static str,
}

/// Which server answers.
pub(crate) async fn build_info() -> Response {
    reply::success(BuildInfo { version: "2.24.0", application: "Streamgauge", revision: env!("CARGO_PKG_VERSION") })
}

/// Rules and alerts of Prometheus, of which there are none.
pub(crate) async fn nothing() -> Response {
    reply::success(BTreeMap::from([("groups", Vec::<()>::new())]))
}

/// Calls `each` with the series that `match[]` chooses and their names, until it has enough.
fn each(
    outlet: &Outlet,
    user: &User,
    params: &Params,
    mut each: impl FnMut(&str, &SeriesKey, &[&str]) -> bool,
) -> Result<(), Box<Response>> {
    let mut selectors = vec![];
    for text in params.all("match[]") {
        selectors.push(selector(text).map_err(|it| Box::new(reply::invalid(it)))?);
    }
    let live = outlet.reader.aggregates.live.lock();
    for app in live.apps.keys().filter(|app| user.as_ref().is_none_or(|it| it.sees(app))) {
        for series in live.registry.of(app) {
            let names = names(&series.key);
            let is_chosen = |name: &&str| {
                let chooses = |it: &Chooser| it.has(app, &series.key, name);
                selectors.is_empty() || selectors.iter().any(chooses)
            };
            let chosen: Vec<&str> = names.iter().map(String::as_str).filter(is_chosen).collect();
            if !chosen.is_empty() && !each(app, &series.key, &chosen) {
                let text = format!("expected at most {LISTED_MAX} of them, found more: choose with match[]=");
                return Err(Box::new(reply::unsupported(text)));
            }
        }
    }
    Ok(())
}

/// What `match[]` chooses: a selector, or one that has matchers for the name or none.
enum Chooser {
    Named(Selector),
    Unnamed(promql_parser::label::Matchers),
}

impl Chooser {
    fn has(&self, app: &str, key: &SeriesKey, name: &str) -> bool {
        match self {
            Self::Named(it) => it.name == name && it.has_app(app) && it.has(key),
            Self::Unnamed(matchers) => matchers.matchers.iter().all(|matcher| match &*matcher.name {
                "__name__" => matcher.is_match(name),
                "app" => matcher.is_match(app),
                "le" => true,
                label => matcher.is_match(&key.label(label).unwrap_or_default()),
            }),
        }
    }
}

fn selector(text: &str) -> Result<Chooser, String> {
    if text.len() > QUERY_BYTES_MAX {
        return Err(format!("expected match[]= of at most {QUERY_BYTES_MAX} bytes, found {}", text.len()));
    }
    if text.contains('(') && !text.contains('"') {
        return Err("expected match[]= to be a selector, found something else".to_owned());
    }
    match parser::parse(text)? {
        Expr::VectorSelector(it) => {
            Ok(Selector::read(&it).map_or_else(|_| Chooser::Unnamed(it.matchers.clone()), Chooser::Named))
        }
        _ => Err("expected match[]= to be a selector, found something else".to_owned()),
    }
}
