//! Which room of `server/src` may use which: a stage uses only earlier stages, and the base rooms
//! use no stage. Uses within a room are checked in `circles.rs`.

use std::collections::BTreeSet;

use super::{
    imports::{graph, rooms},
    source::Source,
};

/// The stages in the order in which a line passes them. Each may use earlier ones.
const STAGES: [&str; 5] = ["receiver", "live", "store", "watch", "outlet"];
/// Rooms that all others may use. They use only each other.
const BASE: [&str; 8] = ["access", "block", "clock", "config", "net", "problem", "signals", "telemetry"];
/// Rooms outside of the stages, and what each may use besides the base.
const BESIDE: [(&str, &[&str]); 3] =
    [("shuttle", &["tap"]), ("simulate", &["shuttle"]), ("tap", &["receiver", "live"])];
/// The room that may use all others.
const TOP: &str = "command";

/// Uses between rooms that are not allowed.
pub fn rule(sources: &[Source]) -> Vec<String> {
    let mut found = vec![];
    for (room, used) in rooms(&graph(sources, "server/src"), "server/src") {
        if room == TOP {
            continue;
        }
        let Some(allowed) = allowed(&room) else {
            found.push(format!("server/src/{room}: expected a room that tidy/stages.rs knows"));
            continue;
        };
        let wrong = used.iter().filter(|it| !allowed.contains(&***it));
        found.extend(wrong.map(|it| format!("server/src/{room} uses {it}")));
    }
    found
}

fn allowed(room: &str) -> Option<BTreeSet<&'static str>> {
    let mut allowed = BTreeSet::from(BASE);
    if let Some(stage) = STAGES.iter().position(|it| *it == room) {
        allowed.extend(&STAGES[..stage]);
    } else if let Some((_, used)) = BESIDE.iter().find(|(name, _)| *name == room) {
        allowed.extend(*used);
    } else if !BASE.contains(&room) {
        return None;
    }
    Some(allowed)
}

#[test]
fn err_wrong_uses() {
    let check = |path: &str, text: &str, expected: &[&str]| {
        let files = ["live/mod.rs", "store/mod.rs", "store/rows.rs", "outlet/mod.rs", "shuttle/mod.rs", "clock.rs"];
        let mut sources: Vec<_> = files.iter().map(|it| Source::new(&format!("server/src/{it}"), "//! x")).collect();
        sources.push(Source::new(path, text));
        assert_eq!(rule(&sources), expected, "{text}");
    };
    check("server/src/outlet/page.rs", "use crate::{clock::now, live::Window, store::rows::Row};", &[]);
    check("server/src/live/page.rs", "use crate::{clock::now, store::{rows::Row}};", &["server/src/live uses store"]);
    check("server/src/live/page.rs", "fn f() -> crate::outlet::Page {}", &["server/src/live uses outlet"]);
    check("server/src/live/page.rs", "#[cfg(test)] mod tests { use crate::outlet::Page; }", &[]);
    check(
        "server/src/outlet/page.rs",
        "use crate::shuttle::clock;\nfn f() { clock::now() }",
        &["server/src/outlet uses shuttle"],
    );
    check("server/src/net/page.rs", "use super::super::live::Window;", &["server/src/net uses live"]);
    check("server/src/attic.rs", "", &["server/src/attic: expected a room that tidy/stages.rs knows"]);
}
