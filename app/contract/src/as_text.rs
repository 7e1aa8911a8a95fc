//! JSON of types that have a text of their own: the word of a variant, or what `Display` writes and
//! `FromStr` reads. That text stands in one place, so JSON, addresses and the command line cannot
//! differ. Texts of a type are its own business.

/// A type whose JSON is its text.
macro_rules! text_in_json {
    ($name:ty) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        $crate::as_text::schema!($name, String);
    };
}

/// An enum whose JSON is the word of its variant: it has `ALL` and `word`.
macro_rules! word_in_json {
    ($name:ty) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.word())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                let known = Self::ALL.into_iter().find(|it| it.word() == text);
                known.ok_or_else(|| serde::de::Error::custom($crate::as_text::Unknown(text)))
            }
        }

        #[cfg(feature = "schema")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                let words = Self::ALL.iter().map(|it| it.word());
                utoipa::openapi::schema::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .enum_values(Some(words))
                    .into()
            }
        }

        #[cfg(feature = "schema")]
        impl utoipa::ToSchema for $name {}
    };
}

/// A type whose JSON is that of another: the other's schema.
macro_rules! schema {
    ($name:ty, $other:ty) => {
        #[cfg(feature = "schema")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                <$other as utoipa::PartialSchema>::schema()
            }
        }

        #[cfg(feature = "schema")]
        impl utoipa::ToSchema for $name {}
    };
}

/// A type whose JSON is a list of these, in their order: its schema. How many there are isn't said.
macro_rules! list_schema {
    ($name:ty, $($item:ty),+) => {
        #[cfg(feature = "schema")]
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                let items = utoipa::openapi::schema::AnyOfBuilder::new();
                $(let items = items.item(<$item as utoipa::PartialSchema>::schema());)+
                utoipa::openapi::schema::ArrayBuilder::new().items(items).into()
            }
        }

        #[cfg(feature = "schema")]
        impl utoipa::ToSchema for $name {}
    };
}

pub(crate) use {list_schema, schema, text_in_json, word_in_json};

/// The error of a word that no variant has.
pub(crate) struct Unknown(pub(crate) String);

impl std::fmt::Display for Unknown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "expected a known word, found {}", crate::error::quoted(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use std::fmt;

    use serde::{
        Deserialize, Serialize,
        de::{IntoDeserializer, value::Error},
    };

    use crate::{
        ErrorCode, EventKind, Health, Kind, Label, Level, LineId, LogKind, LookBack, Offset, Stat, storage::Limit,
    };

    struct Text<T>(T);

    impl<T: Serialize> fmt::Display for Text<T> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.serialize(f)
        }
    }

    #[track_caller]
    fn check<T: for<'de> Deserialize<'de> + Serialize>(texts: &[&str]) {
        for text in texts {
            let deserializer: serde::de::value::StrDeserializer<'_, Error> = (*text).into_deserializer();
            assert_eq!(T::deserialize(deserializer).map(|it| Text(it).to_string()).as_deref(), Ok(*text));
        }
        let deserializer: serde::de::value::StrDeserializer<'_, Error> = "no such word".into_deserializer();
        let error = T::deserialize(deserializer).err().map(|it| it.to_string());
        assert!(error.is_some_and(|it| it.contains("found \"no such word\"")));
    }

    #[test]
    fn ok_texts_come_back() {
        check::<Stat>(&["rate", "count", "p95", "p99.9"]);
        check::<Offset>(&["1d", "7d", "90s"]);
        check::<ErrorCode>(&["H12", "R14"]);
        check::<LineId>(&["812-7"]);
        check::<Level>(&["error", "warning", ""]);
        check::<Kind>(&["counter", "gauge", "distribution"]);
        check::<LogKind>(&["router", "app", "platform"]);
        check::<LookBack>(&["15m", "1h", "6h", "24h", "3d", "7d"]);
        check::<Health>(&["failing", "degraded", "healthy", "silent"]);
        check::<Limit>(&["time", "size"]);
        check::<Label>(&["source", "status", "class", "method", "path", "code", "unit", "kind"]);
        check::<EventKind>(&[
            "release", "deploy", "config", "scale", "start", "up", "restart", "stop", "exit", "crash", "idle", "note",
        ]);
    }
}
