//! The whole document, and the routes that answer with it: as JSON, and as a page.

use std::sync::LazyLock;

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use dashboard::reference::{self, reference_page};
use utoipa::openapi::{
    ComponentsBuilder, InfoBuilder, OpenApi, OpenApiBuilder, PathItem, PathsBuilder, RefOr,
    path::ParameterIn,
    request_body::RequestBody,
    schema::Schema,
    security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme},
};

use super::{
    alerts, apps, drains, logs,
    operation::{Operation, Schemas, method_word},
};
use crate::outlet::{
    page::{assets::assets, plain},
    state::Outlet,
};

/// The document never changes while the process runs.
static DOCUMENT: LazyLock<OpenApi> = LazyLock::new(make);

/// Rows by their group.
fn rows() -> [(&'static str, Vec<Operation>); 4] {
    [("apps", apps::rows()), ("logs", logs::rows()), ("alerts", alerts::rows()), ("drains", drains::rows())]
}

fn make() -> OpenApi {
    let (mut paths, mut schemas) = (PathsBuilder::new(), Schemas::new());
    for (tag, rows) in rows() {
        for mut row in rows {
            schemas.append(&mut row.schemas);
            let (path, method) = (row.path, row.method.clone());
            paths = paths.path(path, PathItem::new(method, row.build(tag)));
        }
    }
    open_inner(&mut schemas);
    let components = schemas.into_iter().fold(ComponentsBuilder::new(), |all, (name, schema)| all.schema(name, schema));
    let components = components
        .security_scheme("token", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)))
        .security_scheme("password", SecurityScheme::Http(Http::new(HttpAuthScheme::Basic)));
    let needs = |name: &str| SecurityRequirement::new::<_, [&str; 0], &str>(name, []);
    let info = InfoBuilder::new()
        .title("Streamgauge")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some("Metrics, logs and alerts of apps. Times are in UTC; units stand at the end of names."));
    OpenApiBuilder::new()
        .info(info)
        .paths(paths)
        .components(Some(components.build()))
        .security(Some([needs("token"), needs("password")]))
        .build()
}

/// Lets types that stand flat inside of another have that one's properties beside their own.
fn open_inner(schemas: &mut Schemas) {
    let name = |of: &RefOr<Schema>| match of {
        RefOr::Ref(it) => it.ref_location.rsplit_once('/').map(|it| it.1.to_owned()),
        RefOr::T(_) => None,
    };
    let items = schemas.values().filter_map(|schema| match schema {
        RefOr::T(Schema::AllOf(all)) => Some(all.items.iter().filter_map(name).collect::<Vec<_>>()),
        _ => None,
    });
    for inner in items.flatten().collect::<Vec<_>>() {
        if let Some(RefOr::T(Schema::Object(object))) = schemas.get_mut(&inner) {
            object.additional_properties = None;
        }
    }
}

/// `GET /api/openapi.json`.
pub(crate) async fn json() -> Json<&'static OpenApi> {
    Json(&DOCUMENT)
}

/// `GET /api`: the document as a page.
pub(crate) async fn page(State(outlet): State<Outlet>) -> Response {
    let schemas = DOCUMENT.components.iter().flat_map(|it| &it.schemas).map(|(name, schema)| reference::Schema {
        name: name.clone(),
        says: said(schema),
        json: serde_json::to_string_pretty(schema).unwrap_or_default(),
    });
    let base = outlet.doors.public_url.clone().unwrap_or_else(|| "http://localhost:3000".to_owned());
    let html = reference_page(&assets(), groups(&base), schemas.collect());
    plain::reply(StatusCode::OK, html).into_response()
}

fn groups(base: &str) -> Vec<reference::Group> {
    let group = |(name, rows): (&str, Vec<Operation>)| {
        let operations = rows.into_iter().map(|row| {
            let (path, method) = (row.path, method_word(&row.method));
            shown(path, method, row.build(name), base)
        });
        reference::Group { name: name.to_owned(), operations: operations.collect() }
    };
    rows().into_iter().map(group).collect()
}

