//! The table of readers: its examples, the cases in `tests/formats`, and the README's table of
//! formats. Details of each format are tested in its own file.

use std::{collections::BTreeSet, fs, path::Path};

use pipeline::{
    Line, Origin,
    extract::{Example, Extractor, READERS},
};

use crate::support::{LOGPLEX, TIME, framed, reduce, shown};

/// The origin of lines that came neither from a router nor through logplex.
const DIRECT: Origin<'_> = Origin { from_logplex: false, ..LOGPLEX };

fn body_of(app: &str, proc_id: &str, msg: &str) -> Vec<u8> {
    framed(&[format!("<190>1 {TIME} front {app} {proc_id} - - {msg}")])
}

fn readers_of(example: &Example) -> Vec<&'static str> {
    let Example { app, proc_id, msg } = example;
    let line = Line { host: b"front", app: app.as_bytes(), proc_id: proc_id.as_bytes(), ..Line::default() };
    Extractor::default().readers_of(&Line { msg: msg.as_bytes(), ..line }, &DIRECT)
}

#[test]
fn ok_each_example_is_read_by_its_reader_alone() {
    for reader in READERS {
        assert!(!reader.examples.is_empty(), "{}: no example", reader.name);
        for example in reader.examples {
            assert_eq!(readers_of(example), [reader.name], "{example:?}");
        }
    }
}

#[test]
fn ok_examples_give_the_metrics_and_events_of_the_table() {
    for reader in READERS {
        let (mut metrics, mut events) = (BTreeSet::new(), BTreeSet::new());
        for example in reader.examples {
            let delta = reduce(&body_of(example.app, example.proc_id, example.msg), &DIRECT);
            assert_eq!(delta.losses, [], "{example:?}");
            metrics.extend(delta.series.iter().map(|it| it.metric.to_string()));
            events.extend(delta.events.iter().map(|it| it.kind));
        }
        metrics.remove("drain.lines");
        assert_eq!(metrics, reader.metrics.iter().map(ToString::to_string).collect(), "{}", reader.name);
        assert_eq!(events, reader.events.iter().copied().collect(), "{}", reader.name);
    }
}

#[test]
fn ok_no_app_can_count_in_our_metrics() {
    let ours = READERS.iter().flat_map(|it| it.metrics).filter(|metric| {
        let room = metric.split('.').next();
        matches!(room, Some("router" | "dyno" | "drain"))
    });
    for metric in ours {
        let delta = reduce(&body_of("app", "web.1", &format!("count#{metric}=1")), &DIRECT);
        assert_eq!(shown(&delta), "drain.losses{code=reserved_name} 1", "{metric}");
    }
}

/// Each file holds cases of the form `> APP PROCID MESSAGE`. One indented line for each cell
/// follows, sorted, or none if the message gives nothing. Lines that begin with `#` are comments.
///
/// ```text
/// # What is special about the line.
/// > haproxy 7 203.0.113.7:40312 [27/Nov/2026:10:00:00.250] …
///     router.requests{status=200,method=GET} 1     a counter
///     router.service ~24ms                         a distribution, with its unit
///     load_avg_1m{source=web.1} =0.5               a gauge
/// ```
/// [`shown`] writes the cells. It leaves out `drain.lines`, `drain.unmatched` and those of
/// endpoints. The sender is not behind a router, unless APP is `app` and PROCID is that of
/// a dyno, such as `web.1`.
#[test]
fn ok_cases_of_each_format() {
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        assert!(READERS.iter().any(|it| it.name == name), "{}: no reader of that name", path.display());
        let text = fs::read_to_string(&path).unwrap();
        let cases = text.lines().filter(|it| !it.starts_with('#')).collect::<Vec<_>>().join("\n");
        let (before, cases) = cases.split_once("> ").unwrap();
        assert_eq!(before.trim(), "", "{}: text before the first case", path.display());
        for case in cases.split("\n> ") {
            let (line, expected) = case.split_once('\n').unwrap_or((case, ""));
            let (app, rest) = line.split_once(' ').unwrap();
            let (proc_id, msg) = rest.split_once(' ').unwrap();
            let expected: Vec<_> = expected.lines().map(str::trim).filter(|it| !it.is_empty()).collect();
            let found = shown(&reduce(&body_of(app, proc_id, msg), &DIRECT));
            assert_eq!(found, expected.join("\n"), "{name}: {line}");
        }
    }
}

#[test]
fn ok_the_readme_names_every_format() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md")).unwrap();
    let (_, section) = readme.split_once("\n## What it understands\n").unwrap();
    let section = section.split("\n## ").next().unwrap();
    let formats: Vec<_> = section.lines().filter_map(|it| it.strip_prefix("| ")?.split(" | ").next()).collect();
    for reader in READERS {
        let is_named =
            |row: &&str| row.strip_prefix("**").is_some_and(|it| it.starts_with(&format!("{}**", reader.title)));
        assert_eq!(formats.iter().filter(|it| is_named(it)).count(), 1, "rows that begin with **{}**", reader.title);
        for metric in reader.metrics.iter().filter(|it| it.starts_with("router.") || it.starts_with("dyno.")) {
            assert!(section.contains(metric), "{metric}");
        }
    }
}
