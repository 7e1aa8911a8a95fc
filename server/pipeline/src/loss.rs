//! Reasons why input could not be used. The set is closed, so that each reason has its own counter.

/// Why a frame, a line or a part of a line was not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Loss {
    /// A record of another format than syslog that its receiver could not turn into a line.
    Record,
    /// Bytes between frames that are no frame, or a frame with a wrong count.
    FrameCount,
    /// A frame longer than [`crate::FRAME_BYTES_MAX`].
    FrameLength,
    /// A last frame with two or more bytes missing.
    FrameShort,
    /// A frame without a priority between `<0>` and `<191>`.
    HeaderPriority,
    /// A frame without a version after its priority.
    HeaderVersion,
    /// A frame that ends within its header.
    HeaderFields,
    /// The rest of a line of measurements after an unclosed quote.
    Quote,
    /// A measurement with a value that is no number.
    Value,
    /// A measurement of an app under a reserved name, such as `router.requests`.
    ReservedName,
    /// The end of a name or label longer than [`crate::LABEL_BYTES_MAX`]; the measurement itself
    /// counts.
    LabelLength,
    /// A measurement of a series beyond [`crate::SERIES_PER_BATCH_MAX`].
    SeriesLimit,
    /// A measurement of a second beyond [`crate::CELLS_PER_BATCH_MAX`].
    CellLimit,
    /// An event beyond [`crate::EVENTS_PER_BATCH_MAX`].
    EventLimit,
}

impl Loss {
    /// How many reasons there are.
    pub const COUNT: usize = 14;

    /// Every reason, in the order in which a line can meet them.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Record,
        Self::FrameCount,
        Self::FrameLength,
        Self::FrameShort,
        Self::HeaderPriority,
        Self::HeaderVersion,
        Self::HeaderFields,
        Self::Quote,
        Self::Value,
        Self::ReservedName,
        Self::LabelLength,
        Self::SeriesLimit,
        Self::CellLimit,
        Self::EventLimit,
    ];

    /// The name of the reason in the `code` label of `drain.losses`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::FrameCount => "frame_count",
            Self::FrameLength => "frame_length",
            Self::FrameShort => "frame_short",
            Self::HeaderPriority => "header_priority",
            Self::HeaderVersion => "header_version",
            Self::HeaderFields => "header_fields",
            Self::Quote => "quote",
            Self::Value => "value",
            Self::ReservedName => "reserved_name",
            Self::LabelLength => "label_length",
            Self::SeriesLimit => "series_limit",
            Self::CellLimit => "cell_limit",
            Self::EventLimit => "event_limit",
        }
    }

    /// The reason with that name.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }

    /// A sentence for people that says what was expected.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Record => "a record could not be read in the format that its sender stated",
            Self::FrameCount => "expected a frame's length before it, found other bytes",
            Self::FrameLength => "a frame was longer than 1 MiB",
            Self::FrameShort => "the last frame was cut off",
            Self::HeaderPriority => "expected <0> to <191> at the beginning of a frame",
            Self::HeaderVersion => "expected a version after the priority",
            Self::HeaderFields => "expected time, host, app, process and message id before the text",
            Self::Quote => "a quote was never closed, so the measurements after it were not read",
            Self::Value => "expected a number as the value of a measurement, found other text",
            Self::ReservedName => "an app used a reserved name, such as router.requests",
            Self::LabelLength => "a name or label was longer than 200 bytes and was cut",
            Self::SeriesLimit => "one batch named more than 10,000 series",
            Self::CellLimit => "one batch touched more than 50,000 pairs of series and second",
            Self::EventLimit => "one batch held more than 500 events",
        }
    }

    /// Whether a whole frame was lost. Otherwise only a part of a line was lost, and the line
    /// counts.
    #[must_use]
    pub const fn is_whole_frame(self) -> bool {
        matches!(
            self,
            Self::FrameCount
                | Self::FrameLength
                | Self::FrameShort
                | Self::HeaderPriority
                | Self::HeaderVersion
                | Self::HeaderFields
        )
    }
}

/// How often each reason occurred.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Losses([u64; Loss::COUNT]);

impl Losses {
    /// Counts a loss that occurred several times.
    pub const fn add(&mut self, loss: Loss, times: u64) {
        let count = &mut self.0[loss as usize];
        *count = count.saturating_add(times);
    }

    /// The reasons that occurred with their counts, in the order of [`Loss::ALL`].
    pub fn iter(&self) -> impl Iterator<Item = (Loss, u64)> + '_ {
        Loss::ALL.into_iter().zip(self.0).filter(|(_, count)| *count > 0)
    }
}
