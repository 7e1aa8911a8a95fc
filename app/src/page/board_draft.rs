//! Panels as forms and addresses write them, and in words. Pure.

use contract::{
    Label, Stat,
    board::{BoardDraft, BoardSeries, Combine, Content, Measured, Panel, Search, VARIABLE},
};

use crate::part::address::Query;

/// What a panel may show: the word of the form, and its name.
pub const SHOWS: [(&str, &str); 5] =
    [("chart", "Chart"), ("number", "Number"), ("table", "Table"), ("logs", "Log lines"), ("text", "Note")];

/// How series go together: the word of the form, and its name.
pub const COMBINES: [(&str, &str); 3] = [("each", "Each by itself"), ("sum", "Sum"), ("ratio", "First as % of second")];

/// The word of what a panel shows.
#[must_use]
pub const fn show(content: &Content) -> &'static str {
    match content {
        Content::Chart(_) => "chart",
        Content::Number(_) => "number",
        Content::Table(_) => "table",
        Content::Logs(_) => "logs",
        Content::Text(_) => "text",
    }
}

/// The series of a panel; none for lines and notes.
#[must_use]
pub const fn measured(content: &Content) -> Option<&Measured> {
    match content {
        Content::Chart(it) | Content::Number(it) | Content::Table(it) => Some(it),
        Content::Logs(_) | Content::Text(_) => None,
    }
}

/// The panel that an address sends along: a statistic of a metric, or a search.
#[must_use]
pub fn sent_along(query: &Query) -> Option<Panel> {
    let app = query.get("app")?.to_owned();
    if let Some(q) = query.get("q") {
        let q = if q == "*" { String::new() } else { q.to_owned() };
        return Some(Panel { title: String::new(), width: 4, content: Content::Logs(Search { app, q }) });
    }
    let metric = query.get("metric")?.to_owned();
    let (stat, by) = (query.word("stat").parse().unwrap_or(Stat::Rate), Label::list(query.word("by")).ok()?);
    let series = vec![BoardSeries { app, metric, stat, by }];
    Some(Panel { title: String::new(), width: 2, content: Content::Chart(Measured { series, combine: Combine::Each }) })
}

/// The title of a panel: its own, or what it shows.
#[must_use]
pub fn title_of(panel: &Panel) -> String {
    if !panel.title.is_empty() {
        return panel.title.clone();
    }
    match &panel.content {
        Content::Text(_) => String::new(),
        Content::Logs(Search { app, q }) => {
            let of = if app == VARIABLE { String::new() } else { format!("{app}: ") };
            if q.is_empty() { format!("{of}log lines") } else { format!("{of}log lines matching {q}") }
        }
        Content::Chart(it) | Content::Number(it) | Content::Table(it) => measured_title(it),
    }
}

fn measured_title(measured: &Measured) -> String {
    // The app that a board is looked at for stands in its header.
    let of = |it: &BoardSeries, text: String| if it.app == VARIABLE { text } else { format!("{}: {text}", it.app) };
    let name = |it: &BoardSeries| of(it, format!("{}, {}", it.metric, it.stat));
    match &measured.series[..] {
        [] => String::new(),
        [a, b] if measured.combine == Combine::Ratio => of(a, format!("{} / {}", a.metric, b.metric)),
        [one] => match Label::join(&one.by) {
            by if by.is_empty() => name(one),
            by => format!("{} by {}", name(one), by.replace(',', ", ")),
        },
        [first, rest @ ..] => format!("{} and {} more", name(first), rest.len()),
    }
}

/// Reads the fields of a panel's form. Whether they go together is for the server to say: what
/// reads filters would make the module larger. Series have fields with a number, from 0 to `rows`;
/// rows without a metric are left out.
///
/// # Errors
/// A sentence about the field that makes no sense.
pub fn panel_of(fields: &Query, rows: usize, width: u8) -> Result<Panel, String> {
    let title = fields.word("title").to_owned();
    let content = match fields.word("show") {
        "text" => Content::Text(fields.word("text").to_owned()),
        "logs" => Content::Logs(Search { app: fields.word("app").to_owned(), q: fields.word("q").to_owned() }),
        word => {
            let combine = fields.word("combine");
            let combine = Combine::ALL.into_iter().find(|it| it.word() == combine).unwrap_or_default();
            let series = (0..rows).filter_map(|it| series_of(fields, it)).collect::<Result<Vec<_>, _>>()?;
            let measured = Measured { series, combine };
            match word {
                "number" => Content::Number(measured),
                "table" => Content::Table(measured),
                _ => Content::Chart(measured),
            }
        }
    };
    Ok(Panel { title, width, content })
}

