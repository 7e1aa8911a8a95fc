//! Points as a table for spreadsheets (RFC 4180): one row for each step and group, with the value
//! of the earlier time beside it where a comparison was asked for.

use std::fmt::Write;

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use contract::{
    Label,
    series::{Points, QueryAnswer},
};

use crate::{clock::rfc3339, watch::zone::Zone};

/// An answer as a file, with a column for each label that it is grouped by.
pub(crate) fn reply(by: &[Label], answer: &QueryAnswer, zone: &Zone) -> Response {
    attached(&answer.metric, table(&answer.labels(by), answer, zone))
}

/// Rows as a file; the first one is the head.
pub(crate) fn file(name: &str, rows: &[Vec<String>]) -> Response {
    let mut text = String::new();
    for row in rows {
        for (place, field) in row.iter().enumerate() {
            text.push_str(if place > 0 { "," } else { "" });
            text.push_str(&guarded(field));
        }
        text.push_str("\r\n");
    }
    attached(name, text)
}

fn attached(name: &str, text: String) -> Response {
    let name: String = name.chars().map(|it| if it.is_ascii_alphanumeric() { it } else { '-' }).collect();
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}.csv\""));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, disposition.unwrap_or(HeaderValue::from_static("attachment"))),
    ];
    (headers, text).into_response()
}

/// The names of the columns of time: UTC, and beside it the zone that was asked for.
pub(crate) fn time_heads(zone: &Zone) -> Vec<String> {
    let local = (*zone != Zone::UTC).then(|| format!("time {}", zone.name()));
    std::iter::once("time".to_owned()).chain(local).collect()
}

/// The fields of these columns for a time in unix seconds.
pub(crate) fn time_fields(at_s: i64, zone: &Zone) -> Vec<String> {
    let local = (*zone != Zone::UTC).then(|| zone.rfc3339(at_s));
    std::iter::once(rfc3339(at_s)).chain(local).collect()
}

fn table(by: &[Label], answer: &QueryAnswer, zone: &Zone) -> String {
    let unit = if answer.unit.is_empty() { String::new() } else { format!(" {}", answer.unit) };
    let mut head = time_heads(zone);
    head.extend(by.iter().map(ToString::to_string));
    head.push(format!("{}{unit}", answer.stat));
    if let Some(compared) = &answer.compared {
        head.push(format!("{}{unit}, {} s earlier", answer.stat, compared.offset_s));
    }
    let mut text = head.iter().map(|it| guarded(it)).collect::<Vec<_>>().join(",") + "\r\n";
    for points in &answer.series {
        let earlier =
            answer.compared.as_ref().map(|compared| compared.series.iter().find(|it| it.labels == points.labels));
        rows(by, points, earlier, zone, &mut text);
    }
    text
}

fn rows(by: &[Label], points: &Points, earlier: Option<Option<&Points>>, zone: &Zone, text: &mut String) {
    for (at_s, value) in &points.points {
        text.push_str(&time_fields(*at_s, zone).join(","));
        for label in by {
            let _ = write!(text, ",{}", guarded(points.labels.get(label).map_or("", String::as_str)));
        }
        let _ = write!(text, ",{value}");
        if let Some(earlier) = earlier {
            let then = earlier.and_then(|earlier| earlier.points.iter().find(|it| it.0 == *at_s));
            let _ = write!(text, ",{}", then.map_or_else(String::new, |it| it.1.to_string()));
        }
        text.push_str("\r\n");
    }
}

/// A field that no spreadsheet takes for a formula: what looks like one gets an apostrophe in
/// front.
fn guarded(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@']) { quoted(&format!("'{text}")) } else { quoted(text) }
}

/// A field, in quotes where it needs them.
pub(crate) fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use contract::{Stat, Step, series::Comparison};

    use super::*;

    #[test]
    fn ok_a_row_a_step_and_group() {
        let points = |path: &str, points: &[(i64, f64)]| Points {
            labels: [(Label::Path, path.to_owned())].into(),
            points: points.to_vec(),
        };
        let answer = QueryAnswer {
            metric: "m".into(),
            stat: Stat::Percentile(95.0),
            unit: "ms".into(),
            step: Step::clamped(60),
            series: vec![points("/a,\"b\"", &[(0, 1.5), (60, 2.0)]), points("=1+1", &[(0, 3.0)])],
            compared: Some(Comparison { offset_s: 86_400, series: vec![points("/a,\"b\"", &[(60, 4.0)])] }),
        };
        let expected = "time,path,p95 ms,\"p95 ms, 86400 s earlier\"\r\n\
                        1970-01-01T00:00:00Z,\"/a,\"\"b\"\"\",1.5,\r\n\
                        1970-01-01T00:01:00Z,\"/a,\"\"b\"\"\",2,4\r\n\
                        1970-01-01T00:00:00Z,'=1+1,3,\r\n";
        assert_eq!(table(&[Label::Path], &answer, &Zone::UTC), expected);
        let berlin = table(&[Label::Path], &answer, &Zone::named("Europe/Berlin").unwrap_or(Zone::UTC));
        assert!(berlin.starts_with("time,time Europe/Berlin,path,"), "{berlin}");
        assert!(berlin.contains("\r\n1970-01-01T00:01:00Z,1970-01-01T01:01:00+01:00,\"/a"), "{berlin}");
    }
}
