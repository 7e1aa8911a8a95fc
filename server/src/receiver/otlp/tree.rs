//! The tree that all signals share: resources, in them scopes, in them records. Gives each record
//! with its resource and its scope, in the order of the body.
//!
//! Nothing of the tree is kept: records are handed on as pieces of the body. Source:
//! OpenTelemetry's `*_service.proto`.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use super::value::Attributes;
use crate::receiver::protobuf::{Fields, Malformed};

/// One record, in the encoding of the body.
#[derive(Clone, Copy, Debug)]
pub(super) enum Raw<'a> {
    /// A message of protobuf.
    Wire(&'a [u8]),
    /// A text of JSON.
    Json(&'a str),
}

/// The names of the lists in JSON.
#[derive(Clone, Copy, Debug)]
pub(super) struct Names {
    pub resources: &'static str,
    pub scopes: &'static str,
    pub records: &'static str,
}

/// Takes what is in a body.
pub(super) trait Visit {
    /// Another resource begins.
    fn resource(&mut self, attributes: &Attributes<'_>);

    /// Another scope of the resource begins: the library that wrote the records.
    fn scope(&mut self, name: &str);

    /// A record of the scope.
    fn record(&mut self, record: Raw<'_>);
}

/// Reads a body of protobuf.
///
/// # Errors
/// [`Malformed`]; records before the place have been visited.
pub(super) fn read_wire(body: &[u8], visit: &mut impl Visit) -> Result<(), Malformed> {
    for group in Fields::of(body).all(1) {
        let group = Fields::of(group?);
        let mut attributes = Attributes::default();
        for resource in group.all(1) {
            for attribute in Fields::of(resource?).all(1) {
                attributes.push_wire(attribute?)?;
            }
        }
        visit.resource(&attributes);
        for scope_group in group.all(2) {
            let scope_group = Fields::of(scope_group?);
            let mut name = "";
            for scope in scope_group.all(1) {
                for text in Fields::of(scope?).all(1) {
                    name = std::str::from_utf8(text?).map_err(|_| Malformed)?;
                }
            }
            visit.scope(name);
            for record in scope_group.all(2) {
                visit.record(Raw::Wire(record?));
            }
        }
    }
    Ok(())
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Resource<'a> {
    #[serde(borrow)]
    attributes: Attributes<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Scope<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
}

/// Reads a body of JSON.
///
/// # Errors
/// What serde expected and found; records before the place have been visited.
pub(super) fn read_json(body: &[u8], names: Names, visit: &mut impl Visit) -> serde_json::Result<()> {
    let body = std::str::from_utf8(body).map_err(serde::de::Error::custom)?;
    each(body, names.resources, &mut |group| {
        let resource = field(group, "resource")?.map(|it| serde_json::from_str::<Resource<'_>>(it.get()));
        visit.resource(&resource.transpose()?.unwrap_or_default().attributes);
        each(group, names.scopes, &mut |scope_group| {
            let scope = field(scope_group, "scope")?.map(|it| serde_json::from_str::<Scope<'_>>(it.get()));
            visit.scope(&scope.transpose()?.unwrap_or_default().name);
            each(scope_group, names.records, &mut |record| {
                visit.record(Raw::Json(record));
                Ok(())
            })
        })
    })
}

/// Calls `item` with each item of the list `name` of an object.
fn each<'a>(
    object: &'a str,
    name: &'static str,
    item: &mut dyn FnMut(&'a str) -> serde_json::Result<()>,
) -> serde_json::Result<()> {
    match field(object, name)? {
        Some(list) if list.get() != "null" => {
            serde_json::Deserializer::from_str(list.get()).deserialize_seq(Items(item)).map(|_| ())
        }
        _ => Ok(()),
    }
}

/// The value of a field of an object, which is scanned and not built.
fn field<'a>(object: &'a str, name: &'static str) -> serde_json::Result<Option<&'a RawValue>> {
    struct Field(&'static str);
    impl<'de> Visitor<'de> for Field {
        type Value = Option<&'de RawValue>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut found = None;
            while let Some(key) = map.next_key::<Cow<'de, str>>()? {
                let value = map.next_value::<&'de RawValue>()?;
                if key == self.0 {
                    found = Some(value);
                }
            }
            Ok(found)
        }
    }
    let mut deserializer = serde_json::Deserializer::from_str(object);
    let found = deserializer.deserialize_map(Field(name))?;
    deserializer.end()?;
    Ok(found)
}

/// Calls a function with each item of a list.
struct Items<'f, 'a>(&'f mut dyn FnMut(&'a str) -> serde_json::Result<()>);

impl<'de> Visitor<'de> for Items<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while let Some(item) = seq.next_element::<&'de RawValue>()? {
            (self.0)(item.get()).map_err(serde::de::Error::custom)?;
        }
        Ok(())
    }
}
