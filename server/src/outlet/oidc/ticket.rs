//! What a browser keeps while somebody is at the provider, in a cookie of its own: what the answer
//! must repeat, and the page to return to. The server keeps nothing, so nobody can crowd others out
//! and a restart loses no sign-in. Whoever changes it only spoils their own sign-in.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};

/// Name of the cookie.
pub(crate) const TICKET_COOKIE: &str = "streamgauge_oidc";
/// How long somebody may stay at the provider, seconds.
pub(crate) const TICKET_S: i64 = 600;
/// Longest cookie that is read, bytes: browsers keep no longer ones.
const TICKET_BYTES_MAX: usize = 4_096;

/// What a browser keeps. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Ticket {
    /// When it was made, unix seconds.
    pub began_s: i64,
    /// What the answer must repeat in its address.
    pub state: String,
    /// What the token must repeat.
    pub nonce: String,
    /// What proves to the provider that the one who asked also takes the answer (PKCE).
    pub verifier: String,
    /// The path of this server to return to.
    pub to: String,
}

impl std::fmt::Debug for Ticket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ticket(•••)")
    }
}

impl Ticket {
    /// The value of the cookie.
    pub(crate) fn to_cookie(&self) -> String {
        let Self { began_s, state, nonce, verifier, to } = self;
        format!("{began_s}.{state}.{nonce}.{verifier}.{}", BASE64.encode(to))
    }

    /// Reads the value of the cookie; `None` where it is no ticket, or is over.
    pub(crate) fn parse(cookie: &str, now_s: i64) -> Option<Self> {
        if cookie.len() > TICKET_BYTES_MAX {
            return None;
        }
        let mut parts = cookie.split('.');
        let began_s: i64 = parts.next()?.parse().ok()?;
        let mut word = || parts.next().filter(|it| !it.is_empty()).map(str::to_owned);
        let (state, nonce, verifier) = (word()?, word()?, word()?);
        let to = String::from_utf8(BASE64.decode(parts.next()?).ok()?).ok()?;
        let age_s = now_s.checked_sub(began_s)?;
        let is_whole = parts.next().is_none() && (-TICKET_S..TICKET_S).contains(&age_s);
        is_whole.then_some(Self { began_s, state, nonce, verifier, to })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticket() -> Ticket {
        let [state, nonce, verifier] = ["s-_1", "n", "v"].map(str::to_owned);
        Ticket { began_s: 1_000_000, state, nonce, verifier, to: "/apps/ä?range=1h".to_owned() }
    }

    #[test]
    fn ok_a_ticket_is_read_until_it_is_over() {
        let (ticket, cookie) = (ticket(), ticket().to_cookie());
        assert!(cookie.bytes().all(|it| it.is_ascii_alphanumeric() || b".-_".contains(&it)), "{cookie}");
        for (now_s, is_valid) in [(1_000_000, true), (1_000_599, true), (1_000_600, false), (999_000, false)] {
            assert_eq!(Ticket::parse(&cookie, now_s), Some(ticket.clone()).filter(|_| is_valid), "{now_s}");
        }
    }

    #[test]
    fn err_tickets() {
        let cookie = ticket().to_cookie();
        let long = "a".repeat(TICKET_BYTES_MAX + 1);
        for text in [
            "",
            ".",
            "....",
            "x.s.n.v.Lw",
            "1000000.s.n..Lw",
            "1000000.s.n.v.!",
            "1000000.s.n.v",
            &format!("{cookie}.a"),
            &long,
        ] {
            assert_eq!(Ticket::parse(text, 1_000_000), None, "{text}");
        }
        assert_eq!(Ticket::parse(&format!("{}.s.n.v.Lw", i64::MIN), i64::MAX), None);
    }
}
