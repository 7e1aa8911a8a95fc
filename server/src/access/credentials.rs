//! People, sessions and API tokens in memory, so that no request waits for the store to know who
//! asks. The store replaces all of them every second, and takes over when each was last used.
//! Passwords are not checked here.

use std::{
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard},
};

use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

use super::{
    TokenHash,
    principal::{Apps, Principal, Role, Scope},
    shares::Shares,
    token,
};

/// Least time between two notes of when something was used, milliseconds.
const NOTE_EVERY_MS: i64 = 60_000;

/// An API token that may ask.
#[derive(Clone, Debug)]
pub(crate) struct KnownToken {
    pub id: i64,
    pub name: Arc<str>,
    pub scope: Scope,
    pub apps: Option<Apps>,
    /// When it is over, unix milliseconds.
    pub expires_ms: Option<i64>,
}

/// Somebody with a name.
#[derive(Clone, Debug)]
pub(crate) struct KnownPerson {
    pub id: i64,
    pub name: Arc<str>,
    pub role: Role,
    /// The Argon2id hash of the password; none until an invitation is accepted.
    pub password: Option<Arc<str>>,
}

/// A browser that is signed in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KnownSession {
    pub id: i64,
    /// Whose it is; none for the administrator's.
    pub person: Option<i64>,
    /// When it is over, used or not, unix milliseconds.
    pub ends_ms: Option<i64>,
}

impl KnownSession {
    fn is_over(&self, now_ms: i64) -> bool {
        self.ends_ms.is_some_and(|it| it <= now_ms)
    }
}

/// What sessions end with besides time: their hashes are made with these.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Marks<'a> {
    /// The hash of the administrator's password.
    pub admin: Option<&'a TokenHash>,
    /// The hash of the settings of the provider.
    pub provider: Option<&'a TokenHash>,
}

/// All that is known at a moment.
#[derive(Debug, Default)]
pub(crate) struct Known {
    pub tokens: FxHashMap<TokenHash, KnownToken>,
    pub people: Vec<KnownPerson>,
    pub sessions: FxHashMap<TokenHash, KnownSession>,
}

impl Known {
    /// The session of a cookie, over or not.
    fn session(&self, cookie: &str, marks: Marks<'_>) -> Option<KnownSession> {
        let of_person = || self.sessions.get(&token::hash(cookie)).filter(|it| it.person.is_some());
        let of_admin = || self.sessions.get(&marked(cookie, marks.admin?)).filter(|it| it.person.is_none());
        let of_provider = || self.sessions.get(&marked(cookie, marks.provider?)).filter(|it| it.person.is_some());
        of_person().or_else(of_admin).or_else(of_provider).copied()
    }
}

/// What was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Used {
    Token(i64),
    Session(i64),
}

/// When something was last used, and from where.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Use {
    pub at_ms: i64,
    pub from: Option<IpAddr>,
}

/// People, sessions, API tokens and share links.
#[derive(Debug, Default)]
pub(crate) struct Credentials {
    known: RwLock<Known>,
    /// One entry for each known token and session.
    uses: Mutex<FxHashMap<Used, (Use, IsWritten)>>,
    pub(crate) shares: Shares,
}

type IsWritten = bool;

impl Credentials {
    /// Replaces all by what is stored now.
    pub(crate) fn replace(&self, known: Known) {
        let (mut uses, is_known) = (self.uses(), |used: &Used| match used {
            Used::Token(id) => known.tokens.values().any(|it| it.id == *id),
            Used::Session(id) => known.sessions.values().any(|it| it.id == *id),
        });
        uses.retain(|it, _| is_known(it));
        drop(uses);
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = known;
    }

    /// Who has this API token.
    pub(crate) fn of_token(&self, text: &str, from: Option<IpAddr>, now_ms: i64) -> Option<Principal> {
        if !Scope::ALL.iter().any(|it| text.starts_with(it.prefix())) {
            return None;
        }
        let known = self.known();
        let found = known.tokens.get(&token::hash(text))?;
        if found.expires_ms.is_some_and(|it| it <= now_ms) {
            return None;
        }
        self.note(Used::Token(found.id), from, now_ms);
        let KnownToken { id, name, scope, apps, .. } = found.clone();
        Some(Principal::Token { id, name, scope, apps })
    }

    /// The session of a cookie and whose it is.
    pub(crate) fn of_session(
        &self,
        cookie: &str,
        marks: Marks<'_>,
        from: Option<IpAddr>,
        now_ms: i64,
    ) -> Option<(KnownSession, Principal)> {
        let known = self.known();
        let session = known.session(cookie, marks).filter(|it| !it.is_over(now_ms))?;
        let who = match session.person {
            None => Principal::Admin { name: Some("admin".to_owned()) },
            Some(id) => {
                let person = known.people.iter().find(|it| it.id == id)?;
                Principal::Person { id, name: Arc::clone(&person.name), role: person.role }
            }
        };
        self.note(Used::Session(session.id), from, now_ms);
        Some((session, who))
    }

