//! No file or module folder depends on itself, directly or through others. Dependencies between
//! packages are left to Cargo.
//!
//! `cargo test -p server --test it -- --ignored draw_imports --nocapture` prints the dependencies
//! of the folders as Mermaid graphs.

use std::collections::BTreeSet;

use super::{
    imports::{CRATES, Graph, circles, graph, rooms},
    source::{Source, tree},
};

/// Dependency cycles of files, and of the rooms in each folder.
pub fn rule(sources: &[Source]) -> Vec<String> {
    let mut found = vec![];
    for root in CRATES {
        let files = graph(sources, root);
        found.extend(circles(&files).iter().map(|it| describe(&files, it)));
        for folder in folders(&files, root) {
            let rooms = rooms(&files, folder);
            // Cycles that consist of files alone are reported above.
            let new =
                circles(&rooms).into_iter().filter(|circle| circle.iter().any(|it| is_folder(&files, folder, it)));
            found.extend(new.map(|it| format!("in {folder}: {}", describe(&rooms, &it))));
        }
    }
    found
}

/// All folders that contain files at any depth, from the root.
fn folders<'a>(files: &'a Graph, root: &str) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    for path in files.keys() {
        let slashes = path.match_indices('/').map(|(at, _)| &path[..at]);
        found.extend(slashes.filter(|folder| folder.len() >= root.len()));
    }
    found
}

fn is_folder(files: &Graph, parent: &str, name: &str) -> bool {
    files.keys().any(|it| it.starts_with(&format!("{parent}/{name}/")))
}

/// Describes a cycle by the dependencies between its nodes, one a line.
fn describe(graph: &Graph, circle: &[String]) -> String {
    let uses = circle.iter().flat_map(|from| {
        let inside = graph[from].iter().filter(|it| circle.contains(it));
        inside.map(move |it| format!("\n  {from} -> {it}"))
    });
    format!("circle of {}:{}", circle.len(), uses.collect::<String>())
}

/// The graph as Mermaid text.
fn mermaid(graph: &Graph) -> String {
    let lines = graph.iter().flat_map(|(from, targets)| targets.iter().map(move |to| format!("    {from} --> {to}\n")));
    format!("flowchart LR\n{}", lines.collect::<String>())
}

#[test]
#[ignore = "draws, and checks nothing"]
fn draw_imports() {
    let sources = tree();
    for root in CRATES {
        let rooms = rooms(&graph(&sources, root), root);
        eprintln!("%% {root}\n{}", mermaid(&rooms));
    }
}

#[test]
fn err_circles() {
    let check = |files: &[(&str, &str)], expected: &[&str]| {
        let sources: Vec<_> =
            files.iter().map(|(path, text)| Source::new(&format!("server/src/{path}"), text)).collect();
        let found: Vec<String> = rule(&sources).iter().map(|it| it.replace("server/src/", "")).collect();
        assert_eq!(found, expected, "{files:?}");
    };
    // No cycle: `mod.rs` only declares and re-exports.
    let door = ("a/mod.rs", "mod b; pub mod c; pub use b::B;");
    check(&[door, ("a/b.rs", "pub struct B;"), ("a/c.rs", "use super::B;")], &[]);
    // A re-exported name counts as a use of the file that defines it.
    let circle = "circle of 2:\n  a/b.rs -> a/c.rs\n  a/c.rs -> a/b.rs";
    check(&[door, ("a/b.rs", "use super::c::C; pub struct B;"), ("a/c.rs", "use super::B;")], &[circle]);
    check(
        &[door, ("a/b.rs", "use crate::a::c;\nfn f() { c::g() }"), ("a/c.rs", "fn g() { super::b::f() }")],
        &[circle],
    );
    // `mod.rs` defines what its child uses, and uses the child.
    let door = ("a/mod.rs", "mod b; pub struct A(b::B);");
    check(
        &[door, ("a/b.rs", "use super::A; struct B;")],
        &["circle of 2:\n  a/b.rs -> a/mod.rs\n  a/mod.rs -> a/b.rs"],
    );
    check(&[("a/mod.rs", "mod b; pub struct A;"), ("a/b.rs", "use super::A; struct B;")], &[]);
    // Test modules inside a file are ignored, and `super` in an inline module is the file itself.
    let tests = "pub struct B;\nmod inner { use super::*; }\n#[cfg(test)]\nmod tests { use crate::c::C; }";
    check(&[("b.rs", tests), ("c.rs", "use crate::b::B; pub struct C;")], &[]);
    // The files have no cycle, but the rooms do.
    let rooms = [("a/x.rs", "use crate::b::x::X;"), ("a/y.rs", ""), ("b/x.rs", ""), ("b/y.rs", "use crate::a::y::Y;")];
    check(&rooms, &["in server/src: circle of 2:\n  a -> b\n  b -> a"]);
}
