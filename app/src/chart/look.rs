//! How a series is drawn besides its colour, so that lines that cross are told apart without it.

/// How the line of a series is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    #[default]
    Solid,
    Bold,
    Thin,
    Dashed,
    Dotted,
    /// Dashes and dots in turn.
    DashDotted,
    /// Drawn faintly, as an earlier time is.
    Faint,
    /// Single points that no line joins.
    Points,
}

impl Look {
    /// The looks of lines of the same rank, by their place. As many as there are colours.
    pub const BY_PLACE: [Self; 6] = [Self::Solid, Self::Dashed, Self::Dotted, Self::DashDotted, Self::Bold, Self::Thin];

    /// Width of the stroke, CSS pixels.
    #[must_use]
    pub const fn width(self) -> f64 {
        match self {
            Self::Bold => 2.4,
            Self::Thin => 1.0,
            Self::Dotted => 2.0,
            _ => 1.6,
        }
    }

    /// Lengths of dashes and gaps in turn, CSS pixels; empty for a whole line.
    #[must_use]
    pub const fn dashes(self) -> &'static [f64] {
        match self {
            Self::Dashed => &[7.0, 3.0],
            Self::Dotted => &[2.0, 3.0],
            Self::DashDotted => &[7.0, 2.5, 1.5, 2.5],
            _ => &[],
        }
    }

    /// Opacity.
    #[must_use]
    pub const fn alpha(self) -> f64 {
        if matches!(self, Self::Faint) { 0.5 } else { 1.0 }
    }

    /// Whether the series is named at the end of its line.
    #[must_use]
    pub const fn is_named(self) -> bool {
        !matches!(self, Self::Faint | Self::Points)
    }

    /// The class that draws its sample in a legend.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::Solid => "solid",
            Self::Bold => "bold",
            Self::Thin => "thin",
            Self::Dashed => "dashed",
            Self::Dotted => "dotted",
            Self::DashDotted => "dashdot",
            Self::Faint => "faint",
            Self::Points => "points",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_looks_by_place_differ_in_more_than_colour() {
        for (place, one) in Look::BY_PLACE.iter().enumerate() {
            for other in &Look::BY_PLACE[..place] {
                let is_wider = (one.width() - other.width()).abs() > 0.5;
                assert!(is_wider || one.dashes() != other.dashes(), "{one:?} {other:?}");
            }
        }
    }
}
