//! What every page tells of alerts: how many incidents are open.

use serde::{Deserialize, Serialize};

/// The open incidents of all apps that messages went out for. As text `3`, or `3 critical` when one
/// of them is critical.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct OpenIncidents {
    /// How many there are.
    pub count: u32,
    /// Whether an app is failing because of one.
    pub is_critical: bool,
}

const CRITICAL: &str = " critical";

impl OpenIncidents {
    /// The text for attributes of the document.
    #[must_use]
    pub fn text(self) -> String {
        let mut text = self.count.to_string();
        if self.is_critical {
            text.push_str(CRITICAL);
        }
        text
    }

    /// Reads that text; no incidents unless it is one.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        let count = text.strip_suffix(CRITICAL);
        Self { count: count.unwrap_or(text).parse().unwrap_or(0), is_critical: count.is_some() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_texts_come_back() {
        for (count, is_critical, text) in [(0, false, "0"), (3, false, "3"), (12, true, "12 critical")] {
            let open = OpenIncidents { count, is_critical };
            assert_eq!(open.text(), text);
            assert_eq!(OpenIncidents::from_text(text), open);
        }
        assert_eq!(OpenIncidents::from_text("none"), OpenIncidents::default());
    }
}
