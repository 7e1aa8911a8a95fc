//! Reads the Rust sources of this checkout as paths and texts. It does not parse them.

use std::{fs, path::Path};

/// A source file. Its path is relative to the checkout.
pub struct Source {
    pub path: String,
    pub text: String,
}

impl Source {
    pub fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }
}

/// A rule: what it finds wrong in some sources.
pub type Rule = fn(&[Source]) -> Vec<String>;

/// Fails unless a rule finds so many things wrong in a file.
#[track_caller]
pub fn check(rule: Rule, path: &str, text: &str, wrong: usize) {
    let found = rule(&[Source::new(path, text)]);
    assert_eq!(found.len(), wrong, "{path}: {text}: {found:?}");
}

/// The text of any file in the checkout.
pub fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// Whether the checkout contains this file.
pub fn is_file(path: &str) -> bool {
    root().join(path).is_file()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// All Rust files below `app`, `server` and `end2end`, without the folders of tests inside `src`:
/// as in test modules, anything may be used there.
pub fn tree() -> Vec<Source> {
    let root = root();
    let mut found = vec![];
    let mut folders = ["app", "server", "end2end"].map(|it| root.join(it)).to_vec();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let is_inside = path.strip_prefix(root).is_ok_and(|inside| inside.iter().any(|it| it == "src"));
            let is_tests = path.ends_with("tests") && is_inside;
            if path.is_dir() && !is_tests && !path.ends_with("target") && !path.ends_with("node_modules") {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push(Source::new(path.strip_prefix(root).unwrap().to_str().unwrap(), &text));
            }
        }
    }
    assert!(found.len() > 50, "the sources were not found");
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}
