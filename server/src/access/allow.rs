//! `OIDC_ALLOW`: who of those that a provider vouches for comes in, and with which role. Addresses,
//! domains and groups in one list; the strongest role that matches counts, and without a match
//! nobody comes in. Whether a claim is true is not decided here.

use super::principal::Role;

/// Most entries.
pub(crate) const ENTRIES_MAX: usize = 1_000;
/// Longest address of mail, bytes (RFC 5321 with its erratum 1690).
pub(crate) const ADDRESS_BYTES_MAX: usize = 254;

/// What an entry is about. Addresses and domains are in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Subject {
    Address(String),
    Domain(String),
    Group(String),
}

/// Who comes in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Allow {
    entries: Vec<(Subject, Role)>,
}

/// Why a text is no such list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AllowError {
    #[error("expected entries such as @example.com=viewer, found none")]
    Empty,
    #[error("expected at most {ENTRIES_MAX} entries, found {0}")]
    TooMany(usize),
    #[error("expected WHO=ROLE such as @example.com=viewer, found {0:?}")]
    NoRole(String),
    #[error("expected viewer, editor or admin behind the = of {entry:?}, found {found:?}")]
    Role { entry: String, found: String },
    #[error("expected an address, a domain or group:NAME before the = of {entry:?}, found {found:?}")]
    Subject { entry: String, found: String },
}

impl Allow {
    /// Reads the list.
    ///
    /// # Errors
    /// See [`AllowError`].
    pub(crate) fn parse(text: &str) -> Result<Self, AllowError> {
        let parts: Vec<&str> = text.split(',').map(str::trim).filter(|it| !it.is_empty()).collect();
        match parts.len() {
            0 => return Err(AllowError::Empty),
            n if n > ENTRIES_MAX => return Err(AllowError::TooMany(n)),
            _ => {}
        }
        let entries = parts.into_iter().map(entry).collect::<Result<_, _>>()?;
        Ok(Self { entries })
    }

    /// The strongest role of somebody with this address and these groups.
    pub(crate) fn role(&self, address: &str, groups: &[String]) -> Option<Role> {
        let address = address.to_ascii_lowercase();
        let domain = address.rsplit_once('@').map(|it| it.1);
        let matching = self.entries.iter().filter(|(subject, _)| match subject {
            Subject::Address(it) => *it == address,
            Subject::Domain(it) => domain == Some(it),
            Subject::Group(it) => groups.contains(it),
        });
        matching.map(|it| it.1).max_by_key(|it| it.allows())
    }

    /// Whether groups matter.
    pub(crate) fn has_groups(&self) -> bool {
        self.entries.iter().any(|it| matches!(it.0, Subject::Group(_)))
    }
}

fn entry(text: &str) -> Result<(Subject, Role), AllowError> {
    // The last one: names of groups may have others.
    let (who, word) = text.rsplit_once('=').ok_or_else(|| AllowError::NoRole(text.to_owned()))?;
    let (who, word) = (who.trim(), word.trim());
    let role = Role::ALL.into_iter().find(|it| it.word() == word);
    let role = role.ok_or_else(|| AllowError::Role { entry: text.to_owned(), found: word.to_owned() })?;
    let subject = subject(who).ok_or_else(|| AllowError::Subject { entry: text.to_owned(), found: who.to_owned() })?;
    Ok((subject, role))
}

fn subject(who: &str) -> Option<Subject> {
    if let Some(name) = who.strip_prefix("group:") {
        let name = name.trim();
        return (!name.is_empty()).then(|| Subject::Group(name.to_owned()));
    }
    if let Some(domain) = who.strip_prefix('@') {
        return is_domain(domain).then(|| Subject::Domain(domain.to_ascii_lowercase()));
    }
    if let Some(address) = checked_address(who) {
        return Some(Subject::Address(address.to_ascii_lowercase()));
    }
    // Without the @ a dot tells a domain from a word that was meant otherwise.
    (is_domain(who) && who.contains('.')).then(|| Subject::Domain(who.to_ascii_lowercase()))
}

