//! An operation, and how its row is written: `get("/api/v1/apps", "…").gives::<Overview>()`.

use std::collections::BTreeMap;

use utoipa::{
    IntoParams, ToSchema,
    openapi::{
        Content, Ref, RefOr, Required,
        path::{HttpMethod, OperationBuilder, Parameter, ParameterBuilder, ParameterIn},
        request_body::RequestBodyBuilder,
        response::{Response, ResponseBuilder},
        schema::{ObjectBuilder, Schema, Type},
    },
};

use super::words;
use crate::problem::{PROBLEM_JSON, Problem};

/// Schemas by the name of their type.
pub(super) type Schemas = BTreeMap<String, RefOr<Schema>>;

/// An operation of the API.
pub(super) struct Operation {
    pub path: &'static str,
    pub method: HttpMethod,
    summary: &'static str,
    parameters: Vec<Parameter>,
    body: Option<(&'static str, bool, RefOr<Schema>)>,
    answers: Vec<(u16, Response)>,
    pub schemas: Schemas,
}

pub(super) fn get(path: &'static str, summary: &'static str) -> Operation {
    Operation::new(HttpMethod::Get, path, summary)
}

pub(super) fn post(path: &'static str, summary: &'static str) -> Operation {
    Operation::new(HttpMethod::Post, path, summary)
}

pub(super) fn put(path: &'static str, summary: &'static str) -> Operation {
    Operation::new(HttpMethod::Put, path, summary)
}

/// A removal, which answers 204.
pub(super) fn delete(path: &'static str, summary: &'static str) -> Operation {
    Operation::new(HttpMethod::Delete, path, summary).answers(204, "removed", &[])
}

impl Operation {
    fn new(method: HttpMethod, path: &'static str, summary: &'static str) -> Self {
        let mut schemas = Schemas::new();
        add::<Problem>(&mut schemas);
        let parameters = names(path).map(|name| {
            ParameterBuilder::new()
                .name(name)
                .parameter_in(ParameterIn::Path)
                .required(Required::True)
                .description(words::of(name))
                .schema(Some(text()))
                .build()
        });
        let parameters = parameters.collect();
        Self { path, method, summary, parameters, body: None, answers: vec![], schemas }
    }

    /// Has the parameters of a type.
    pub(super) fn takes<P: IntoParams>(mut self) -> Self {
        for mut parameter in P::into_params(|| Some(ParameterIn::Query)) {
            if parameter.description.as_ref().is_none_or(String::is_empty) {
                parameter.description = words::of(&parameter.name).map(str::to_owned);
            }
            self.parameters.push(parameter);
        }
        self
    }

    /// Has a JSON body.
    pub(super) fn reads<T: ToSchema>(mut self) -> Self {
        self.body = Some(("application/json", true, add::<T>(&mut self.schemas)));
        self
    }

    /// Has a JSON body that may be left out.
    pub(super) fn may_read<T: ToSchema>(mut self) -> Self {
        self.body = Some(("application/json", false, add::<T>(&mut self.schemas)));
        self
    }

    /// Answers 200 with JSON.
    pub(super) fn gives<T: ToSchema>(self) -> Self {
        self.gives_or::<T>(&[])
    }

    /// Answers 200 with JSON, or with what else can be asked for.
    pub(super) fn gives_or<T: ToSchema>(mut self, others: &[&str]) -> Self {
        let schema = add::<T>(&mut self.schemas);
        let json = ResponseBuilder::new().description(words::name_of::<T>());
        let json = json.content("application/json", Content::new(Some(schema)));
        let response = others.iter().fold(json, |response, it| response.content(*it, Content::new(Some(text()))));
        self.answers.push((200, response.build()));
        self
    }

    /// Answers 200 with either of two.
    pub(super) fn gives_either<T: ToSchema, U: ToSchema>(mut self) -> Self {
        let (one, other) = (add::<T>(&mut self.schemas), add::<U>(&mut self.schemas));
        let either = utoipa::openapi::schema::AnyOfBuilder::new().item(one).item(other).build();
        let words = format!("{} or {}", words::name_of::<T>(), words::name_of::<U>());
        let response = ResponseBuilder::new().description(words);
        let response = response.content("application/json", Content::new(Some(Schema::AnyOf(either))));
        self.answers.push((200, response.build()));
        self
    }

    /// Answers 201 with JSON.
    pub(super) fn creates<T: ToSchema>(mut self) -> Self {
        let schema = add::<T>(&mut self.schemas);
        let response = ResponseBuilder::new().description(words::name_of::<T>());
        let response = response.content("application/json", Content::new(Some(schema)));
        self.answers.push((201, response.build()));
        self
    }

    /// Answers with what is no JSON.
    pub(super) fn answers(mut self, status: u16, what: &str, types: &[&str]) -> Self {
        let response = ResponseBuilder::new().description(what);
        let response = types.iter().fold(response, |response, it| response.content(*it, Content::new(Some(text()))));
        self.answers.push((status, response.build()));
        self
    }

    /// The operation in the words of `OpenAPI`.
    pub(super) fn build(self, tag: &str) -> utoipa::openapi::path::Operation {
        let problem = Content::new(Some(Ref::from_schema_name(Problem::name())));
        let error = ResponseBuilder::new().description("What was expected and found").content(PROBLEM_JSON, problem);
        let mut operation = OperationBuilder::new()
            .tag(tag)
            .operation_id(Some(id(&self.method, self.path)))
            .summary(Some(self.summary))
            .response("default", error.build());
        for (status, response) in self.answers {
            operation = operation.response(status.to_string(), response);
        }
        for parameter in self.parameters {
            operation = operation.parameter(parameter);
        }
        if let Some((content_type, is_needed, schema)) = self.body {
            let body = RequestBodyBuilder::new().content(content_type, Content::new(Some(schema)));
            let needed = if is_needed { Required::True } else { Required::False };
            operation = operation.request_body(Some(body.required(Some(needed)).build()));
        }
        operation.build()
    }
}

/// The words of a method.
pub(super) const fn method_word(method: &HttpMethod) -> &'static str {
    match method {
        HttpMethod::Post => "POST",
        HttpMethod::Put => "PUT",
        HttpMethod::Delete => "DELETE",
        HttpMethod::Head => "HEAD",
        HttpMethod::Options => "OPTIONS",
        HttpMethod::Patch => "PATCH",
        HttpMethod::Trace => "TRACE",
        _ => "GET",
    }
}

/// The name of an operation, such as `get_apps_app_query`.
fn id(method: &HttpMethod, path: &str) -> String {
    let path = path.trim_start_matches("/api/v1").trim_start_matches('/');
    let words: String = path.chars().filter(|it| !matches!(it, '{' | '}' | '*')).collect();
    format!("{}_{}", method_word(method).to_lowercase(), words.replace('/', "_"))
}

/// The names between braces in a path.
fn names(path: &str) -> impl Iterator<Item = &str> {
    path.split('{').skip(1).filter_map(|it| it.split('}').next())
}

fn text() -> Schema {
    ObjectBuilder::new().schema_type(Type::String).into()
}

/// Adds the schema of a type and of those that it is made of; gives a reference to it.
fn add<T: ToSchema>(schemas: &mut Schemas) -> RefOr<Schema> {
    let mut all = vec![];
    T::schemas(&mut all);
    all.push((T::name().into_owned(), T::schema()));
    schemas.extend(all);
    RefOr::Ref(Ref::from_schema_name(T::name()))
}
