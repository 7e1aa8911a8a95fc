//! Which series a selector means: by the names and labels that `/metrics` gives them.

use contract::error::excerpt;
use pipeline::{Kind, SeriesKey};
use promql_parser::{
    label::{METRIC_NAME, MatchOp, Matcher},
    parser::{Offset, VectorSelector},
};

use super::super::name;

/// What the end of a name says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Gauge,
    Total,
    Count,
    Sum,
    Bucket,
}

/// A selector.
#[derive(Clone, Debug)]
pub(crate) struct Selector {
    pub name: String,
    pub part: Part,
    matchers: Vec<Matcher>,
    /// How much earlier it looks, seconds.
    pub offset_s: i64,
}

impl Selector {
    /// Reads a selector, which needs a name.
    ///
    /// # Errors
    /// A sentence that says what was expected and found.
    pub(crate) fn read(of: &VectorSelector) -> Result<Self, String> {
        if of.at.is_some() {
            return Err("expected a selector without @, found one".to_owned());
        }
        if !of.matchers.or_matchers.is_empty() {
            return Err("expected matchers without or, found some".to_owned());
        }
        let offset_s = match &of.offset {
            None => 0,
            Some(Offset::Pos(it)) => i64::try_from(it.as_secs()).unwrap_or(i64::MAX / 2),
            Some(Offset::Neg(_)) => {
                return Err("expected an offset into the past, found one into the future".to_owned());
            }
        };
        let named = of.matchers.matchers.iter().find(|it| it.name == METRIC_NAME && it.op == MatchOp::Equal);
        let name = of.name.clone().or_else(|| named.map(|it| it.value.clone()));
        let name = name.ok_or("expected a name in each selector, such as router_requests_total, found none")?;
        let matchers = of.matchers.matchers.iter().filter(|it| it.name != METRIC_NAME).cloned().collect();
        Ok(Self { part: Part::of(&name), name, matchers, offset_s })
    }

    /// Whether an app passes its matchers.
    pub(crate) fn has_app(&self, app: &str) -> bool {
        self.matchers.iter().filter(|it| it.name == "app").all(|it| it.is_match(app))
    }

    /// Whether a series is one of it, but for its app.
    pub(crate) fn has(&self, key: &SeriesKey) -> bool {
        let passes = |of: &Matcher| match &*of.name {
            "app" | "le" => true,
            label => of.is_match(&key.label(label).filter(|_| label != "class").unwrap_or_default()),
        };
        self.part.has(key.kind) && self.matchers.iter().all(passes) && self.part.names(key).any(|it| it == self.name)
    }

    /// Whether a bound passes its matchers.
    pub(crate) fn has_bound(&self, bound: &str) -> bool {
        self.matchers.iter().filter(|it| it.name == "le").all(|it| it.is_match(bound))
    }

    /// The error where no series has the name.
    pub(crate) fn excerpt(&self) -> &str {
        excerpt(&self.name)
    }
}

impl Part {
    fn of(name: &str) -> Self {
        let ends = [("_total", Self::Total), ("_count", Self::Count), ("_sum", Self::Sum), ("_bucket", Self::Bucket)];
        ends.into_iter().find(|it| name.ends_with(it.0)).map_or(Self::Gauge, |it| it.1)
    }

    const fn has(self, kind: Kind) -> bool {
        match self {
            Self::Gauge => matches!(kind, Kind::Gauge),
            Self::Total => matches!(kind, Kind::Counter),
            Self::Count | Self::Sum | Self::Bucket => matches!(kind, Kind::Distribution),
        }
    }

    /// The names of a series that have this part.
    fn names(self, key: &SeriesKey) -> impl Iterator<Item = String> {
        let family = name::of(key).family;
        std::iter::once(match self {
            Self::Gauge => family,
            Self::Total => format!("{family}_total"),
            Self::Count => format!("{family}_count"),
            Self::Sum => format!("{family}_sum"),
            Self::Bucket => format!("{family}_bucket"),
        })
    }
}

/// Every name that a series has in `/metrics`.
pub(crate) fn names(key: &SeriesKey) -> Vec<String> {
    let parts: &[Part] = match key.kind {
        Kind::Counter => &[Part::Total],
        Kind::Gauge => &[Part::Gauge],
        Kind::Distribution => &[Part::Bucket, Part::Count, Part::Sum],
    };
    parts.iter().flat_map(|it| it.names(key)).collect()
}
