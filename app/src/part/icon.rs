//! The icon of the document: with a mark while something is wrong. Its shape repeats what the
//! colour says, as everywhere: a square, a triangle, or a cross where the server is gone.

use contract::OpenIncidents;
#[cfg(feature = "hydrate")]
use leptos::prelude::*;

/// How things stand, for the icon and the title.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Well,
    /// So many incidents are open, one of them critical or none.
    Incidents(OpenIncidents),
    /// The server can't be reached.
    Disconnected,
}

impl Standing {
    #[must_use]
    pub const fn of(open: OpenIncidents, is_gone: bool) -> Self {
        match open.count {
            _ if is_gone => Self::Disconnected,
            0 => Self::Well,
            _ => Self::Incidents(open),
        }
    }

    /// The icon's address: the plain file, or a picture with a mark, which needs no server.
    #[must_use]
    pub fn icon(self) -> String {
        let mark = match self {
            Self::Well => return "/favicon.svg".to_owned(),
            Self::Incidents(open) if open.is_critical => "fill='%23d92d20' d='M9 9h11v11H9z'",
            Self::Incidents(_) => "fill='%23e58e00' d='m14 8 6 12H8z'",
            Self::Disconnected => "stroke='%23667' stroke-width='3.4' d='m10 10 9 9m0-9-9 9'",
        };
        format!(
            "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 20 20' fill='none' \
             stroke-linecap='round'><path stroke='%230b6b80' stroke-width='2.2' \
             d='M3.5 2v16M3.5 5h4M3.5 9h5M3.5 13h4'/><path {mark}/></svg>"
        )
    }
}

/// Keeps the document's icon. Does nothing on the server, which writes it into the document.
pub fn follow(standing: impl Fn() -> Standing + Send + Sync + 'static) {
    #[cfg(feature = "hydrate")]
    Effect::new(move |before: Option<String>| {
        let icon = standing().icon();
        if before.as_ref() != Some(&icon) {
            crate::browser::document::set_icon(&icon);
        }
        icon
    });
    #[cfg(not(feature = "hydrate"))]
    let _in_the_browser = standing;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_each_standing_has_its_own_shape() {
        let open = |count, is_critical| OpenIncidents { count, is_critical };
        let of = |open, is_gone| Standing::of(open, is_gone).icon();
        let [well, critical, warning, gone] =
            [of(open(0, false), false), of(open(2, true), false), of(open(1, false), false), of(open(2, true), true)];
        assert_eq!(well, "/favicon.svg");
        for (icon, shape) in [(critical, "M9 9h11v11H9z"), (warning, "m14 8 6 12H8z"), (gone, "m10 10 9 9m0-9-9 9")] {
            assert!(icon.starts_with("data:image/svg+xml,<svg ") && icon.contains(shape), "{icon}");
            assert!(!icon.contains(['#', '"']), "it stands in an address: {icon}");
        }
    }
}
