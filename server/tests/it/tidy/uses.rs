//! The names in a file: its `use` declarations, its other paths, and the modules that it declares.
//!
//! Test modules inside a file are left out, because tests may use anything. Names are not resolved
//! here: see `imports.rs`.

use std::collections::BTreeSet;

use super::token::{Kind, Token, code};

/// A path in a file, and how many inline modules enclose it.
#[derive(Debug, PartialEq, Eq)]
pub struct Named {
    pub path: Vec<String>,
    pub inside: usize,
}

/// One name that a `use` declaration imports.
#[derive(Debug, PartialEq, Eq)]
pub struct Use {
    pub named: Named,
    /// The name in this file, or `None` for `*`.
    pub name: Option<String>,
    pub is_public: bool,
}

/// All names in one file.
#[derive(Debug, Default)]
pub struct Names {
    pub uses: Vec<Use>,
    pub paths: Vec<Named>,
    /// Single identifiers outside of `use` declarations.
    pub words: BTreeSet<String>,
}

pub fn names(text: &str) -> Names {
    let tokens = without_tests(&code(text));
    let mut found = Names::default();
    // `modules` holds the brace depths at which inline modules began.
    let (mut depth, mut modules, mut at) = (0, vec![], 0);
    while let Some(token) = tokens.get(at) {
        let next_is = |text: &str| tokens.get(at + 1).is_some_and(|it| it.is(text));
        if token.is("{") {
            depth += 1;
        } else if token.is("}") {
            depth -= 1;
            modules.retain(|it| *it <= depth);
        } else if token.is("mod") && tokens.get(at + 2).is_some_and(|it| it.is("{")) {
            modules.push(depth + 1);
            at += 1;
        } else if token.is("use") && !next_is("<") {
            let is_public = at > 0 && (tokens[at - 1].is("pub") || tokens[at - 1].is(")"));
            let mut tree = Tree { tokens: &tokens[at + 1..], inside: modules.len(), is_public, found: &mut found.uses };
            let read = tree.read(0, &[]);
            at += read;
        } else if token.kind == Kind::Word {
            let before = at.checked_sub(1).map(|it| tokens[it]);
            if next_is("::") && !before.is_some_and(|it| it.is("::") || it.is(".")) {
                let path = path(&tokens[at..]);
                at += path.len() * 2 - 2;
                found.words.insert(path[0].clone());
                found.paths.push(Named { path, inside: modules.len() });
            } else {
                found.words.insert(token.text.to_owned());
            }
        }
        at += 1;
    }
    found
}

/// The segments of the path `a::b::c` at the start of the tokens.
fn path(tokens: &[Token<'_>]) -> Vec<String> {
    let mut words = vec![tokens[0].text.to_owned()];
    while let [sign, word, ..] = &tokens[words.len() * 2 - 1..] {
        if !sign.is("::") || word.kind != Kind::Word {
            break;
        }
        words.push(word.text.to_owned());
    }
    words
}

/// The parser for the tree of one `use` declaration.
struct Tree<'a, 'b> {
    tokens: &'b [Token<'a>],
    inside: usize,
    is_public: bool,
    found: &'b mut Vec<Use>,
}

impl Tree<'_, '_> {
    /// Reads one branch at token `at` below a prefix. Returns the position after it.
    fn read(&mut self, mut at: usize, prefix: &[String]) -> usize {
        let mut path = prefix.to_vec();
        let mut name = None;
        while let Some(token) = self.tokens.get(at) {
            at += 1;
            if token.is("{") {
                while !self.tokens[at].is("}") {
                    at = self.read(at, &path);
                    at += usize::from(self.tokens[at].is(","));
                }
                return at + 1;
            } else if token.is("*") {
                self.push(path, None);
                return at;
            } else if token.is("as") {
                name = Some(self.tokens[at].text.to_owned());
                at += 1;
            } else if token.is("self") && !path.is_empty() {
                // In `{self}`, `self` stands for the prefix.
            } else if token.kind == Kind::Word {
                path.push(token.text.to_owned());
            } else if !token.is("::") {
                at -= 1;
                break;
            }
        }
        let name = name.or_else(|| path.last().cloned());
        self.push(path, name);
        at
    }

    fn push(&mut self, path: Vec<String>, name: Option<String>) {
        let named = Named { path, inside: self.inside };
        self.found.push(Use { named, name, is_public: self.is_public });
    }
}

/// The tokens without items that are compiled only for tests.
pub fn without_tests<'a>(tokens: &[Token<'a>]) -> Vec<Token<'a>> {
    let (mut kept, mut at) = (vec![], 0);
    while at < tokens.len() {
        let is_test = ["#", "[", "cfg", "(", "test", ")", "]"]
            .iter()
            .enumerate()
            .all(|(index, text)| tokens.get(at + index).is_some_and(|it| it.is(text)));
        if is_test {
            at = end_of_item(tokens, at + 7);
        } else {
            kept.push(tokens[at]);
            at += 1;
        }
    }
    kept
}

/// The position after the item that begins at `at`: after its `;` or its closing brace.
pub fn end_of_item(tokens: &[Token<'_>], mut at: usize) -> usize {
    let mut depth = 0;
    while let Some(token) = tokens.get(at) {
        at += 1;
        match token.text {
            "{" | "(" | "[" if token.kind == Kind::Sign => depth += 1,
            ")" | "]" if token.kind == Kind::Sign => depth -= 1,
            "}" if token.kind == Kind::Sign => {
                depth -= 1;
                if depth == 0 {
                    return at;
                }
            }
            ";" if depth == 0 => return at,
            _ => {}
        }
    }
    at
}

#[cfg(test)]
fn shown(names: &Names) -> (Vec<String>, Vec<String>) {
    let show = |it: &Use| format!("{} as {}", it.named.path.join("::"), it.name.as_deref().unwrap_or("*"));
    (names.uses.iter().map(show).collect(), names.paths.iter().map(|it| it.path.join("::")).collect())
}

#[test]
fn ok_trees_become_paths() {
    let text = "pub use a::{self, b::{C, D as E}, f::*};\nuse super::{super::g, h,};\n\
        fn f() { x::y(); z.w(); T::<u8>::n(); }\n#[cfg(test)]\nmod tests { use q::r; }\nmod m { use super::s; }";
    let found = names(text);
    let (uses, paths) = shown(&found);
    let expected = [
        "a as a",
        "a::b::C as C",
        "a::b::D as E",
        "a::f as *",
        "super::super::g as g",
        "super::h as h",
        "super::s as s",
    ];
    assert_eq!(uses, expected);
    assert_eq!(paths, ["x::y", "T"]);
    assert_eq!(found.uses.iter().map(|it| (it.is_public, it.named.inside)).next_back(), Some((false, 1)));
    assert!(found.uses[0].is_public);
}
