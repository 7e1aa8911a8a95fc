//! Attributes and their values (`AnyValue`), from protobuf or JSON.
//!
//! # Limits
//! [`ATTRIBUTES_MAX`] attributes of one list; further ones are counted and dropped.
//! [`DEPTH_MAX`] levels of nesting and [`NESTED_BYTES_MAX`] bytes of a nested value, which becomes
//! JSON; what is deeper or longer becomes `null`.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use super::json::{Double, Signed};
use crate::receiver::protobuf::{Fields, Malformed};

/// Most attributes of a record, a resource or a point. SDKs keep 128.
pub(super) const ATTRIBUTES_MAX: usize = 128;
/// Most levels of arrays and maps in a value.
const DEPTH_MAX: usize = 8;
/// Most bytes of a nested value as JSON.
const NESTED_BYTES_MAX: usize = 64 << 10;

/// A value.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Value<'a> {
    #[default]
    None,
    Text(Cow<'a, str>),
    Bool(bool),
    Int(i64),
    Double(f64),
    /// An array or a map, as JSON.
    Nested(String),
}

impl Value<'_> {
    /// The value as text; empty for none.
    pub(super) fn text(&self) -> Cow<'_, str> {
        match self {
            Self::None => Cow::Borrowed(""),
            Self::Text(text) => Cow::Borrowed(text),
            Self::Bool(value) => Cow::Borrowed(if *value { "true" } else { "false" }),
            Self::Int(value) => Cow::Owned(value.to_string()),
            Self::Double(value) => Cow::Owned(value.to_string()),
            Self::Nested(json) => Cow::Borrowed(json),
        }
    }

    /// Reads `AnyValue`.
    pub(super) fn of_wire(message: &[u8]) -> Result<Value<'_>, Malformed> {
        let mut value = Value::None;
        for field in Fields::of(message) {
            let (number, field) = field?;
            value = match number {
                1 => Value::Text(Cow::Borrowed(field.text()?)),
                2 => Value::Bool(field.whole() != 0),
                3 => Value::Int(field.signed()),
                4 => Value::Double(field.double()),
                5 | 6 => {
                    let mut json = String::new();
                    nested_of_wire(number == 6, field.bytes(), 0, &mut json)?;
                    Value::Nested(json)
                }
                7 => Value::Text(Cow::Owned(hex(field.bytes()))),
                _ => continue,
            };
        }
        Ok(value)
    }
}

/// Writes an array, or a map, of values as JSON.
fn nested_of_wire(is_map: bool, message: &[u8], depth: usize, json: &mut String) -> Result<(), Malformed> {
    if depth >= DEPTH_MAX || json.len() + message.len() > NESTED_BYTES_MAX {
        json.push_str("null");
        return Ok(());
    }
    json.push(if is_map { '{' } else { '[' });
    for (index, item) in Fields::of(message).all(1).enumerate() {
        if index > 0 {
            json.push(',');
        }
        let value = if is_map {
            let (key, value) = key_value(item?)?;
            push_json_text(json, key);
            json.push(':');
            value
        } else {
            item?
        };
        let nested = Fields::of(value).find_map(|field| field.ok().filter(|it| matches!(it.0, 5 | 6)));
        match nested {
            Some((number, field)) => nested_of_wire(number == 6, field.bytes(), depth + 1, json)?,
            None => push_json(json, &Value::of_wire(value)?),
        }
    }
    json.push(if is_map { '}' } else { ']' });
    Ok(())
}

fn key_value(message: &[u8]) -> Result<(&str, &[u8]), Malformed> {
    let (mut key, mut value) = ("", &[][..]);
    for field in Fields::of(message) {
        match field? {
            (1, field) => key = field.text()?,
            (2, field) => value = field.bytes(),
            _ => {}
        }
    }
    Ok((key, value))
}

pub(super) fn hex(bytes: &[u8]) -> String {
    use fmt::Write as _;
    bytes.iter().take(NESTED_BYTES_MAX / 2).fold(String::new(), |mut text, byte| {
        // Writing to a `String` cannot fail.
        let _written = write!(text, "{byte:02x}");
        text
    })
}

/// Appends a value as JSON.
pub(super) fn push_json(json: &mut String, value: &Value<'_>) {
    match value {
        Value::None => json.push_str("null"),
        Value::Text(text) => push_json_text(json, text),
        Value::Double(value) if !value.is_finite() => json.push_str("null"),
        Value::Bool(_) | Value::Int(_) | Value::Double(_) | Value::Nested(_) => json.push_str(&value.text()),
    }
}

