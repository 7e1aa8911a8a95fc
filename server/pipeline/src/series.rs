//! Identity of a series inside an app: metric, kind, unit and labels, owned and borrowed.

use std::{borrow::Cow, hash::Hasher};

use rustc_hash::FxHasher;

/// The longest name, unit or label that is kept, bytes. Longer ones are cut.
pub const LABEL_BYTES_MAX: usize = 200;

/// How the values of a series are combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Values add up.
    Counter,
    /// The last value counts.
    Gauge,
    /// Values form a histogram.
    Distribution,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Counter, Self::Gauge, Self::Distribution];

    /// The kind as it is stored and shown.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Distribution => "distribution",
        }
    }

    /// The kind with that name.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }
}

/// A series. Unit and kind are part of its identity: the same name with `ms` and without a unit are
/// two series.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeriesKey {
    /// Name, such as `router.service`.
    pub metric: Box<str>,
    /// Kind of the values.
    pub kind: Kind,
    /// Unit as the line gave it, such as `ms`; empty for none.
    pub unit: Box<str>,
    /// Source or dyno, such as `web.1`; empty for none.
    pub source: Box<str>,
    /// HTTP status, 100 to 599; 0 for none.
    pub status: u16,
    /// HTTP method; empty for none.
    pub method: Box<str>,
    /// Normalized path, such as `/users/:id`; empty for none.
    pub path: Box<str>,
    /// Error code, such as `H12`, or reason of a loss; empty for none.
    pub code: Box<str>,
}

impl SeriesKey {
    /// The class of its status, `1xx` to `5xx`; empty for none.
    #[must_use]
    pub const fn class(&self) -> &'static str {
        match self.status / 100 {
            1 => "1xx",
            2 => "2xx",
            3 => "3xx",
            4 => "4xx",
            5 => "5xx",
            _ => "",
        }
    }

    /// The label of that name: `source`, `status`, `class`, `method`, `path` or `code`; empty if
    /// the series has no such label. `None` for any other name.
    #[must_use]
    pub fn label(&self, name: &str) -> Option<Cow<'_, str>> {
        match name {
            "source" => Some(Cow::Borrowed(&self.source)),
            "status" if self.status == 0 => Some(Cow::Borrowed("")),
            "status" => Some(Cow::Owned(self.status.to_string())),
            "class" => Some(Cow::Borrowed(self.class())),
            "method" => Some(Cow::Borrowed(&self.method)),
            "path" => Some(Cow::Borrowed(&self.path)),
            "code" => Some(Cow::Borrowed(&self.code)),
            _ => None,
        }
    }

    pub(crate) fn borrow(&self) -> SeriesRef<'_> {
        SeriesRef {
            metric: self.metric.as_bytes(),
            kind: self.kind,
            unit: self.unit.as_bytes(),
            source: self.source.as_bytes(),
            status: self.status,
            method: self.method.as_bytes(),
            path: self.path.as_bytes(),
            code: self.code.as_bytes(),
        }
    }
}

/// A series as a line names it: bytes that may be too long and need not be UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeriesRef<'a> {
    /// Name of the metric.
    pub metric: &'a [u8],
    /// Kind of the values.
    pub kind: Kind,
    /// Unit; empty for none.
    pub unit: &'a [u8],
    /// Source or dyno; empty for none.
    pub source: &'a [u8],
    /// HTTP status; 0 for none.
    pub status: u16,
    /// HTTP method; empty for none.
    pub method: &'a [u8],
    /// Normalized path; empty for none.
    pub path: &'a [u8],
    /// Error code or reason of a loss; empty for none.
    pub code: &'a [u8],
}

impl<'a> SeriesRef<'a> {
    /// A series without unit and labels.
    #[must_use]
    pub const fn new(metric: &'a [u8], kind: Kind) -> Self {
        Self { metric, kind, unit: b"", source: b"", status: 0, method: b"", path: b"", code: b"" }
    }

    /// The owned form. Parts are cut to [`LABEL_BYTES_MAX`], and invalid UTF-8 is replaced.
    pub(crate) fn to_key(self) -> SeriesKey {
        SeriesKey {
            metric: text(self.metric),
            kind: self.kind,
            unit: text(self.unit),
            source: text(self.source),
            status: self.status,
            method: text(self.method),
            path: text(self.path),
            code: text(self.code),
        }
    }

    pub(crate) fn is_too_long(&self) -> bool {
        self.parts().into_iter().any(|part| part.len() > LABEL_BYTES_MAX)
    }

    pub(crate) fn hash_u64(&self) -> u64 {
        let mut hasher = FxHasher::default();
        for (place, part) in self.parts().into_iter().enumerate() {
            if !part.is_empty() {
                // The index and length keep `a` + `bc` apart from `ab` + `c`.
                hasher.write_usize(part.len() << 3 | place);
                hasher.write(part);
            }
        }
        hasher.write_u32(u32::from(self.status) << 2 | self.kind as u32);
        hasher.finish()
    }

    /// Whether it is the series of `key`.
    pub(crate) fn is_of(&self, key: &SeriesKey) -> bool {
        let theirs = key.borrow().parts();
        self.status == key.status
            && self.kind == key.kind
            && self.parts().into_iter().zip(theirs).all(|(ours, theirs)| is_same(ours, theirs))
    }

    const fn parts(&self) -> [&'a [u8]; 6] {
        [self.metric, self.unit, self.source, self.method, self.path, self.code]
    }
}

/// Equality that never compares two empty texts. An empty box has no valid address, and a masked
/// vector load from there takes some processors 80 ns. With several empty parts in a series, that
/// was most of the time of a line.
fn is_same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && (one.is_empty() || one == other)
}

#[expect(clippy::cast_sign_loss, reason = "only the bits matter")]
pub(crate) fn hash_of_second(series: u32, second: i64) -> u64 {
    mix(u64::from(series), second as u64)
}

/// Hashes two words into one.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "both halves are taken")]
pub(crate) fn mix(one: u64, other: u64) -> u64 {
    const ONE: u64 = 0x9E37_79B9_7F4A_7C15;
    const OTHER: u64 = 0xD1B5_4A32_D192_ED03;
    let product = u128::from(one ^ ONE) * u128::from(other ^ OTHER);
    product as u64 ^ (product >> 64) as u64
}

fn text(bytes: &[u8]) -> Box<str> {
    if bytes.is_empty() {
        return Box::default();
    }
    let bytes = &bytes[..bytes.len().min(LABEL_BYTES_MAX)];
    let text = String::from_utf8_lossy(bytes);
    // Replacement characters are longer than the bytes that they replace.
    text[..text.floor_char_boundary(LABEL_BYTES_MAX)].into()
}
