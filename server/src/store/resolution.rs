//! The widths of a rollup's buckets, their tables and the spans of their chunks.

/// The width of a rollup's buckets, finest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resolution {
    /// Buckets of ten seconds.
    TenSeconds,
    /// Buckets of a minute.
    Minute,
    /// Buckets of an hour.
    Hour,
}

impl Resolution {
    /// Every resolution, finest first.
    pub const ALL: [Self; 3] = [Self::TenSeconds, Self::Minute, Self::Hour];

    /// Width of a bucket, seconds.
    #[must_use]
    pub const fn width_s(self) -> i64 {
        match self {
            Self::TenSeconds => 10,
            Self::Minute => 60,
            Self::Hour => 3_600,
        }
    }

    /// The resolution with buckets of this width.
    #[must_use]
    pub fn of_width(width_s: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.width_s() == width_s)
    }

    /// The table that holds its rows.
    #[must_use]
    pub const fn table(self) -> &'static str {
        match self {
            Self::TenSeconds => "rollup_10s",
            Self::Minute => "rollup_1m",
            Self::Hour => "rollup_1h",
        }
    }

    /// Its place in [`Self::ALL`].
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }

    /// Start of the span that holds the second `at_s`: chunks of buckets do not go beyond one.
    #[must_use]
    pub const fn span_s(self, at_s: i64) -> i64 {
        let length_s = match self {
            Self::TenSeconds => 3_600,
            Self::Minute | Self::Hour => 21_600,
        };
        at_s.saturating_sub(at_s.rem_euclid(length_s))
    }

    /// Start of the first bucket that begins at the second `from_s` or later.
    #[must_use]
    pub const fn bucket_from_s(self, from_s: i64) -> i64 {
        let into_s = from_s.rem_euclid(self.width_s());
        if into_s == 0 { from_s } else { from_s.saturating_add(self.width_s() - into_s) }
    }

    /// Start of the bucket that holds the second `at_s`; both are unix seconds.
    #[must_use]
    pub const fn bucket_s(self, at_s: i64) -> i64 {
        at_s - at_s.rem_euclid(self.width_s())
    }
}
