//! Each invariant in ARCHITECTURE.md must name a test that exists. Whether that test really proves
//! the invariant is not checked.

use std::collections::BTreeMap;

use super::source::Source;

/// The folder of a test by the first word of its path. Other tests are in `server/tests/it` or
/// beside the code in `server/src`.
const ROOTS: [(&str, &str); 2] = [("pipeline", "server/pipeline/tests/it"), ("app", "app/tests/it")];

/// Invariants without a test, and tests that do not exist. Browser tests are named by their file,
/// which `is_file` looks up.
pub fn rule(text: &str, sources: &[Source], is_file: impl Fn(&str) -> bool) -> Vec<String> {
    let by_path: BTreeMap<&str, &Source> = sources.iter().map(|it| (&*it.path, it)).collect();
    let section = text.split("\n## ").find(|it| it.starts_with("Invariants")).unwrap_or_default();
    let bullets: Vec<&str> = section.split("\n- ").skip(1).collect();
    let mut found = vec![];
    if bullets.is_empty() {
        found.push("ARCHITECTURE.md: expected invariants, found none".to_owned());
    }
    for bullet in bullets {
        let named: Vec<&str> = bullet.split('`').skip(1).step_by(2).filter(|it| is_test(it)).collect();
        if named.is_empty() {
            let words: Vec<&str> = bullet.split_whitespace().take(8).collect();
            found.push(format!("ARCHITECTURE.md: no test for: {}", words.join(" ")));
        }
        let missing = named.iter().filter(|it| if is_browser_test(it) { !is_file(it) } else { !exists(it, &by_path) });
        found.extend(missing.map(|it| format!("ARCHITECTURE.md: there is no test {it}")));
    }
    found
}

/// Whether a word in backticks names a test: `file::ok_name`, `file::err_name`, or a file of
/// browser tests.
fn is_test(word: &str) -> bool {
    is_browser_test(word)
        || word.rsplit_once("::").is_some_and(|(_, name)| name.starts_with("ok_") || name.starts_with("err_"))
}

fn is_browser_test(word: &str) -> bool {
    word.starts_with("end2end/") && word.ends_with(".spec.ts")
}

fn exists(test: &str, sources: &BTreeMap<&str, &Source>) -> bool {
    let Some((file, name)) = test.rsplit_once("::") else { return false };
    let mut places = vec![("server/tests/it", file), ("server/src", file)];
    for (word, root) in ROOTS {
        places.extend(file.strip_prefix(word).and_then(|it| it.strip_prefix("::")).map(|it| (root, it)));
    }
    places.iter().any(|(root, file)| {
        let path = format!("{root}/{}", file.replace("::", "/"));
        let files = [format!("{path}.rs"), format!("{path}/mod.rs"), format!("{path}/tests.rs")];
        // The tests of a room may be in any of its files.
        let room = sources.values().filter(|it| it.path.starts_with(&format!("{path}/")));
        let mut all = files.iter().filter_map(|it| sources.get(&**it)).copied().chain(room.copied());
        all.any(|it| it.text.contains(&format!("fn {name}(")))
    })
}

#[test]
fn err_missing_tests() {
    let sources = [
        Source::new("server/tests/it/crash.rs", "#[test]\nfn ok_kills() {}"),
        Source::new("server/pipeline/tests/it/mask.rs", "fn ok_masks() {}"),
        Source::new("server/src/outlet/guard/bounds.rs", "fn err_panic() {}"),
    ];
    let check = |bullet: &str, expected: &[&str]| {
        let text = format!("# A\n\n## Invariants\n\nEach.\n\n- {bullet}\n\n## Walkthroughs\n\n- none");
        assert_eq!(rule(&text, &sources, |it| it == "end2end/tests/a.spec.ts"), expected, "{bullet}");
    };
    check("It is so. `crash::ok_kills`", &[]);
    check("It is so\n  in two lines. `pipeline::mask::ok_masks`", &[]);
    check("It is so. `outlet::guard::err_panic`", &[]);
    check("It is so. `crash::ok_kill`", &["ARCHITECTURE.md: there is no test crash::ok_kill"]);
    check("It is `so`.", &["ARCHITECTURE.md: no test for: It is `so`."]);
    check("It is so. `end2end/tests/a.spec.ts`", &[]);
    check("It is so. `end2end/tests/b.spec.ts`", &["ARCHITECTURE.md: there is no test end2end/tests/b.spec.ts"]);
    assert_eq!(rule("# A\n", &sources, |_| true).len(), 1);
}
