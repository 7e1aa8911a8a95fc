//! `/api`: the reference of the API, as `/api/openapi.json` has it: operations, parameters, bodies,
//! answers and an example of each. What it says is decided by the server's description.

use leptos::prelude::*;

use super::{Frame, document};
use crate::{page::table::Page, shell::Assets};

/// A parameter of an operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    pub name: String,
    /// `path` or `query`.
    pub place: &'static str,
    pub is_required: bool,
    pub says: String,
}

/// What an operation answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: String,
    /// Its type, or what it is in words.
    pub says: String,
}

/// An operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    /// Its place in the page's address.
    pub id: String,
    pub method: String,
    pub path: String,
    pub summary: String,
    pub parameters: Vec<Parameter>,
    /// The type of its body.
    pub body: Option<String>,
    pub answers: Vec<Answer>,
    /// A command that asks for it.
    pub example: String,
}

/// Operations of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub name: String,
    pub operations: Vec<Operation>,
}

/// A type of bodies and answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schema {
    pub name: String,
    /// What it is; empty where that isn't said.
    pub says: String,
    /// Its schema as JSON.
    pub json: String,
}

/// The page as HTML.
#[must_use]
pub fn reference_page(assets: &Assets, groups: Vec<Group>, schemas: Vec<Schema>) -> String {
    document(&Frame { assets, title: "API", here: Page::Unknown, section: None, script: None }, move || {
        let links = groups.iter().map(|it| view! { <a href=format!("#{}", it.name)>{it.name.clone()}</a> });
        let links = links.collect_view();
        let groups = groups.into_iter().map(group).collect_view();
        let schemas = schemas.into_iter().map(schema).collect_view();
        view! {
            <div class="apphead">
                <h1>"API"</h1>
                <nav class="seg tabs" aria-label="Groups">{links}<a href="#types">"types"</a></nav>
            </div>
            <p class="dim api-intro">
                "All of this as a document for generators: " <a href="/api/openapi.json"><code>"/api/openapi.json"</code></a>
                " (OpenAPI 3.1). Scripts send an " <a href="/settings/tokens">"API token"</a> " as "
                <code>"Authorization: Bearer sgr_…"</code> ". Errors are " <code>"application/problem+json"</code>
                ", with a sentence in " <code>"detail"</code> "."
            </p>
            {groups}
            <section class="api-group" id="types"><h2>"types"</h2>{schemas}</section>
        }
        .into_any()
    })
}

fn group(of: Group) -> impl IntoView {
    let operations = of.operations.into_iter().map(operation).collect_view();
    let id = of.name.clone();
    view! { <section class="api-group" id=id><h2>{of.name}</h2>{operations}</section> }
}

fn operation(of: Operation) -> impl IntoView {
    let rows = of.parameters.into_iter().map(|parameter| {
        let needed = parameter.is_required.then_some("needed");
        view! {
            <tr>
                <th scope="row"><code>{parameter.name}</code></th>
                <td>{parameter.place}" "{needed}</td>
                <td>{parameter.says}</td>
            </tr>
        }
    });
    let rows: Vec<_> = rows.collect();
    let parameters = (!rows.is_empty()).then(|| {
        view! {
            <div class="scroll"><table class="api-params">
                <thead><tr><th scope="col">"parameter"</th><th scope="col">"in"</th><th scope="col">"what"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table></div>
        }
    });
    let body = of.body.map(|it| view! { <div><dt>"body"</dt><dd>{linked(it)}</dd></div> });
    let answers = of.answers.into_iter().map(|answer| {
        view! { <div><dt>{answer.status}</dt><dd>{linked(answer.says)}</dd></div> }
    });
    let answers = answers.collect_view();
    view! {
        <details class="card api-operation" id=of.id>
            <summary>
                <b class="api-method">{of.method}</b>
                <code>{breakable(&of.path)}</code>
                <span>{of.summary}</span>
            </summary>
            {parameters}
            <dl class="terms">{body}{answers}</dl>
            <pre class="api-example" tabindex="0"><code>{of.example}</code></pre>
        </details>
    }
}

/// A path that may break before each slash, and else only where it has to.
fn breakable(path: &str) -> AnyView {
    let part = |part: &str| view! { <wbr />{format!("/{part}")} };
    path.split('/').skip(1).map(part).collect_view().into_any()
}

/// A name of a type as a link to it; other words as they are.
fn linked(text: String) -> AnyView {
    match text.strip_prefix('#') {
        Some(name) => view! { <a href=format!("#type-{name}")><code>{name.to_owned()}</code></a> }.into_any(),
        None => text.into_any(),
    }
}

fn schema(of: Schema) -> impl IntoView {
    let id = format!("type-{}", of.name);
    view! {
        <details class="card api-operation" id=id>
            <summary><code>{of.name}</code><span>{of.says}</span></summary>
            <pre class="api-example" tabindex="0"><code>{of.json}</code></pre>
        </details>
    }
}
