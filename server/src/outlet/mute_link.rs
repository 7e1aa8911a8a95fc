//! Links in messages that mute an incident without a password: the signature in the link proves
//! that it comes from a message of ours.
//!
//! A link names the incident, how long, the channel and when the link itself ends; nothing of it
//! can be changed without the key. What the link does is in `mute_page`.

use contract::alert::{ChannelId, IncidentId};

use crate::{access::alert_key::AlertKey, watch::zone::Zone};

/// How long a link works, milliseconds: 7 days.
const VALID_MS: i64 = 7 * 86_400_000;
/// Longest token, bytes: four numbers, separators and the signature have at most 110.
const TOKEN_BYTES_MAX: usize = 128;
/// Where the path of a link begins.
pub(crate) const PATH: &str = "/mute/";

/// How long a link mutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Length {
    /// Minutes from the click.
    Minutes(i64),
    /// Until this moment, unix seconds.
    Until(i64),
}

impl Length {
    /// When the mute ends, unix milliseconds.
    #[must_use]
    pub(crate) const fn until_ms(self, now_ms: i64) -> i64 {
        match self {
            Self::Minutes(n) => now_ms.saturating_add(n.saturating_mul(60_000)),
            Self::Until(at_s) => at_s.saturating_mul(1_000),
        }
    }
}

/// What a link does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MuteLink {
    /// The incident.
    pub incident: IncidentId,
    /// The channel whose message has the link.
    pub channel: ChannelId,
    /// How long it mutes.
    pub length: Length,
    /// When the link ends, unix seconds.
    pub ends_s: i64,
}

/// Why a link does nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LinkError {
    /// It is not one of ours, or was changed.
    #[error("expected a mute link as a message has it, found one whose signature is wrong")]
    Wrong,
    /// Its time is over.
    #[error("expected a mute link that still works, found one that has expired")]
    Expired,
}

/// A link as a message shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    /// Its text: `1 h`, `until tomorrow 9:00`.
    pub text: &'static str,
    /// Its address.
    pub url: String,
}

/// The links of a message about an incident: 1 h, 8 h, until tomorrow 9:00 by the clock of the
/// channel's zone. `base_url` is `PUBLIC_URL`.
#[must_use]
pub(crate) fn mute_links(
    key: &AlertKey,
    base_url: &str,
    incident: IncidentId,
    channel: ChannelId,
    zone: &Zone,
    now_ms: i64,
) -> [Link; 3] {
    let morning_s = zone.tomorrow_morning_ms(now_ms).div_euclid(1_000);
    let ends_s = now_ms.saturating_add(VALID_MS).div_euclid(1_000);
    let all = [
        ("1 h", Length::Minutes(60)),
        ("8 h", Length::Minutes(480)),
        ("until tomorrow 9:00", Length::Until(morning_s)),
    ];
    all.map(|(text, length)| {
        let token = MuteLink { incident, channel, length, ends_s }.token(key);
        Link { text, url: format!("{}{PATH}{token}", base_url.trim_end_matches('/')) }
    })
}

impl MuteLink {
    /// The text that is signed: `12.3.60m.1790000000`.
    fn text(&self) -> String {
        let length = match self.length {
            Length::Minutes(n) => format!("{n}m"),
            Length::Until(at_s) => format!("{at_s}s"),
        };
        format!("{}.{}.{length}.{}", self.incident.0, self.channel, self.ends_s)
    }

    /// The token of the link: the text and its signature.
    #[must_use]
    pub(crate) fn token(&self, key: &AlertKey) -> String {
        let text = self.text();
        format!("{text}.{}", key.sign(&signed(&text)))
    }

