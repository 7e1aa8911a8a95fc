//! The address of the Compare page: `/apps/APP/compare?at=UNIX&length=1h`, or
//! `?before_from=&before_to=&from=&to=` of two spans, as unix seconds or as a form writes times.
//! Pure.

use contract::{CompareQuery, Span, duration};

use super::{
    address::{Query, add},
    time::from_stamp,
};

/// The lengths to choose from, seconds.
pub const LENGTHS_S: [i64; 4] = [900, 3_600, 21_600, 86_400];

/// The query that an address holds. What is not valid is left out.
#[must_use]
pub fn query_of(address: &Query) -> CompareQuery {
    let moment = |name: &str| {
        let text = address.word(name);
        text.parse().ok().or_else(|| from_stamp(text)).and_then(|it| Span::moment(it).ok())
    };
    let span = |from: &str, to: &str| moment(from).zip(moment(to)).map(|(from_s, to_s)| Span::clamped(from_s, to_s));
    let length_s = duration::seconds(address.word("length")).and_then(|it| i64::try_from(it).ok());
    CompareQuery {
        at_s: moment("at"),
        length_s: length_s
            .map_or(CompareQuery::LENGTH_S, |it| it.clamp(CompareQuery::LENGTH_S_MIN, CompareQuery::LENGTH_S_MAX)),
        spans: span("before_from", "before_to").zip(span("from", "to")),
    }
}

/// The address of a release; of the newest one without a moment.
#[must_use]
pub fn compare_address(app: &str, at_s: Option<i64>) -> String {
    let mut address = format!("/apps/{app}/compare");
    if let Some(at_s) = at_s {
        add(&mut address, "at", &at_s.to_string());
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_queries_of_addresses() {
        let spans = Some((Span::clamped(600, 1_200), Span::clamped(1_800, 2_400)));
        let hour = CompareQuery::default();
        for (address, expected) in [
            ("", hour),
            ("at=1790000000&length=15m", CompareQuery { at_s: Some(1_790_000_000), length_s: 900, ..hour }),
            ("at=2026-09-21T14:13:20", CompareQuery { at_s: Some(1_790_000_000), ..hour }),
            ("before_from=600&before_to=1200&from=1800&to=2400", CompareQuery { spans, ..hour }),
            (
                "before_from=1970-01-01T00:10&before_to=1970-01-01T00:20:00&from=1970-01-01T00:30&to=1970-01-01T00:40",
                CompareQuery { spans, ..hour },
            ),
            ("length=9000d", CompareQuery { length_s: CompareQuery::LENGTH_S_MAX, ..hour }),
            ("length=1s", CompareQuery { length_s: CompareQuery::LENGTH_S_MIN, ..hour }),
            // What is not valid or not whole.
            ("at=soon&length=long&from=1800&to=2400", hour),
            ("at=-1&before_from=600&before_to=1200&from=1800", hour),
            ("at=9223372036854775807", hour),
        ] {
            assert_eq!(query_of(&Query::parse(address)), expected, "{address}");
        }
        let address = compare_address("a", Some(7));
        assert_eq!(query_of(&Query::parse(address.split_once('?').unwrap_or_default().1)).at_s, Some(7));
        assert_eq!(compare_address("a", None), "/apps/a/compare");
    }
}