    /// Whether a cookie is that of a session. Not noted as a use.
    pub(crate) fn has_session(&self, cookie: &str, marks: Marks<'_>, now_ms: i64) -> bool {
        self.known().session(cookie, marks).is_some_and(|it| !it.is_over(now_ms))
    }

    /// When the session of a cookie was over, if it is.
    pub(crate) fn ended_ms(&self, cookie: &str, marks: Marks<'_>, now_ms: i64) -> Option<i64> {
        self.known().session(cookie, marks).filter(|it| it.is_over(now_ms))?.ends_ms
    }

    /// The person of a name.
    pub(crate) fn person(&self, name: &str) -> Option<KnownPerson> {
        self.known().people.iter().find(|it| it.name.eq_ignore_ascii_case(name)).cloned()
    }

    /// Whether there is anybody with a name.
    pub(crate) fn has_people(&self) -> bool {
        !self.known().people.is_empty()
    }

    /// Whether anybody with a name has a password.
    pub(crate) fn has_passwords(&self) -> bool {
        self.known().people.iter().any(|it| it.password.is_some())
    }

    /// What was used since this was last asked.
    pub(crate) fn take_uses(&self) -> Vec<(Used, Use)> {
        let mut uses = self.uses();
        let new = uses.iter_mut().filter(|it| !it.1.1);
        new.map(|(used, (at, is_written))| {
            *is_written = true;
            (*used, *at)
        })
        .collect()
    }

    fn note(&self, used: Used, from: Option<IpAddr>, now_ms: i64) {
        let mut uses = self.uses();
        if uses.get(&used).is_none_or(|it| (now_ms - it.0.at_ms).abs() >= NOTE_EVERY_MS) {
            uses.insert(used, (Use { at_ms: now_ms, from }, false));
        }
    }

    fn known(&self) -> RwLockReadGuard<'_, Known> {
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn uses(&self) -> MutexGuard<'_, FxHashMap<Used, (Use, IsWritten)>> {
        self.uses.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The hash under which a session is stored that ends with something: that of the administrator
/// with another password, those of a provider's people with other settings. The cookie has 256
/// random bits, so the hash tells nothing about the password.
pub(crate) fn marked(cookie: &str, mark: &TokenHash) -> TokenHash {
    Sha256::new().chain_update(cookie.as_bytes()).chain_update(mark).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(apps: Option<Apps>, expires_ms: Option<i64>) -> Credentials {
        let credentials = Credentials::default();
        let token = KnownToken { id: 7, name: "ci".into(), scope: Scope::Read, apps, expires_ms };
        let tokens = [(token::hash("sgr_abcdefghijklmnop"), token)].into_iter().collect();
        credentials.replace(Known { tokens, ..Known::default() });
        credentials
    }

    #[test]
    fn ok_a_token_is_known_until_it_expires() {
        let credentials = known(None, Some(1_000));
        assert!(credentials.of_token("sgr_abcdefghijklmnop", None, 999).is_some());
        for (text, now_ms) in [("sgr_abcdefghijklmnop", 1_000), ("sgr_abcdefghijklmnoq", 0), ("", 0)] {
            assert_eq!(credentials.of_token(text, None, now_ms), None, "{text} {now_ms}");
        }
    }

    #[test]
    fn ok_a_use_is_noted_once_a_minute() {
        let credentials = known(None, None);
        let uses = |now_ms| {
            credentials.of_token("sgr_abcdefghijklmnop", None, now_ms);
            credentials.take_uses().len()
        };
        assert_eq!([0, 1, 59_999, 60_000, 60_001, 130_000].map(uses), [1, 0, 0, 1, 0, 1]);
    }

    #[test]
    fn ok_another_mark_ends_a_session() {
        let (old, new) = ([1; 32], [2; 32]);
        let admin = |it| Marks { admin: Some(it), provider: None };
        let provider = |it| Marks { admin: None, provider: Some(it) };
        let all = Marks { admin: Some(&old), provider: Some(&old) };
        for (person, right, wrong) in [
            (None, admin(&old), [admin(&new), provider(&old)]),
            (Some(5), provider(&old), [provider(&new), admin(&old)]),
        ] {
            let credentials = Credentials::default();
            let session = KnownSession { id: 1, person, ends_ms: Some(1_000) };
            let people = vec![KnownPerson { id: 5, name: "a".into(), role: Role::Viewer, password: None }];
            let sessions = [(marked("cookie", &old), session)].into_iter().collect();
            credentials.replace(Known { sessions, people, ..Known::default() });
            for marks in [right, all] {
                assert!(credentials.of_session("cookie", marks, None, 999).is_some(), "{person:?}");
                assert!(credentials.of_session("cookie", marks, None, 1_000).is_none(), "{person:?}");
                assert_eq!([999, 1_000].map(|it| credentials.ended_ms("cookie", marks, it)), [None, Some(1_000)]);
            }
            for marks in [Marks::default(), wrong[0], wrong[1]] {
                assert!(credentials.of_session("cookie", marks, None, 0).is_none(), "{person:?} {marks:?}");
                assert_eq!(credentials.ended_ms("cookie", marks, 5_000), None);
            }
        }
    }
}
