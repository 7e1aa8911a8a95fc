//! No input that comes before a page's module runs may be lost. These tests check that the sources
//! keep the rules of `early.rs`. The script itself is tested in a browser by
//! end2end/pages/all/early.hydrate.spec.ts.

use dashboard::page::table::PAGES;

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The path and text of every source file.
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

/// Hydration and each answer set a bound property, which overwrites typed text. `part/field.rs`
/// avoids this, so only it may set values.
#[test]
fn ok_no_field_is_overwritten() {
    for (path, text) in sources() {
        for taken in ["prop:value", "prop:checked", "prop:selected", "bind:"] {
            assert!(!text.contains(taken), "{} has {taken}: use part/field.rs", path.display());
        }
    }
}

/// A key press is lost before hydration if its key is handled but not listed in `data-keys`, by the
/// element or in the table of pages. `browser/keys.rs` is exempt because it only forwards keys.
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
    assert_eq!(listeners, 8);
}

/// Without JavaScript, the browser submits every form itself: as a GET request, or where it changes
/// something as a POST request.
#[test]
fn ok_forms_work_without_a_script() {
    for (path, text) in sources() {
        for form in text.split("<form").skip(1) {
            let tag = form.split_once('>').map_or(form, |it| it.0);
            assert!(
                ["get", "post"].iter().any(|it| tag.contains(&format!("method=\"{it}\""))),
                "{}: <form{tag}>",
                path.display()
            );
        }
    }
}

#[test]
fn ok_the_script_has_no_comments_and_is_small() {
    let script = dashboard::early::script();
    assert!(!script.lines().any(|it| it.starts_with("//") || it.starts_with(' ') || it.is_empty()), "{script}");
    assert!(script.len() < 4_000, "{} bytes", script.len());
    // The script is embedded in a script element, which `</` could end.
    assert!(!script.contains("</"));
}
