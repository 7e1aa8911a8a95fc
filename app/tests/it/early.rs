//! Goal: no input before a page's module runs is lost. Method: the sources keep the rules of
//! `early.rs`. The script itself is tested in a browser by
//! end2end/pages/all/early.hydrate.spec.ts.

use dashboard::page::table::PAGES;

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The path and the text of every source file.
fn sources() -> Vec<(PathBuf, String)> {
    let mut found = vec![];
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    assert!(found.len() > 50, "only {} sources found", found.len());
    found
}

/// A bound property is set when the module takes over and with each answer, and overwrites typed
/// text. `part/field.rs` does not.
#[test]
fn ok_no_field_is_overwritten() {
    for (path, text) in sources() {
        for taken in ["prop:value", "prop:checked", "prop:selected", "bind:"] {
            assert!(!text.contains(taken), "{} has {taken}: use part/field.rs", path.display());
        }
    }
}

/// A key that is handled but not named in `data-keys`, by the element or by the page's row in the
/// table of pages, is lost before the module runs.
/// `browser/keys.rs` only passes keys on.
#[test]
fn ok_keys_that_are_listened_to_are_named() {
    let mut listeners = 0;
    for (path, text) in sources() {
        let listens = ["on:keydown", "(\"keydown\"", "listen_for_keys("].iter().any(|it| text.contains(it));
        if listens && !path.ends_with("browser/keys.rs") {
            listeners += 1;
            let is_in_table = PAGES.iter().any(|page| {
                let folder = page.module.trim_end_matches("-page");
                !page.keys.is_empty() && path.ends_with(format!("page/{folder}/keys.rs"))
            });
            assert!(text.contains("data-keys=") || is_in_table, "{}", path.display());
        }
    }
    assert_eq!(listeners, 4);
}

/// Every form works without JavaScript: the browser sends it as a GET request.
#[test]
fn ok_forms_work_without_a_script() {
    for (path, text) in sources() {
        for form in text.split("<form").skip(1) {
            let tag = form.split_once('>').map_or(form, |it| it.0);
            assert!(tag.contains("method=\"get\""), "{}: <form{tag}>", path.display());
        }
    }
}

#[test]
fn ok_the_script_has_no_comments_and_is_small() {
    let script = dashboard::early::script();
    assert!(!script.lines().any(|it| it.starts_with("//") || it.starts_with(' ') || it.is_empty()), "{script}");
    assert!(script.len() < 4_000, "{} bytes", script.len());
    // It is embedded in a script element.
    assert!(!script.contains("</"));
}
