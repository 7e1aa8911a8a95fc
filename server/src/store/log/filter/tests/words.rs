//! Filters of groups: no block with a match is hidden, whatever the lines and the search; most
//! others are.
#![expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]

use contract::LogFilter;
use pipeline::Line;
use proptest::prelude::*;

use super::super::Matcher;
use crate::store::words::{self, Wanted};

/// The blocks of a group that may have lines of a search.
fn may_have(blocks: &[Vec<String>], search: &str) -> u64 {
    words::may_have(blocks, &Wanted::of(LogFilter::parse(search).unwrap().expr())).unwrap()
}

/// The blocks that have a line of a search.
fn have(blocks: &[Vec<String>], search: &str) -> u64 {
    let matcher = Matcher::new(&LogFilter::parse(search).unwrap());
    let matches = |it: &String| matcher.matches(&Line { proc_id: b"web.1", msg: it.as_bytes(), ..Line::default() });
    blocks.iter().enumerate().filter(|it| it.1.iter().any(matches)).fold(0, |all, it| all | 1 << it.0)
}

#[track_caller]
fn check(search: &str, expected: &[usize]) {
    let line = |n: usize| {
        let name = ["alder", "birch", "cedar", "dogwood"][n % 4];
        format!(
            "at=info method=GET path=\"/orders/{n}/{name}\" request_id={:08x}-6a83-4c12-8269-97c8e32cdb22 \
             trace={:032x} session=s{n}xK9zQ code=H1{} service={n}ms",
            n * 7919,
            n * 104_729,
            n % 8,
        )
    };
    let blocks: Vec<Vec<String>> = (0..64).map(|block| (0..20).map(|it| line(block * 20 + it)).collect()).collect();
    let blocks = [&blocks[..63], &[vec!["a needle in Straße 7, {\"n\":12.5,\"k\":\"v-1\"}".to_owned()]]].concat();
    let expected = expected.iter().fold(0, |all, it| all | 1_u64 << it);
    assert_eq!(may_have(&blocks, search), expected, "{search}");
    assert_eq!(have(&blocks, search), expected, "{search}");
}

#[test]
fn ok_only_blocks_with_a_match() {
    let all: Vec<usize> = (0..63).collect();
    check("needle", &[63]);
    check("eedl", &[63]);
    check("STRAße", &[63]);
    check("needles", &[]);
    check("cedar", &all);
    check("zebra", &[]);
    check("code=H17", &all);
    check("code=H18", &[]);
    check(&format!("request_id={:08x}-6a83-4c12-8269-97c8e32cdb22", 21 * 7919), &[1]);
    check("request_id=ffffffff-6a83-4c12-8269-97c8e32cdb22", &[]);
    check(&format!("trace={:032x}", 45 * 104_729), &[2]);
    check("k=v-2", &[]);
    check("service=1000ms", &[50]);
    check("needle OR service=1000ms", &[50, 63]);
    check("-cedar needle", &[63]);
}

#[test]
fn ok_a_group_with_too_much_has_no_filter() {
    let letters = |n: usize| (0..6).map(|it| char::from(b'g' + (n >> (4 * it) & 15) as u8)).collect::<String>();
    let words = |n: usize| vec![(0..n).map(letters).collect::<Vec<_>>()];
    assert!(words::may_have(&words(70_000), &Wanted::Anything).is_some());
    assert_eq!(words::may_have(&words(80_000), &Wanted::Anything), None);
}

/// Boxed, since the trees of nested strategies are larger than a stack.
fn any_word() -> BoxedStrategy<String> {
    prop_oneof![
        "[ab1]{1,3}",
        "[aZé_9]{1,4}",
        "(deadbee[f0]|00000001)-6a83-4c12-8269-97c8e32cdb2[12]",
        "[0-9]{1,2}(\\.[0-9])?(ms|s)?",
        "[0-9a-f]{16}",
        "[a-z0-9]{20}",
    ]
    .boxed()
}

fn any_line() -> impl Strategy<Value = String> {
    const SIGNS: [&str; 12] =
        [" ", "=", "-", ":", "=\"", "\" ", "/", ".", "{\"a\":\"", "\",\"b\":", "\\n", "\u{1b}[31m"];
    let parts = proptest::collection::vec((any_word(), proptest::sample::select(&SIGNS[..])), 0..8);
    prop_oneof![
        3 => parts.prop_map(|parts| parts.into_iter().map(|(word, sign)| word + sign).collect()),
        1 => (any_word(), "[0-9]{1,3}(\\.[0-9]{1,2})?(e[0-9])?", any_word())
            .prop_map(|(text, number, other)| format!(r#"{{"a":"{text} {other}","b":{number},"{other}":"{text}"}}"#)),
    ]
}

fn any_search() -> impl Strategy<Value = String> {
    let word = any_word();
    let term = prop_oneof![
        any_word(),
        (any_word(), any_word()).prop_map(|it| format!("\"{} {}\"", it.0, it.1)),
        (any_word(), any_word()).prop_map(|it| format!("{}-{}", it.0, it.1)),
        ("[ab]", any_word()).prop_map(|it| format!("{}={}", it.0, it.1)),
        ("[ab]", any_word()).prop_map(|it| format!("{}~{}", it.0, it.1)),
        ("[ab]", any_word()).prop_map(|it| format!("{}:{}", it.0, it.1)),
        (any_word(), 0..12_usize, 1..12_usize).prop_map(|(word, from, length)| {
            word.chars().skip(from.min(word.chars().count() - 1)).take(length).collect()
        }),
    ]
    .boxed();
    prop_oneof![
        3 => term.clone(),
        1 => (term.clone(), word).prop_map(|it| format!("{} {}", it.0, it.1)),
        1 => (term.clone(), term).prop_map(|it| format!("{} OR {}", it.0, it.1)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn ok_no_block_with_a_match_is_hidden(
        blocks in proptest::collection::vec(proptest::collection::vec(any_line(), 0..4), 1..10),
        search in any_search(),
    ) {
        if LogFilter::parse(&search).is_ok() {
            let (matches, may) = (have(&blocks, &search), may_have(&blocks, &search));
            prop_assert_eq!(matches & !may, 0, "{} {:?}", search, blocks);
        }
    }
}
