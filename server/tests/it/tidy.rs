//! The shape of the code, kept by reading it: stages point one way, files say what they do, none grows too long.

use std::{
    fs,
    path::{Path, PathBuf},
};

const STAGES: [&str; 5] = ["receiver", "live", "store", "watch", "outlet"];
const LINES_MAX: usize = 400;

fn sources() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut found = vec![];
    let mut folders = vec![root.join("app"), root.join("server")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("target") && !path.ends_with("node_modules") {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path.strip_prefix(root).unwrap().to_owned(), text));
            }
        }
    }
    assert!(found.len() > 50, "the sources were not found");
    found
}

#[test]
fn ok_no_stage_uses_a_later_one() {
    let mut seen = 0;
    for (path, text) in sources() {
        let Ok(inside) = path.strip_prefix("server/src") else { continue };
        let Some(stage) = STAGES.iter().position(|it| inside.starts_with(it)) else { continue };
        seen += 1;
        let code = text.split("#[cfg(test)]").next().unwrap();
        for later in &STAGES[stage + 1..] {
            assert!(!code.contains(&format!("crate::{later}")), "{}: uses the later stage {later}", path.display());
            // `use crate::{…, later::…}` in one group.
            for group in code.split("use crate::{").skip(1) {
                let group = group.split("};").next().unwrap();
                let named =
                    group.split([',', '\n', '{', ' ']).any(|it| it == *later || it.starts_with(&format!("{later}::")));
                assert!(!named, "{}: uses the later stage {later}", path.display());
            }
        }
    }
    assert!(seen > 20, "only {seen} files of stages");
}

#[test]
fn ok_every_file_says_what_it_does() {
    for (path, text) in sources() {
        assert!(text.starts_with("//!"), "{} does not begin with //!", path.display());
    }
}

#[test]
fn ok_no_file_is_too_long() {
    for (path, text) in sources() {
        let n = text.lines().count();
        assert!(n <= LINES_MAX, "{} has {n} lines, more than {LINES_MAX}: one thing a file", path.display());
    }
}

#[test]
fn ok_unsafe_code_stands_only_in_the_pipeline_each_with_its_proof() {
    for (path, text) in sources() {
        let lines: Vec<_> = text.lines().map(str::trim).collect();
        for (at, line) in lines.iter().enumerate() {
            let word = concat!("un", "safe {");
            if line.starts_with("//") || !line.contains(word) {
                continue;
            }
            assert!(path.starts_with("server/pipeline/src"), "{}:{}: not in the pipeline", path.display(), at + 1);
            let is_proven = lines[at.saturating_sub(3)..at].iter().any(|it| it.starts_with("// SAFETY: "));
            assert!(is_proven, "{}:{}: no proof above it", path.display(), at + 1);
        }
    }
}
