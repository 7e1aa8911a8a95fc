//! The widths of a rollup's buckets, and their tables.

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

    /// Start of the bucket that holds the second `at_s`; both are unix seconds.
    #[must_use]
    pub const fn bucket_s(self, at_s: i64) -> i64 {
        at_s - at_s.rem_euclid(self.width_s())
    }
}