    /// Reads a token.
    ///
    /// # Errors
    /// See [`LinkError`].
    pub(crate) fn read(key: &AlertKey, token: &str, now_ms: i64) -> Result<Self, LinkError> {
        let (text, signature) = token.rsplit_once('.').unwrap_or((token, ""));
        // Nothing of a text is looked at before its signature is found right.
        if token.len() > TOKEN_BYTES_MAX || !key.is_signed(&signed(text), signature) {
            return Err(LinkError::Wrong);
        }
        let link = Self::parse(text).ok_or(LinkError::Wrong)?;
        let is_over = now_ms >= link.ends_s.saturating_mul(1_000) || link.length.until_ms(now_ms) <= now_ms;
        if is_over { Err(LinkError::Expired) } else { Ok(link) }
    }

    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let mut next = || parts.next();
        let (incident, channel, length, ends_s) = (next()?, next()?, next()?, next()?);
        let length = match length.strip_suffix('m') {
            Some(minutes) => Length::Minutes(minutes.parse().ok()?),
            None => Length::Until(length.strip_suffix('s')?.parse().ok()?),
        };
        Some(Self {
            incident: IncidentId(incident.parse().ok()?),
            channel: channel.parse().ok()?,
            length,
            ends_s: ends_s.parse().ok()?,
        })
    }
}

/// What the signature is of: a signature for another purpose is not that of a link.
fn signed(text: &str) -> String {
    format!("mute {text}")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use super::*;
    use crate::config::Secret;

    const NOW_MS: i64 = 1_790_000_000_000;
    const HOUR_MS: i64 = 3_600_000;

    fn key(text: &str) -> AlertKey {
        let secret: Secret = text.repeat(43).parse().unwrap();
        AlertKey::load(Some(&secret), std::path::Path::new("/nowhere")).unwrap()
    }

    fn links(key: &AlertKey) -> [Link; 3] {
        let berlin = Zone::named("Europe/Berlin").unwrap();
        mute_links(key, "https://gauge.example.com/", IncidentId(12), 3, &berlin, NOW_MS)
    }

    fn token(link: &Link) -> &str {
        link.url.strip_prefix("https://gauge.example.com/mute/").unwrap()
    }

    #[test]
    fn ok_links_come_back() {
        let key = key("A");
        let found = links(&key).map(|it| MuteLink::read(&key, token(&it), NOW_MS).unwrap());
        assert!(found.iter().all(|it| (it.incident, it.channel) == (IncidentId(12), 3)));
        // 16:13 in Berlin.
        let morning_ms = NOW_MS - 13 * 60_000 - 20_000 + 17 * HOUR_MS;
        let until = found.map(|it| it.length.until_ms(NOW_MS));
        assert_eq!(until, [NOW_MS + HOUR_MS, NOW_MS + 8 * HOUR_MS, morning_ms]);
        assert!(links(&key).iter().all(|it| token(it).len() <= TOKEN_BYTES_MAX));
    }

    #[test]
    fn err_links() {
        let (ours, other) = (key("A"), key("E"));
        let [hour, _, morning] = links(&ours);
        let check = |token: &str, now_ms: i64, expected| {
            assert_eq!(MuteLink::read(&ours, token, now_ms), Err(expected), "{token}");
        };
        check(token(&hour), NOW_MS + VALID_MS, LinkError::Expired);
        check(token(&morning), NOW_MS + 24 * HOUR_MS, LinkError::Expired);
        check(token(&links(&other)[0]), NOW_MS, LinkError::Wrong);
        // Another incident, channel, length or end with the signature of this link.
        let (text, signature) = token(&hour).rsplit_once('.').unwrap();
        for changed in ["13.3.60m", "12.4.60m", "12.3.480m", "12.3.60s"] {
            let rest = text.strip_prefix("12.3.60m").unwrap();
            check(&format!("{changed}{rest}.{signature}"), NOW_MS, LinkError::Wrong);
        }
        check(&format!("{text}9.{signature}"), NOW_MS, LinkError::Wrong);
        // A signature of the same text for another purpose.
        check(&format!("{text}.{}", ours.sign(text)), NOW_MS, LinkError::Wrong);
        for garbage in ["", ".", "12", "....", "é.é", &"1.".repeat(5_000)] {
            check(garbage, NOW_MS, LinkError::Wrong);
        }
    }
}
