//! The form of each file: its header, its length, the length of its functions and the width of its
//! comments. The wording of comments is not judged.

use super::{
    source::{Rule, Source, check},
    token::{Token, code},
};

/// The most lines in a file.
const LINES_MAX: usize = 400;
/// The most lines in a function, from its signature to its closing brace.
const FUNCTION_LINES_MAX: usize = 70;
/// The most characters in a line of comment.
const COMMENT_WIDTH_MAX: usize = 100;

/// Files that do not begin with a `//!` header.
pub fn headers(sources: &[Source]) -> Vec<String> {
    let silent = sources.iter().filter(|it| !it.text.starts_with("//!"));
    silent.map(|it| format!("{}: expected //! in the first line", it.path)).collect()
}

/// Files that are too long. Each file should have one purpose.
pub fn lengths(sources: &[Source]) -> Vec<String> {
    let lengths = sources.iter().map(|it| (&it.path, it.text.lines().count()));
    let long = lengths.filter(|(_, lines)| *lines > LINES_MAX);
    long.map(|(path, lines)| format!("{path}: expected at most {LINES_MAX} lines, found {lines}")).collect()
}

/// Functions with more than [`FUNCTION_LINES_MAX`] lines.
pub fn functions(sources: &[Source]) -> Vec<String> {
    let mut found = vec![];
    for source in sources {
        let tokens = code(&source.text);
        for at in 0..tokens.len() {
            // `fn(u8)` is a type and has no body.
            let is_function = tokens[at].is("fn") && tokens.get(at + 1).is_some_and(|it| !it.is("("));
            let Some(end) = is_function.then(|| last_brace(&tokens, at)).flatten() else { continue };
            let lines = end.line - tokens[at].line + 1;
            if lines > FUNCTION_LINES_MAX {
                let (line, name) = (tokens[at].line, tokens[at + 1].text);
                found.push(format!(
                    "{}:{line}: {name}: expected at most {FUNCTION_LINES_MAX} lines, found {lines}",
                    source.path
                ));
            }
        }
    }
    found
}

/// The closing brace of the function whose `fn` is at `at`, or `None` if it has no body.
fn last_brace<'a>(tokens: &[Token<'a>], at: usize) -> Option<Token<'a>> {
    let mut depth = 0;
    for token in &tokens[at..] {
        match token.text {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            ";" if depth == 0 => return None,
            _ => {}
        }
        if depth == 0 && token.is("}") {
            return Some(*token);
        }
    }
    None
}

/// Comment lines that are too wide, except code blocks, URLs and lines without a space.
pub fn comments(sources: &[Source]) -> Vec<String> {
    let mut found = vec![];
    for source in sources {
        let mut in_code = false;
        for (index, line) in source.text.lines().enumerate() {
            let Some(comment) = line.trim_start().strip_prefix("//") else {
                in_code = false;
                continue;
            };
            let text = comment.trim_start_matches(['/', '!', ' ', '-']);
            in_code ^= text.starts_with("```");
            let (width, is_breakable) = (line.chars().count(), text.contains(' ') && !text.contains("://"));
            if width > COMMENT_WIDTH_MAX && is_breakable && !in_code {
                found.push(format!(
                    "{}:{}: expected at most {COMMENT_WIDTH_MAX} characters of a comment, found {width}",
                    source.path,
                    index + 1
                ));
            }
        }
    }
    found
}

/// Modules with a `#[path]` attribute, which hides where their file is.
pub fn paths(sources: &[Source]) -> Vec<String> {
    let mut found = vec![];
    for source in sources {
        let tokens = code(&source.text);
        let is_path = |three: &[Token<'_>]| three[0].is("[") && three[1].is("path") && three[2].is("=");
        let places = tokens.windows(3).filter(|it| is_path(it)).map(|it| it[0].line);
        found.extend(places.map(|line| format!("{}:{line}: a path attribute", source.path)));
    }
    found
}

#[test]
fn err_each_form() {
    let check = |rule: Rule, text: &str, wrong: usize| check(rule, "server/src/a.rs", text, wrong);
    check(headers, "//! Says it.\nfn f() {}", 0);
    check(headers, "// Says it.\nfn f() {}", 1);
    check(lengths, &"a\n".repeat(LINES_MAX), 0);
    check(lengths, &"a\n".repeat(LINES_MAX + 1), 1);
    let function =
        |lines: usize| format!("trait T {{ fn g(a: [u8; 2]);\nfn f() {{\n{}}}\n}}", "a(\"}\");\n".repeat(lines - 2));
    check(functions, &function(FUNCTION_LINES_MAX), 0);
    check(functions, &function(FUNCTION_LINES_MAX + 1), 1);
    check(functions, &format!("type A = fn(u8) -> u8;\n{}", "struct B;\n".repeat(99)), 0);
    check(comments, &format!("    // {}", "word ".repeat(18)), 0);
    check(comments, &format!("    // {}", "word ".repeat(20)), 1);
    check(comments, &format!("/// {}\nlet a = 1; // {}", "w".repeat(120), "word ".repeat(40)), 0);
    check(comments, &format!("//! ```text\n//! {}\n//! ```", "word ".repeat(40)), 0);
    check(paths, "#[path = \"b.rs\"]\nmod b; // #[path = \"c.rs\"]", 1);
}
