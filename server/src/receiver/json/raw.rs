//! Fields and elements of JSON, one level at a time and without a tree: values stay the text that
//! they are, so that memory does not grow with what a sender nests or repeats.

use std::{borrow::Cow, fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer as _,
    de::{MapAccess, SeqAccess, Visitor},
};
use serde_json::{Deserializer, Error, value::RawValue};

/// A string that is borrowed where it has no escapes.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// Gives each field of an object with the text of its value.
///
/// # Errors
/// Where the text is no JSON object. Fields before that place have been given.
pub(crate) fn each_field<'a>(object: &'a str, found: impl FnMut(Cow<'a, str>, &'a str)) -> Result<(), Error> {
    let mut parser = Deserializer::from_str(object);
    parser.deserialize_map(Fields(found, PhantomData))
}

/// Gives the text of each element of an array.
///
/// # Errors
/// Where the text is no JSON array. Elements before that place have been given.
pub(crate) fn each_element<'a>(array: &'a str, found: impl FnMut(&'a str)) -> Result<(), Error> {
    let mut parser = Deserializer::from_str(array);
    parser.deserialize_seq(Elements(found, PhantomData))
}

/// The first whole value of a text, and what follows it.
///
/// # Errors
/// Where the text is no JSON, or ends within a value.
pub(crate) fn first_value(text: &str) -> Result<(&str, &str), Error> {
    let mut values = Deserializer::from_str(text).into_iter::<&RawValue>();
    match values.next() {
        Some(value) => Ok((value?.get(), &text[values.byte_offset()..])),
        None => Ok(("", "")),
    }
}

/// The characters of a string, or a value of another type as it is written.
pub(crate) fn text(value: &str) -> Cow<'_, str> {
    let string = value.starts_with('"').then(|| serde_json::from_str::<Text<'_>>(value).ok()).flatten();
    string.map_or(Cow::Borrowed(value), |it| it.0)
}

/// What a value is, for errors.
pub(crate) fn kind(value: &str) -> &'static str {
    match value.as_bytes().first() {
        Some(b'{') => "an object",
        Some(b'[') => "an array",
        Some(b'"') => "a string",
        Some(b't' | b'f') => "a boolean",
        Some(b'n') => "null",
        Some(_) => "a number",
        None => "nothing",
    }
}

struct Fields<'a, F>(F, PhantomData<&'a ()>);

impl<'a, F: FnMut(Cow<'a, str>, &'a str)> Visitor<'a> for Fields<'a, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(mut self, mut fields: A) -> Result<(), A::Error> {
        while let Some((name, value)) = fields.next_entry::<Text<'a>, &'a RawValue>()? {
            self.0(name.0, value.get());
        }
        Ok(())
    }
}

struct Elements<'a, F>(F, PhantomData<&'a ()>);

impl<'a, F: FnMut(&'a str)> Visitor<'a> for Elements<'a, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'a>>(mut self, mut elements: A) -> Result<(), A::Error> {
        while let Some(element) = elements.next_element::<&'a RawValue>()? {
            self.0(element.get());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_fields_and_elements() {
        let mut found = vec![];
        let all = each_field(r#"{"a\n":"b\"c", "d" : {"e":[1, 2]}}"#, |name, value| {
            found.push((name.into_owned(), text(value).into_owned()));
        });
        assert!(all.is_ok());
        let expected = [("a\n", "b\"c"), ("d", r#"{"e":[1, 2]}"#)].map(|it| (it.0.to_owned(), it.1.to_owned()));
        assert_eq!(found, expected);
        let mut kinds = vec![];
        let all = each_element(r#"[1,"a",null,true,[],{},-1e999 "#, |element| kinds.push(kind(element)));
        assert!(all.is_err());
        assert_eq!(kinds, ["a number", "a string", "null", "a boolean", "an array", "an object", "a number"]);
    }

    #[test]
    fn ok_depth_costs_neither_stack_nor_memory() {
        let deep = "[".repeat(1 << 20) + &"]".repeat(1 << 20);
        let mut found = 0;
        assert!(each_element(&deep, |element| found += element.len()).is_ok());
        assert_eq!(found, deep.len() - 2);
        assert!(first_value(&"[".repeat(1 << 20)).is_err_and(|it| it.is_eof()));
        assert_eq!(first_value("{}\n{}").ok(), Some(("{}", "\n{}")));
    }
}
