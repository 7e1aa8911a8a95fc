//! How long something is muted: for hours, or until tomorrow morning in the browser's own zone.

/// An end of a mute, as buttons and forms offer it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    Hour,
    EightHours,
    /// Tomorrow at nine.
    Morning,
}

impl Until {
    pub const ALL: [Self; 3] = [Self::Hour, Self::EightHours, Self::Morning];

    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Hour => "1h",
            Self::EightHours => "8h",
            Self::Morning => "morning",
        }
    }

    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Hour => "1 h",
            Self::EightHours => "8 h",
            Self::Morning => "Until tomorrow 9:00",
        }
    }

    /// The end of a word; an hour unless it is known.
    #[must_use]
    pub fn from_word(word: &str) -> Self {
        Self::ALL.into_iter().find(|it| it.word() == word).unwrap_or(Self::Hour)
    }

    /// When it is, unix milliseconds. `now_s` is the server's clock.
    #[must_use]
    pub fn ms(self, now_s: i64) -> i64 {
        match self {
            Self::Hour => (now_s + 3_600) * 1_000,
            Self::EightHours => (now_s + 8 * 3_600) * 1_000,
            Self::Morning => morning_ms(now_s),
        }
    }
}

#[cfg(feature = "hydrate")]
fn morning_ms(_: i64) -> i64 {
    crate::browser::zone::tomorrow_morning_ms()
}

/// The server knows no zone of the person's; nothing is muted there.
#[cfg(not(feature = "hydrate"))]
const fn morning_ms(now_s: i64) -> i64 {
    (now_s.div_euclid(86_400) + 1) * 86_400_000 + 9 * 3_600_000
}

/// The unix milliseconds of a time that was entered in the browser's own zone.
#[must_use]
pub fn entered_ms(text: &str) -> Option<i64> {
    #[cfg(feature = "hydrate")]
    return crate::browser::zone::entered_ms(text);
    #[cfg(not(feature = "hydrate"))]
    {
        let _in_the_browser = text;
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_ends() {
        for until in Until::ALL {
            assert_eq!(Until::from_word(until.word()), until);
        }
        assert_eq!([Until::Hour.ms(10), Until::EightHours.ms(10)], [3_610_000, 28_810_000]);
        assert_eq!(Until::Morning.ms(86_400 + 7), 2 * 86_400_000 + 9 * 3_600_000);
    }
}
