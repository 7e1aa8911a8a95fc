//! Goal: nothing that is done before a page's module listens is lost. Method: the sources hold to what `early.rs` asks of them; the browser's
//! side is in end2end/pages/all/early.hydrate.spec.ts.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Every source of the app, and its text.
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

/// A property is set when the module takes over, and again with each answer: it overwrites what was typed. `part/field.rs` does not.
#[test]
fn ok_no_field_is_overwritten() {
    for (path, text) in sources() {
        for taken in ["prop:value", "prop:checked", "prop:selected", "bind:"] {
            assert!(!text.contains(taken), "{} has {taken}: use part/field.rs", path.display());
        }
    }
}

/// A key that is listened to but not named is lost before.
#[test]
fn ok_keys_that_are_listened_to_are_named() {
    let mut listeners = 0;
    for (path, text) in sources() {
        if text.contains("on:keydown") || text.contains("(\"keydown\"") {
            listeners += 1;
            assert!(text.contains("data-keys=") || text.contains("pub const KEYS"), "{}", path.display());
        }
    }
    assert_eq!(listeners, 4);
}

/// A form that a script answers differently from the server must wait for it; one that the server answers as well need not.
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
    // It stands inside of a script element.
    assert!(!script.contains("</"));
}
