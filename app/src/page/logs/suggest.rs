//! What could follow in a search: names of fields, and values of the field that stands there. Pure.

use contract::{log::LogField, log_filter::quote};

/// Most suggestions at once.
const SHOWN_MAX: usize = 10;
/// The signs that stand between a field and its value.
const SIGNS: [char; 6] = ['=', ':', '~', '<', '>', '!'];

/// A suggestion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The whole search with it.
    pub search: String,
    /// What it adds.
    pub term: String,
    /// What it is, such as `in 1,203 lines`; empty for values.
    pub lines: u64,
}

/// The start of the last term of a search, without its sign and bracket.
fn last_term(search: &str) -> usize {
    let start = search.rfind(|it: char| it.is_ascii_whitespace() || it == '(').map_or(0, |it| it + 1);
    start + usize::from(search[start..].starts_with('-'))
}

/// What the end of a search could become. Nothing is suggested inside quotes.
#[must_use]
pub fn suggestions(search: &str, fields: &[LogField]) -> Vec<Suggestion> {
    if search.matches('"').count() % 2 == 1 {
        return vec![];
    }
    let (before, typed) = search.split_at(last_term(search));
    let suggestion = |term: String, lines| Suggestion { search: [before, &term].concat(), term, lines };
    let begins = |text: &str, part: &str| text.get(..part.len()).is_some_and(|it| it.eq_ignore_ascii_case(part));
    let found: Vec<Suggestion> = match typed.find(SIGNS) {
        None => {
            let names = fields.iter().filter(|it| begins(&it.name, typed));
            names.map(|it| suggestion([&it.name, "="].concat(), it.lines)).take(SHOWN_MAX).collect()
        }
        Some(at) => {
            let value = typed[at..].trim_start_matches(SIGNS);
            let (name, stem) = (&typed[..at], &typed[..typed.len() - value.len()]);
            let values = fields.iter().filter(|it| it.name.eq_ignore_ascii_case(name)).flat_map(|it| &it.values);
            let fitting = values.filter(|it| begins(it, value));
            fitting.map(|it| suggestion([stem, &quote(it), " "].concat(), 0)).take(SHOWN_MAX).collect()
        }
    };
    found.into_iter().filter(|it| it.search.trim_end() != search).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(search: &str, expected: &[&str]) {
        let field = |name: &str, values: &[&str]| LogField {
            name: name.to_owned(),
            lines: 7,
            values: values.iter().map(|it| (*it).to_owned()).collect(),
        };
        let fields = [field("status", &["200", "503"]), field("service", &[]), field("desc", &["Request timeout"])];
        let found: Vec<_> = suggestions(search, &fields).into_iter().map(|it| it.search).collect();
        assert_eq!(found, expected, "{search:?}");
    }

    #[test]
    fn ok_names_and_values() {
        check("", &["status=", "service=", "desc="]);
        check("S", &["status=", "service="]);
        check("boom st", &["boom status="]);
        check("a (st", &["a (status="]);
        check("-st", &["-status="]);
        check("status=", &["status=200 ", "status=503 "]);
        check("-STATUS!=5", &["-STATUS!=503 "]);
        check("status>=", &["status>=200 ", "status>=503 "]);
        check("desc:", &["desc:\"Request timeout\" "]);
        check("status=503", &[]);
        check("nothing", &[]);
        check("é", &[]);
        check("\"st", &[]);
    }
}
