//! The links of a message: the incident, its worst moment on the App page, and the links that mute
//! it without a password.

use contract::alert::{ChannelId, Incident};

use super::text::{Link, Text};
use crate::{
    access::alert_key::AlertKey,
    outlet::mute_link::mute_links,
    store::alert::notice::{Notice, NoticeKind},
    watch::zone::Zone,
};

/// Longest link, bytes: messages have no room for longer ones.
const LINK_BYTES_MAX: usize = 500;
/// Half of the range of the App page around the moment, seconds.
const AROUND_S: i64 = 1_800;

/// Adds the links of a message, where the address of the dashboard is known. A digest has one link,
/// to all incidents.
pub(crate) fn add(
    text: &mut Text,
    notices: &[Notice],
    base: Option<&str>,
    key: &AlertKey,
    channel: ChannelId,
    zone: &str,
    now_ms: i64,
) {
    let Some(base) = base else { return };
    let link = |text: &str, url: String| Link { text: text.to_owned(), url };
    text.links = match notices {
        [Notice { incident: Some(incident), .. }] => vec![
            link("Incident", format!("{base}/incidents/{}", incident.id.0)),
            link("Chart at that moment", format!("{base}{}", moment(incident))),
        ],
        _ => vec![link("All alerts", format!("{base}/alerts"))],
    };
    if let [Notice { incident: Some(incident), kind, .. }] = notices
        && *kind != NoticeKind::Resolved
    {
        let zone = Zone::named(zone).unwrap_or(Zone::UTC);
        let mutes = mute_links(key, base, incident.id, channel, &zone, now_ms);
        text.mutes = mutes.into_iter().map(|it| link(&format!("Mute {}", it.text), it.url)).collect();
    }
    text.links.retain(|it| is_short(&it.url));
    text.mutes.retain(|it| is_short(&it.url));
}

/// The App page around the worst moment, with the crosshair pinned at it.
fn moment(incident: &Incident) -> String {
    let at_s = incident.worst_ms.div_euclid(1_000);
    let (from_s, to_s) = (at_s.saturating_sub(AROUND_S), at_s.saturating_add(AROUND_S));
    // The name of an app needs no escaping; any other text is left out.
    let is_plain = incident.app.bytes().all(|it| it.is_ascii_alphanumeric() || b"-_.".contains(&it));
    let app = if is_plain { incident.app.as_str() } else { "" };
    format!("/apps/{app}?from={from_s}&to={to_s}&at={at_s}&step=10")
}

fn is_short(url: &str) -> bool {
    url.len() <= LINK_BYTES_MAX
}