fn series_of(fields: &Query, row: usize) -> Option<Result<BoardSeries, String>> {
    let word = |name: &str| fields.word(&format!("{name}-{row}")).trim().to_owned();
    let (app, metric) = (word("app"), word("metric"));
    if metric.is_empty() {
        return None;
    }
    let read = || Ok(BoardSeries { app, metric, stat: word("stat").parse()?, by: Label::list(&word("by"))? });
    Some(read())
}

/// Reads an exported board. What belongs to the server it came from, such as its number, is not
/// looked at.
///
/// # Errors
/// A sentence that says where the JSON is wrong.
pub fn imported(json: &str) -> Result<BoardDraft, String> {
    #[derive(serde::Deserialize)]
    struct Document {
        name: String,
        #[serde(default)]
        panels: Vec<Panel>,
    }
    let read: Result<Document, _> = serde_json::from_slice(json.as_bytes());
    let Document { name, panels } = read.map_err(|it| format!("expected the JSON of a board: {it}"))?;
    Ok(BoardDraft { name, panels })
}

/// The apps that a series may be of: the words of the form, and their names.
#[must_use]
pub fn app_options(apps: &[String], kept: &str) -> Vec<(String, String)> {
    let mut options = vec![(VARIABLE.to_owned(), "The chosen app ($app)".to_owned())];
    options.extend(apps.iter().map(|it| (it.clone(), it.clone())));
    if !kept.is_empty() && options.iter().all(|it| it.0 != kept) {
        options.push((kept.to_owned(), kept.to_owned()));
    }
    options
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use super::*;

    #[test]
    fn ok_what_is_sent_along() {
        for (query, title) in [
            ("app=api&metric=router.service&stat=p95&by=path", Some("api: router.service, p95 by path")),
            ("app=api&metric=jobs", Some("api: jobs, rate")),
            ("app=api&q=status%3E%3D500", Some("api: log lines matching status>=500")),
            ("app=api&q=*", Some("api: log lines")),
            ("app=api", None),
            ("metric=jobs", None),
            ("app=api&metric=jobs&by=colour", None),
        ] {
            let found = sent_along(&Query::parse(query)).map(|it| title_of(&it));
            assert_eq!(found.as_deref(), title, "{query}");
        }
    }

    #[test]
    fn ok_fields_of_a_form() {
        let fields = Query::parse(
            "title=Errors&show=number&combine=ratio&app-0=%24app&metric-0=router.errors&stat-0=rate&by-0=\
             &app-1=%24app&metric-1=router.requests&stat-1=rate&app-2=x&metric-2=",
        );
        let panel = panel_of(&fields, 3, 1).unwrap();
        let Content::Number(measured) = &panel.content else { panic!("{panel:?}") };
        assert_eq!((measured.series.len(), measured.combine, panel.width), (2, Combine::Ratio, 1));
        assert_eq!(title_of(&Panel { title: String::new(), ..panel }), "router.errors / router.requests");
        let note = panel_of(&Query::parse("show=text&text=Call+Ada."), 0, 4).unwrap();
        assert_eq!(note.content, Content::Text("Call Ada.".to_owned()));
    }

    #[test]
    fn err_fields_of_a_form() {
        for (fields, said) in [
            ("show=chart&app-0=a&metric-0=m&stat-0=median", "median"),
            ("show=chart&app-0=a&metric-0=m&stat-0=rate&by-0=colour", "colour"),
        ] {
            let error = panel_of(&Query::parse(fields), 2, 2).unwrap_err();
            assert!(error.starts_with("expected") && error.contains(said), "{fields}: {error}");
        }
    }

    #[test]
    fn ok_a_document_is_read_and_written() {
        let text = r#"{"name":"Night","panels":[
            {"title":"Slow","width":4,"content":{"chart":{"series":[{"app":"$app","metric":"router.service","stat":"p95","by":["path"]}],"combine":"each"}}},
            {"title":"","width":1,"content":{"text":"Call Ada."}},
            {"title":"","width":2,"content":{"logs":{"app":"shop","q":"error"}}}]}"#;
        let draft = imported(text).unwrap();
        assert!(draft.has_variable());
        assert_eq!(serde_json::to_string(&draft).unwrap(), text.replace("\n            ", ""));
        let short =
            r#"{"name":"a","panels":[{"content":{"number":{"series":[{"app":"a","metric":"m","stat":"rate"}]}}}]}"#;
        let panel = imported(short).unwrap().panels.remove(0);
        assert_eq!((panel.width, &*panel.title), (Panel::WIDTH, ""));
    }

    #[test]
    fn ok_exported_boards_come_back() {
        let json = r#"{"id":7,"version":3,"changed_ms":1,"changed_by":"x","name":"Night","panels":[{"content":{"text":"a"}}]}"#;
        assert_eq!(imported(json).unwrap().panels.len(), 1);
        for (json, said) in [("", "expected the JSON of a board"), ("[]", "expected the JSON")] {
            assert!(imported(json).unwrap_err().contains(said), "{json}");
        }
    }
}
