//! Each invariant in ARCHITECTURE.md names the test that holds it, and that test exists.

use std::collections::BTreeMap;

use super::source::Source;

/// Where a test's path leads, by its first word; all others to `server/tests/it`, or to tests
/// beside the code in `server/src`.
const ROOTS: [(&str, &str); 2] = [("pipeline", "server/pipeline/tests/it"), ("app", "app/tests/it")];

/// Invariants without a test, and tests that are not there. Tests in the browser are named by their
/// file, and `is_file` finds those.
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

/// Whether a word in backticks is the path of a test: `file::ok_what`, `file::err_what`, or a file
/// of browser tests.
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
        // A room's tests may stand in any file of it.
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
