//! The labels that the series of a metric are told apart by, and grouped by with `by=`.

use std::fmt;

use crate::as_text::word_in_json;
use crate::error::quoted;

/// One label. In JSON, in addresses and on the command line one lower-case word.
///
/// In the order of their words, so that groups sort by label as they always have in answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Label {
    /// The class of the HTTP status, `1xx` to `5xx`.
    Class,
    /// An error code, or the reason of a loss.
    Code,
    /// How the values go together: `counter`, `gauge` or `distribution`.
    Kind,
    /// The HTTP method.
    Method,
    /// The path, with its ids folded.
    Path,
    /// The source or dyno, such as `web.1`.
    Source,
    /// The HTTP status.
    Status,
    /// The unit of the values.
    Unit,
}

impl Label {
    /// Every label, the most used ones first.
    pub const ALL: [Self; 8] =
        [Self::Source, Self::Status, Self::Class, Self::Method, Self::Path, Self::Code, Self::Unit, Self::Kind];

    /// The label as one lower-case word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Class => "class",
            Self::Code => "code",
            Self::Kind => "kind",
            Self::Method => "method",
            Self::Path => "path",
            Self::Source => "source",
            Self::Status => "status",
            Self::Unit => "unit",
        }
    }

    /// Reads labels with commas between them, each once; an empty text and `none` are no label.
    ///
    /// # Errors
    /// A sentence that says what was expected and found.
    pub fn list(text: &str) -> Result<Vec<Self>, String> {
        let mut labels = vec![];
        for word in text.split(',').map(str::trim).filter(|it| !it.is_empty() && *it != "none") {
            let known = Self::ALL.into_iter().find(|it| it.word() == word);
            let label = known.ok_or_else(|| {
                let words = Self::ALL.map(Self::word).join(", ");
                format!("expected by= to be any of {words}, found {}", quoted(word))
            })?;
            if !labels.contains(&label) {
                labels.push(label);
            }
        }
        Ok(labels)
    }

    /// The text that [`Label::list`] reads.
    #[must_use]
    pub fn join(labels: &[Self]) -> String {
        labels.iter().map(|it| it.word()).collect::<Vec<_>>().join(",")
    }
}

word_in_json!(Label);

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_lists() {
        assert_eq!(Label::list("source, source,none,path"), Ok(vec![Label::Source, Label::Path]));
        assert_eq!(Label::list("").map(|it| Label::join(&it)), Ok(String::new()));
        assert_eq!(Label::join(&[Label::Method, Label::Path]), "method,path");
    }

    #[test]
    fn ok_they_sort_as_their_words() {
        let mut labels = Label::ALL;
        labels.sort_unstable();
        assert!(labels.is_sorted_by_key(|it| it.word()));
    }

    #[test]
    fn err_unknown_labels_are_told() {
        assert!(Label::list("colour").is_err_and(|it| it.contains("colour") && it.contains("source, status, class")));
    }
}