fn shown(path: &str, method: &str, of: utoipa::openapi::path::Operation, base: &str) -> reference::Operation {
    let parameters = of.parameters.unwrap_or_default().into_iter().filter_map(whole);
    let parameters = parameters.map(|parameter| reference::Parameter {
        place: if parameter.parameter_in == ParameterIn::Path { "path" } else { "query" },
        is_required: parameter.required == utoipa::openapi::Required::True,
        says: parameter.description.unwrap_or_default(),
        name: parameter.name,
    });
    let parameters: Vec<_> = parameters.collect();
    let body = of.request_body.and_then(whole).as_ref().and_then(body_name);
    let answers = of.responses.responses.into_iter().filter(|it| it.0 != "default").map(|(status, answer)| {
        let says = match answer {
            RefOr::T(answer) if answer.content.contains_key("application/json") => match answer.description {
                either if either.contains(' ') => either,
                name => format!("#{name}"),
            },
            RefOr::T(answer) => answer.description,
            RefOr::Ref(_) => String::new(),
        };
        reference::Answer { status, says }
    });
    let needed = parameters.iter().filter(|it| it.place == "query" && it.is_required);
    let asked: Vec<String> = needed.map(|it| format!("{}=…", it.name)).collect();
    let asked = if asked.is_empty() { String::new() } else { format!("?{}", asked.join("&")) };
    let sends = if body.is_some() { " -H 'Content-Type: application/json' -d @body.json" } else { "" };
    let method_flag = if method == "GET" { String::new() } else { format!(" -X {method}") };
    let example = format!("curl{method_flag} -H \"Authorization: Bearer $TOKEN\"{sends} '{base}{path}{asked}'");
    reference::Operation {
        id: of.operation_id.unwrap_or_default(),
        method: method.to_owned(),
        path: path.to_owned(),
        summary: of.summary.unwrap_or_default(),
        parameters,
        body,
        answers: answers.collect(),
        example,
    }
}

/// What stands in its place; nothing here is a reference but schemas.
fn whole<T>(of: RefOr<T>) -> Option<T> {
    match of {
        RefOr::T(it) => Some(it),
        RefOr::Ref(_) => None,
    }
}

/// The name of a body's type, as a link.
fn body_name(body: &RequestBody) -> Option<String> {
    let RefOr::T(content) = body.content.values().next()? else { return None };
    match content.schema.as_ref()? {
        RefOr::Ref(it) => it.ref_location.rsplit_once('/').map(|it| format!("#{}", it.1)),
        RefOr::T(_) => None,
    }
}

/// The description of a schema.
fn said(schema: &RefOr<Schema>) -> String {
    match schema {
        RefOr::T(Schema::Object(it)) => it.description.clone().unwrap_or_default(),
        RefOr::T(Schema::OneOf(it)) => it.description.clone().unwrap_or_default(),
        RefOr::T(Schema::AllOf(it)) => it.description.clone().unwrap_or_default(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::outlet::routes;

    #[test]
    fn ok_every_route_is_described() {
        let described: BTreeSet<&str> = DOCUMENT.paths.paths.keys().map(String::as_str).collect();
        let routed = routes::table().into_iter().map(|it| it.0).filter(|it| it.starts_with("/api/v1/")).collect();
        assert_eq!(described, routed);
    }

    #[test]
    fn ok_no_two_types_share_a_name() {
        let mut known = Schemas::new();
        for row in rows().into_iter().flat_map(|it| it.1) {
            for (name, schema) in row.schemas {
                let before = known.entry(name.clone()).or_insert_with(|| schema.clone());
                assert!(*before == schema, "{name}");
            }
        }
    }

    #[test]
    fn ok_every_reference_leads_somewhere() {
        let text = serde_json::to_string(&*DOCUMENT).unwrap_or_default();
        let known = &DOCUMENT.components.as_ref().map(|it| it.schemas.clone()).unwrap_or_default();
        for name in text.split("#/components/schemas/").skip(1).filter_map(|it| it.split('"').next()) {
            assert!(known.contains_key(name), "{name}");
        }
    }

    #[test]
    fn ok_every_parameter_says_what_it_is() {
        for (path, item) in &DOCUMENT.paths.paths {
            for operation in [&item.get, &item.post, &item.put, &item.delete].into_iter().flatten() {
                for parameter in operation.parameters.iter().flatten().cloned().filter_map(whole) {
                    assert!(parameter.description.is_some_and(|it| !it.is_empty()), "{path} {}", parameter.name);
                }
            }
        }
    }
}
