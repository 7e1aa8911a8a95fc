//! What the parser makes of texts, and what it says about wrong ones.

use super::*;

/// A tree as text: `&` for all, `|` for any, `!` for not.
fn drawn(expr: &Expr) -> String {
    let joined = |parts: &[Expr], sign: &str| {
        let parts: Vec<_> = parts.iter().map(drawn).collect();
        ["(", &parts.join(sign), ")"].concat()
    };
    match expr {
        Expr::Has(term) => term.text.clone(),
        Expr::Not(inner) => ["!", &drawn(inner)].concat(),
        Expr::All(parts) => joined(parts, "&"),
        Expr::Any(parts) => joined(parts, "|"),
    }
}

#[test]
fn ok_trees() {
    for (text, expected) in [
        ("a", "a"),
        ("a b", "(a&b)"),
        ("a AND b", "(a&b)"),
        ("a OR b c", "(a|(b&c))"),
        ("a b OR c", "((a&b)|c)"),
        ("(a OR b) c", "((a|b)&c)"),
        ("-(a OR b)", "!(a|b)"),
        ("-a", "!a"),
        ("NOT a", "!a"),
        ("NOT -a", "a"),
        ("-x!=1", "x!=1"),
        ("x!=1", "!x!=1"),
        ("((a))", "a"),
        ("a - b", "(a&-&b)"),
        ("--a", "!-a"),
        // Keywords are upper-case, and words that contain them are words.
        ("a or b ORDER", "(a&or&b&ORDER)"),
        ("\"OR\"", "\"OR\""),
        ("count(*) foo)", "(count(*)&foo))"),
        ("(count(*) OR b)", "(count(*)|b)"),
        ("\"\" a", "(()&a)"),
    ] {
        let expr = parse(text).map(|it| drawn(&it));
        assert_eq!(expr, Ok(expected.to_owned()), "{text}");
    }
}

#[test]
fn ok_what_is_no_comparison_is_a_word() {
    for text in ["http://a?b=c", "=a", "a!b", "-", "12:30:05", "std::io", "Error:", "<b>", "1=2"] {
        let parsed = parse(text);
        assert!(matches!(&parsed, Ok(Expr::Has(Term { pattern: Pattern::Text(_), .. }))), "{text}: {parsed:?}");
    }
}

#[test]
fn ok_quotes_keep_the_case() {
    for (text, expected) in [("Ab", false), ("\"Ab\"", true), ("k=Ab", false), ("k=\"Ab\"", true), ("k:\"Ab\"", true)] {
        let keeps_case = match parse(text) {
            Ok(Expr::Has(Term { pattern: Pattern::Text(it) | Pattern::Labelled { value: it, .. }, .. })) => {
                it.keeps_case
            }
            Ok(Expr::Has(Term { pattern: Pattern::Field { op: FieldOp::Equals(it), .. }, .. })) => it.keeps_case,
            other => panic!("{text}: {other:?}"),
        };
        assert_eq!(keeps_case, expected, "{text}");
    }
}

#[test]
fn err_what_is_wrong_and_where() {
    let words = |n: usize| (0..n).map(|it| format!("w{it} ")).collect::<String>();
    let deep = |n: usize| ["(".repeat(n), "a".to_owned(), ")".repeat(n)].concat();
    assert!(parse(&words(TERMS_MAX)).is_ok() && parse(&deep(DEPTH_MAX)).is_ok());
    for (text, at, part) in [
        ("é \"open end", 2, "closing quote"),
        ("a k=\"open", 4, "closing quote"),
        ("status>=", 0, "a value after \"status>=\""),
        ("a status=", 2, "a value after \"status=\""),
        ("a service>x", 2, "a number such as 500 or 250ms after \"service>\", found \"x\""),
        ("a OR", 2, "beside OR"),
        ("OR a", 0, "beside OR"),
        ("a OR OR b", 2, "beside OR"),
        ("AND a", 0, "beside AND"),
        ("a AND", 2, "beside AND"),
        ("a NOT", 2, "beside NOT"),
        ("a ()", 2, "beside brackets"),
        ("a (b", 2, "closing bracket"),
        ("a )", 2, "found \")\""),
        (&words(TERMS_MAX + 1), 118, "at most 32"),
        (&deep(DEPTH_MAX + 1), 8, "at most 8"),
        (&"(".repeat(100_000), 8, "at most 8"),
        (&"NOT ".repeat(100_000), 0, "beside NOT"),
    ] {
        let error = parse(text);
        let found = error.as_ref().err().map(|it| (it.at, it.to_string()));
        let is_right = found.as_ref().is_some_and(|it| it.0 == at && it.1.contains(part));
        assert!(is_right, "{}: {found:?}", crate::error::excerpt(text));
    }
}
