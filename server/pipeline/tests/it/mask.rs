//! What is masked, and what is not.

use pipeline::mask::masked;

#[test]
fn ok_secrets_are_masked() {
    for (text, expected) in [
        ("by user ann@example.com", "by user ***"),
        ("password=hunter2 user=ann", "password=*** user=ann"),
        ("DB_PASSWORD: hunter2, next", "DB_PASSWORD: ***, next"),
        ("Authorization: Bearer abc.def x", "Authorization: Bearer *** x"),
        ("postgres://ann:pw@db.example/x", "postgres://***@db.example/x"),
        ("access_token=abc;b", "access_token=***;b"),
        ("web@3:Standard-2X", "web@3:Standard-2X"),
        ("(@ref:postgresql-1)", "(@ref:postgresql-1)"),
        ("plain words stay", "plain words stay"),
        ("a\u{1b}[31mb\0c", "a[31mbc"),
    ] {
        assert_eq!(&*masked(text.as_bytes(), 200), expected, "{text}");
    }
}

#[test]
fn ok_texts_are_cut_at_a_character() {
    assert_eq!(&*masked("ééé".as_bytes(), 4), "éé");
    assert_eq!(&*masked(b"\xff\xff", 4), "\u{fffd}");
}
