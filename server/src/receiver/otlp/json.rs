//! Numbers as OTLP's JSON has them: 64-bit integers as text or number, doubles with `NaN` and
//! `Infinity` as text. Source: the JSON encoding in OpenTelemetry's protocol specification.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, Visitor},
};

/// A whole number from 0 on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Whole(pub u64);

/// A whole number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Signed(pub i64);

/// A number, perhaps not finite.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Double(pub f64);

impl<'de> Deserialize<'de> for Whole {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Signed::any(deserializer)?;
        u64::try_from(value).map(Self).map_err(|_| D::Error::custom(format!("expected a whole number, found {value}")))
    }
}

impl<'de> Deserialize<'de> for Signed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Self::any(deserializer)?;
        i64::try_from(value).map(Self).map_err(|_| D::Error::custom(format!("expected 64 bits, found {value}")))
    }
}

impl Signed {
    fn any<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i128, D::Error> {
        struct Any;
        impl Visitor<'_> for Any {
            type Value = i128;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number, or a text of one")
            }

            fn visit_u64<E>(self, value: u64) -> Result<i128, E> {
                Ok(value.into())
            }

            fn visit_i64<E>(self, value: i64) -> Result<i128, E> {
                Ok(value.into())
            }

            #[expect(clippy::cast_possible_truncation, reason = "only whole numbers of 64 bits come here")]
            fn visit_f64<E: Error>(self, value: f64) -> Result<i128, E> {
                let is_whole = value.fract() == 0.0 && value.abs() < 2.0_f64.powi(64);
                is_whole.then_some(value as i128).ok_or_else(|| E::custom("expected a whole number"))
            }

            fn visit_str<E: Error>(self, value: &str) -> Result<i128, E> {
                value.parse().map_err(|_| E::custom("expected a whole number in a text"))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

impl<'de> Deserialize<'de> for Double {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl Visitor<'_> for Any {
            type Value = Double;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number, or a text of one")
            }

            #[expect(clippy::cast_precision_loss, reason = "a double has 53 bits")]
            fn visit_u64<E>(self, value: u64) -> Result<Double, E> {
                Ok(Double(value as f64))
            }

            #[expect(clippy::cast_precision_loss, reason = "a double has 53 bits")]
            fn visit_i64<E>(self, value: i64) -> Result<Double, E> {
                Ok(Double(value as f64))
            }

            fn visit_f64<E>(self, value: f64) -> Result<Double, E> {
                Ok(Double(value))
            }

            fn visit_str<E: Error>(self, value: &str) -> Result<Double, E> {
                // Rust's parser knows `NaN`, `Infinity` and `-Infinity`.
                value.parse().map(Double).map_err(|_| E::custom("expected a number in a text"))
            }
        }
        deserializer.deserialize_any(Any)
    }
}
