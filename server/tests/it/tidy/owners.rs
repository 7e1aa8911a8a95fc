//! Restricts SQL, JSON answers, canvas drawing and clocks to the rooms that own them. Which room
//! may use which is checked in `stages.rs`.

use super::{
    source::{Source, check},
    token::{Kind, Token, code},
    uses::{names, without_tests},
};

/// Files of `server/src` that may use `serde_json`: `outlet` sends JSON, `problem` sends errors as
/// JSON, `receiver` and `store` read records in JSON, `store` passes lists to SQLite as JSON,
/// `command` and `tap` print it with `--json`, and `shuttle` sends it, spools it, and reads it of
/// Docker.
const JSON: [&str; 10] = [
    "outlet/",
    "net/problem.rs",
    "problem.rs",
    "receiver/",
    "store/",
    "command/",
    "tap/",
    "shuttle/docker/api.rs",
    "shuttle/json_lines.rs",
    "shuttle/spool/",
];
/// Words that begin an SQL statement.
const STATEMENTS: [&str; 10] =
    ["SELECT ", "INSERT ", "UPDATE ", "DELETE ", "PRAGMA ", "CREATE ", "DROP ", "ALTER ", "VACUUM", "WITH "];
/// The only file that draws on a canvas.
const CANVAS: &str = "app/src/chart/canvas.rs";
/// Identifiers of canvas APIs.
const PAINTING: [&str; 5] =
    ["CanvasRenderingContext2d", "HtmlCanvasElement", "CanvasBackend", "plotters_canvas", "ImageData"];
/// Modules of `std` that the pipeline may not use.
const IMPURE: [&str; 6] = ["env", "fs", "net", "os", "process", "thread"];
/// Identifiers of clocks and tasks, which the pipeline may not use.
const CLOCKS: [&str; 5] = ["Instant", "SystemTime", "async", "await", "tokio"];

/// SQL outside `store`. The type `sqlx::Error` is allowed anywhere.
pub fn sql(sources: &[Source]) -> Vec<String> {
    find(sources, |path, tokens, at| {
        let inside = path.strip_prefix("server/src/").or_else(|| path.strip_prefix("app/src/"));
        if inside.is_none_or(|it| it.starts_with("store/")) {
            return None;
        }
        let token = tokens[at];
        let text = token.text.trim_start_matches(['r', 'b', '#', '"']).trim_start();
        let is_statement = token.kind == Kind::Literal && STATEMENTS.iter().any(|it| text.starts_with(it));
        let is_error = || tokens.get(at + 2).is_some_and(|it| it.is("Error"));
        (is_statement || (token.is("sqlx") && !is_error())).then_some("SQL outside of store")
    })
}

/// Uses of `serde_json` outside of [`JSON`].
pub fn json(sources: &[Source]) -> Vec<String> {
    find(sources, |path, tokens, at| {
        let inside = path.strip_prefix("server/src/")?;
        let may = JSON.iter().any(|it| inside.starts_with(it));
        (!may && tokens[at].is("serde_json")).then_some("JSON outside of outlet")
    })
}

/// Uses of canvas APIs outside of [`CANVAS`].
pub fn pixels(sources: &[Source]) -> Vec<String> {
    find(sources, |path, tokens, at| {
        let is_elsewhere = path.starts_with("app/") && path.contains("/src/") && path != CANVAS;
        (is_elsewhere && PAINTING.iter().any(|it| tokens[at].is(it))).then_some("paints outside of chart/canvas.rs")
    })
}

/// Identifiers in the pipeline that make it impure.
pub fn purity(sources: &[Source]) -> Vec<String> {
    let mut found = vec![];
    for source in sources.iter().filter(|it| it.path.starts_with("server/pipeline/src/")) {
        let names = names(&source.text);
        let paths = names.uses.iter().map(|it| &it.named.path).chain(names.paths.iter().map(|it| &it.path));
        let impure = paths.filter(|path| {
            let is_std = path[0] == "std" && path.get(1).is_some_and(|second| IMPURE.contains(&&**second));
            is_std || path.iter().any(|word| CLOCKS.contains(&&**word))
        });
        let words = names.words.iter().filter(|it| matches!(&***it, "async" | "await")).cloned();
        let all = impure.map(|it| it.join("::")).chain(words);
        found.extend(all.map(|it| format!("{}: {it}: the pipeline has no clock, socket, file or task", source.path)));
    }
    found
}

/// Queues whose capacity is not a constant named `*_MAX`. `watch` channels and channels without a
/// capacity argument are not judged.
pub fn queues(sources: &[Source]) -> Vec<String> {
    find(sources, |path, tokens, at| {
        if !path.starts_with("server/src/") {
            return None;
        }
        let is_channel = tokens[at].is("sync_channel") || tokens[at].is("channel");
        let [open, capacity] = [1, 2].map(|it| tokens.get(at + it));
        let is_called = is_channel && open.is_some_and(|it| it.is("("));
        let is_watch = at > 1 && tokens[at - 2].is("watch");
        let is_named = capacity.is_some_and(|it| it.is(")") || it.text.ends_with("_MAX"));
        let is_wrong = tokens[at].is("unbounded_channel") || (is_called && !is_watch && !is_named);
        is_wrong.then_some("expected a queue's capacity as a constant *_MAX")
    })
}

/// Applies `judge` to each token outside of tests, and returns the violations with their places.
fn find(sources: &[Source], judge: impl Fn(&str, &[Token<'_>], usize) -> Option<&'static str>) -> Vec<String> {
    let mut found = vec![];
    for source in sources {
        let tokens = without_tests(&code(&source.text));
        let wrong = (0..tokens.len()).filter_map(|at| Some((tokens[at], judge(&source.path, &tokens, at)?)));
        found.extend(wrong.map(|(token, why)| {
            let text: String = token.text.lines().next().unwrap_or_default().chars().take(40).collect();
            format!("{}:{}: {text}: {why}", source.path, token.line)
        }));
    }
    found
}

#[test]
fn err_each_owner() {
    let query = "fn f() { sqlx::query(\"SELECT 1\") }";
    check(sql, "server/src/store/a.rs", query, 0);
    check(sql, "server/src/outlet/a.rs", query, 2);
    check(sql, "server/src/outlet/a.rs", "fn f() -> Result<(), sqlx::Error> { g(\"SELECTED\") } // SELECT 1", 0);
    check(sql, "server/src/outlet/a.rs", "const A: &str = r#\"\n  DELETE FROM app\"#;", 1);
    check(json, "server/src/outlet/a.rs", "use serde_json::json;", 0);
    check(json, "server/src/live/a.rs", "use serde_json::json;", 1);
    check(json, "server/src/live/a.rs", "#[cfg(test)]\nmod tests { use serde_json::json; }", 0);
    check(pixels, "app/src/chart/canvas.rs", "use web_sys::HtmlCanvasElement;", 0);
    check(pixels, "app/src/chart/card.rs", "use web_sys::HtmlCanvasElement;", 1);
    check(purity, "server/pipeline/src/a.rs", "use std::{fs, time::Instant}; fn f(net: u8) { net + self.fs }", 2);
    check(purity, "server/pipeline/src/a.rs", "async fn f() {}", 1);
    check(purity, "server/src/a.rs", "async fn f() {}", 0);
    check(queues, "server/src/a.rs", "fn f() { mpsc::channel(LINES_MAX); oneshot::channel(); watch::channel(1) }", 0);
    check(queues, "server/src/a.rs", "fn f() { mpsc::channel(100); unbounded_channel(); sync_channel(N) }", 3);
}