/// Appends a text as JSON.
pub(super) fn push_json_text(json: &mut String, text: &str) {
    json.push('"');
    for letter in text.chars() {
        match letter {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            '\r' => json.push_str("\\r"),
            '\t' => json.push_str("\\t"),
            _ if letter.is_control() => json.push(' '),
            _ => json.push(letter),
        }
    }
    json.push('"');
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct JsonValue<'a> {
    string_value: Option<Cow<'a, str>>,
    bool_value: Option<bool>,
    int_value: Option<Signed>,
    double_value: Option<Double>,
    #[serde(borrow)]
    array_value: Option<&'a RawValue>,
    #[serde(borrow)]
    kvlist_value: Option<&'a RawValue>,
    bytes_value: Option<Cow<'a, str>>,
}

impl<'de: 'a, 'a> Deserialize<'de> for Value<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let JsonValue { string_value, bool_value, int_value, double_value, array_value, kvlist_value, bytes_value } =
            JsonValue::deserialize(deserializer)?;
        let nested = |is_map, raw: &RawValue| {
            let mut json = String::new();
            nested_of_json(is_map, raw.get(), 0, &mut json).map_err(serde::de::Error::custom)?;
            Ok(Self::Nested(json))
        };
        if let Some(raw) = array_value {
            return nested(false, raw);
        }
        if let Some(raw) = kvlist_value {
            return nested(true, raw);
        }
        let text = string_value.or(bytes_value).map(Self::Text);
        let value = text.or(bool_value.map(Self::Bool)).or(int_value.map(|it| Self::Int(it.0)));
        Ok(value.or(double_value.map(|it| Self::Double(it.0))).unwrap_or_default())
    }
}

#[derive(Deserialize)]
struct JsonNested<'a> {
    #[serde(borrow, default)]
    values: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct JsonKeyValue<'a> {
    #[serde(borrow)]
    key: Cow<'a, str>,
    #[serde(borrow)]
    value: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct JsonInner<'a> {
    #[serde(borrow)]
    array_value: Option<&'a RawValue>,
    #[serde(borrow)]
    kvlist_value: Option<&'a RawValue>,
}

fn nested_of_json(is_map: bool, raw: &str, depth: usize, json: &mut String) -> serde_json::Result<()> {
    if depth >= DEPTH_MAX || json.len() + raw.len() > NESTED_BYTES_MAX {
        json.push_str("null");
        return Ok(());
    }
    json.push(if is_map { '{' } else { '[' });
    for (index, item) in serde_json::from_str::<JsonNested<'_>>(raw)?.values.into_iter().enumerate() {
        if index > 0 {
            json.push(',');
        }
        let mut value = Some(item);
        if is_map {
            let pair: JsonKeyValue<'_> = serde_json::from_str(item.get())?;
            push_json_text(json, &pair.key);
            json.push(':');
            value = pair.value;
        }
        let Some(value) = value else {
            json.push_str("null");
            continue;
        };
        match serde_json::from_str::<JsonInner<'_>>(value.get())? {
            JsonInner { array_value: Some(inner), .. } => nested_of_json(false, inner.get(), depth + 1, json)?,
            JsonInner { kvlist_value: Some(inner), .. } => nested_of_json(true, inner.get(), depth + 1, json)?,
            _ => push_json(json, &serde_json::from_str(value.get())?),
        }
    }
    json.push(if is_map { '}' } else { ']' });
    Ok(())
}

/// Attributes, in the order of the sender.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Attributes<'a> {
    pub(super) list: Vec<(Cow<'a, str>, Value<'a>)>,
    /// How many were beyond the limit.
    pub(super) dropped: u64,
}

impl<'a> Attributes<'a> {
    /// The value of the first of these keys that there is; empty values do not count.
    pub(super) fn text(&self, keys: &[&str]) -> Cow<'_, str> {
        let value = |key: &&str| self.list.iter().find(|it| it.0 == **key).map(|it| it.1.text());
        keys.iter().filter_map(value).find(|it| !it.is_empty()).unwrap_or_default()
    }

    /// Adds a `KeyValue`.
    pub(super) fn push_wire(&mut self, message: &'a [u8]) -> Result<(), Malformed> {
        if self.list.len() >= ATTRIBUTES_MAX {
            self.dropped += 1;
            return Ok(());
        }
        let (key, value) = key_value(message)?;
        self.list.push((Cow::Borrowed(key), Value::of_wire(value)?));
        Ok(())
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Attributes<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct KeyValue<'a> {
            #[serde(borrow)]
            key: Cow<'a, str>,
            #[serde(borrow, default)]
            value: Value<'a>,
        }
        struct List;
        impl<'de> Visitor<'de> for List {
            type Value = Attributes<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of attributes")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let mut attributes = Attributes::default();
                while attributes.list.len() < ATTRIBUTES_MAX {
                    let Some(KeyValue { key, value }) = seq.next_element()? else { return Ok(attributes) };
                    attributes.list.push((key, value));
                }
                while seq.next_element::<IgnoredAny>()?.is_some() {
                    attributes.dropped += 1;
                }
                Ok(attributes)
            }

            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Attributes::default())
            }
        }
        deserializer.deserialize_any(List)
    }
}