/// An address of mail that can be compared and shown: one @ with something on both sides, no
/// blanks, and none of the characters by which the name of a person ends elsewhere.
pub(crate) fn checked_address(text: &str) -> Option<&str> {
    let text = text.trim();
    let (name, domain) = text.split_once('@')?;
    let is_odd = |it: char| it.is_control() || it.is_whitespace() || matches!(it, ':' | ',' | '<' | '>' | '"');
    let is_sound = !name.is_empty() && !name.contains(is_odd) && is_domain(domain) && text.len() <= ADDRESS_BYTES_MAX;
    is_sound.then_some(text)
}

/// Letters of any script, digits, dots and hyphens; no empty label.
fn is_domain(text: &str) -> bool {
    text.split('.').all(|label| !label.is_empty() && label.chars().all(|it| it.is_alphanumeric() || it == '-'))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use super::*;

    #[track_caller]
    fn check(allow: &str, address: &str, groups: &[&str], expected: Option<Role>) {
        let groups: Vec<String> = groups.iter().map(|it| (*it).to_owned()).collect();
        assert_eq!(Allow::parse(allow).unwrap().role(address, &groups), expected, "{allow} {address} {groups:?}");
    }

    #[test]
    fn ok_the_strongest_match_counts() {
        use Role::{Admin, Editor, Viewer};
        let all = "ada@x.org=editor, @x.org=viewer,y.org=viewer, group:ops=admin,group:cn=a b=editor,";
        for (address, groups, expected) in [
            ("ada@x.org", &[][..], Some(Editor)),
            ("ADA@X.ORG", &[], Some(Editor)),
            ("bob@x.org", &[], Some(Viewer)),
            ("bob@y.org", &[], Some(Viewer)),
            ("bob@x.org", &["ops"], Some(Admin)),
            ("ada@x.org", &["dev", "ops"], Some(Admin)),
            ("eve@z.org", &["ops"], Some(Admin)),
            ("eve@z.org", &["cn=a b"], Some(Editor)),
            ("eve@z.org", &["Ops", "op", "group:ops"], None),
            ("eve@z.org", &[], None),
            // A part of a domain is another domain, and so is one that ends likewise.
            ("eve@sub.x.org", &[], None),
            ("eve@ax.org", &[], None),
            ("eve@org", &[], None),
            ("ada@x.org.evil.example", &[], None),
            ("x.org", &[], None),
            ("", &[], None),
        ] {
            check(all, address, groups, expected);
        }
    }

    #[test]
    fn ok_groups_matter_where_there_are_some() {
        assert!(Allow::parse("group:a=viewer").unwrap().has_groups());
        assert!(!Allow::parse("@x.org=viewer").unwrap().has_groups());
    }

    #[test]
    fn err_lists() {
        for (text, expected) in [
            ("", "found none"),
            (" , ", "found none"),
            ("ada@x.org", "expected WHO=ROLE such as @example.com=viewer, found \"ada@x.org\""),
            ("ada@x.org=root", "behind the = of \"ada@x.org=root\", found \"root\""),
            ("ada@x.org=", "found \"\""),
            ("=viewer", "expected an address, a domain or group:NAME before the = of \"=viewer\", found \"\""),
            ("*=viewer", "found \"*\""),
            ("@=viewer", "found \"@\""),
            ("@*.x.org=viewer", "found \"@*.x.org\""),
            ("editors=editor", "found \"editors\""),
            ("group:=viewer", "found \"group:\""),
            ("a@b@c=viewer", "found \"a@b@c\""),
            ("a b@x.org=viewer", "found \"a b@x.org\""),
            ("@x.org=viewer,y..org=viewer", "found \"y..org\""),
        ] {
            let error = Allow::parse(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{text}: {error}");
        }
        let many = "@x.org=viewer,".repeat(ENTRIES_MAX + 1);
        assert_eq!(Allow::parse(&many), Err(AllowError::TooMany(ENTRIES_MAX + 1)));
    }

    #[test]
    fn err_addresses() {
        let long = format!("{}@x.org", "a".repeat(250));
        for address in
            ["", "x.org", "@x.org", "a@", "a@b c", "a:b@x.org", "a\n@x.org", "a@x.org\0", "\"a\"@x.org", &long]
        {
            assert_eq!(checked_address(address), None, "{address}");
        }
        assert_eq!(checked_address(" Zoë.o'b+c@x-y.org "), Some("Zoë.o'b+c@x-y.org"));
    }
}
