//! Where code may be `unsafe`, panic, or silence a lint. Whether the reasons given are true is not
//! checked.

use super::{
    source::{Source, check},
    token::{Kind, Token, code, tokens},
    uses::without_tests,
};

/// Source folders of the crates that ship.
const SHIPPED: [&str; 6] =
    ["server/src/", "server/pipeline/src/", "app/src/", "app/contract/src/", "app/front/src/", "app/hydrate/src/"];
/// Names of messages that `expect` may have outside of tests: formatting into a `String` never
/// fails.
const EXPECTED: [&str; 1] = ["STRING"];

/// `unsafe` blocks and functions outside of the pipeline, or without a `// SAFETY: ` comment above.
pub fn proofs(sources: &[Source]) -> Vec<String> {
    let mut found = vec![];
    for source in sources {
        let lines: Vec<&str> = source.text.lines().map(str::trim).collect();
        let tokens = code(&source.text);
        for pair in tokens.windows(2).filter(|it| it[0].is("unsafe") && it[1].is("{")) {
            let line = pair[0].line;
            if !source.path.starts_with("server/pipeline/src") {
                found.push(format!("{}:{line}: unsafe outside of the pipeline", source.path));
            }
            if !is_proven(&lines[..line - 1]) {
                found.push(format!("{}:{line}: expected // SAFETY: above", source.path));
            }
        }
    }
    found
}

/// Whether a `// SAFETY: ` comment, however long, ends within the three lines above.
fn is_proven(above: &[&str]) -> bool {
    let end = above.iter().rposition(|it| it.starts_with("//")).filter(|it| it + 3 >= above.len());
    let comment = above[..end.map_or(0, |it| it + 1)].iter().rev().take_while(|it| it.starts_with("//"));
    comment.into_iter().any(|it| it.starts_with("// SAFETY: "))
}

/// Calls of `unwrap` and `expect` outside of tests.
pub fn panics(sources: &[Source]) -> Vec<String> {
    let mut found = vec![];
    for source in sources.iter().filter(|it| SHIPPED.iter().any(|folder| it.path.starts_with(folder))) {
        if source.path.ends_with("/tests.rs") {
            continue;
        }
        let tokens = without_tests(&code(&source.text));
        for call in tokens.windows(4).filter(|it| is_panic(it)) {
            found.push(format!("{}:{}: {} outside of tests", source.path, call[1].line, call[1].text));
        }
    }
    found
}

fn is_panic(tokens: &[Token<'_>]) -> bool {
    let is_called = tokens[0].is(".") && tokens[2].is("(");
    is_called && (tokens[1].is("unwrap") || (tokens[1].is("expect") && !EXPECTED.iter().any(|it| tokens[3].is(it))))
}

/// `allow` and `expect` attributes without a reason.
pub fn reasons(sources: &[Source]) -> Vec<String> {
    let mut found = vec![];
    for source in sources {
        let tokens: Vec<_> = tokens(&source.text).into_iter().filter(|it| it.kind != Kind::Comment).collect();
        for (at, token) in tokens.iter().enumerate().skip(1) {
            let opens = tokens[at - 1].is("[") && (token.is("allow") || token.is("expect"));
            let mut inside = tokens[at..].iter().take_while(|it| !it.is("]"));
            if opens && !inside.any(|it| it.is("reason")) {
                found.push(format!("{}:{}: {} without a reason", source.path, token.line, token.text));
            }
        }
    }
    found
}

#[test]
fn err_each_danger() {
    let proven = "// SAFETY: it is.\nlet a = unsafe { f() };";
    check(proofs, "server/pipeline/src/a.rs", proven, 0);
    check(proofs, "server/src/a.rs", proven, 1);
    check(proofs, "server/pipeline/src/a.rs", "// It is.\nlet a = unsafe { f() };", 1);
    check(
        proofs,
        "server/pipeline/src/a.rs",
        "// SAFETY: it is,\n// one.\n// two.\n// three.\nlet a = unsafe { f() };",
        0,
    );
    check(proofs, "server/pipeline/src/a.rs", "// SAFETY: it is.\nb();\nc();\nd();\nlet a = unsafe { f() };", 1);
    check(proofs, "server/src/a.rs", "// unsafe { f() }\nlet a = \"unsafe { }\";", 0);
    check(panics, "server/src/a.rs", "fn f() { a.unwrap(); b.expect(\"b\"); c.expect(STRING); d.unwrap_or(1) }", 2);
    check(panics, "server/src/a.rs", "#[cfg(test)]\nmod tests { fn f() { a.unwrap() } }", 0);
    check(panics, "server/tests/it/a.rs", "fn f() { a.unwrap() }", 0);
    check(reasons, "server/src/a.rs", "#[allow(dead_code)]\n#[expect(unused, reason = \"it is\")]\nfn f() {}", 1);
}
