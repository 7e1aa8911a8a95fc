//! Names of closure parameters: `it` only where the whole closure fits on one line and no nested
//! closure uses `it` too. Other names are not judged.

use super::{
    source::Source,
    token::{Kind, Token, code},
};

/// Words that may precede a closure. After any other word, `|` is an operator.
const BEFORE: [&str; 4] = ["else", "in", "move", "return"];

/// Closures named `it` that span several lines or contain another `it`.
pub fn rule(sources: &[Source]) -> Vec<String> {
    let mut found = vec![];
    for source in sources {
        let tokens = code(&source.text);
        for at in 0..tokens.len() {
            let Some(start) = body_of_it(&tokens, at) else { continue };
            let body = body(&tokens[start..]);
            let line = tokens[at].line;
            let is_long = body.last().is_some_and(|last| last.line + last.text.matches('\n').count() > line);
            let is_nested = (start..start + body.len()).any(|inner| body_of_it(&tokens, inner).is_some());
            if is_long || is_nested {
                let place = if is_long { "over several lines" } else { "around another" };
                found.push(format!("{}:{line}: expected a noun for the closure's it {place}", source.path));
            }
        }
    }
    found
}

/// The position of the body of a closure that begins at `at`. `None` if none begins there, or none
/// of its parameters is `it`.
fn body_of_it(tokens: &[Token<'_>], at: usize) -> Option<usize> {
    if !tokens[at].is("|") || ends_value(&tokens[..at]) {
        return None;
    }
    let end = at + 1 + tokens[at + 1..].iter().position(|it| it.is("|"))?;
    tokens[at + 1..end].iter().any(|it| it.is("it")).then_some(end + 1)
}

/// Whether a bar after these tokens does not begin a closure: it is an operator, the second bar of
/// an empty list of parameters, or the end of one.
fn ends_value(before: &[Token<'_>]) -> bool {
    match before {
        [.., sign, last] if last.is(">") => !sign.is("="),
        [.., last] if last.kind == Kind::Word => !BEFORE.contains(&last.text),
        [.., last] => last.kind == Kind::Literal || [")", "]", "}", "?", "|"].iter().any(|it| last.is(it)),
        [] => false,
    }
}

/// The tokens of an expression, up to the comma, semicolon or bracket that ends it.
fn body<'a, 'b>(tokens: &'b [Token<'a>]) -> &'b [Token<'a>] {
    let mut depth = 0_usize;
    let end = tokens.iter().position(|token| match token.text {
        "(" | "[" | "{" => {
            depth += 1;
            false
        }
        ")" | "]" | "}" if depth == 0 => true,
        ")" | "]" | "}" => {
            depth -= 1;
            false
        }
        "," | ";" => depth == 0,
        _ => false,
    });
    &tokens[..end.unwrap_or(tokens.len())]
}

#[test]
fn err_each_it() {
    let check = |text: &str, wrong: usize| {
        let found = rule(&[Source::new("server/src/a.rs", text)]);
        assert_eq!(found.len(), wrong, "{text}: {found:?}");
    };
    check("let a = b.map(|it| it.c());\nd();", 0);
    check("let a = b.map(|it| it.c()).map(|it| it.d());", 0);
    check("let a = b.map(|c| c.map(|it| it.d()));", 0);
    check("let a = b.map(|c| {\n    c.map(|it| it.d())\n});", 0);
    check("let a = b.map(|it| {\n    it.c()\n});", 1);
    check("let a = b.retain(|key, it| match it {\n    _ => true,\n});", 1);
    check("let a = b.find(|it: char| {\n    it == '\"'\n});", 1);
    check("let a = |it: &Arc<B>| it.c();\nlet d = |it: &Arc<B>| it.e();", 0);
    check("match a { b => |it| it.c(|d| {\n    d\n}) }", 1);
    check("let a = b.map(|it| \"c\nd\");", 1);
    check("let a = b.map(move |it| it.map(|it| it.d()));", 1);
    check("let a = b.map(|it| it.map(|it| it.map(|it| it.d())));", 2);
    check("let a = b | it | {\n    c\n};\nlet a = b || it || {\n    c\n};", 0);
    check("// |it| {\n// }\nlet a = \"|it| {\n}\";", 0);
}
