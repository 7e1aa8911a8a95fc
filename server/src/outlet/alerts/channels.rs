//! Channels are checked, saved with their secrets encrypted, and tried.

use std::collections::BTreeSet;

use contract::{
    Error,
    alert::{Changed, ChannelDraft, ChannelId, ChannelKind, Delivery},
    error::quoted,
};

use super::failed;
use crate::{
    access::alert_key::{AlertKey, KeyError},
    clock::now_ms,
    outlet::notify::{
        forms,
        notifier::{Notifier, TestError},
        signature::SigningKey,
        target::Secrets,
    },
    store::{
        Store,
        alert::channels::{self, Checked},
        apps,
    },
    watch::zone::Zone,
};

/// Longest name of a channel, bytes.
const NAME_BYTES_MAX: usize = 200;

/// What of a URL may be shown, all of it encrypted, and a new key of a webhook.
struct Sealed {
    target: (String, Vec<u8>),
    signing_key: Option<String>,
}

/// Adds a channel, or replaces the one of that number, whose URL stays when the draft has none.
/// A new URL of a webhook comes with a new key for its signatures.
///
/// # Errors
/// [`Error::Invalid`], [`Error::NotFound`], [`Error::Conflict`] with a sentence that repeats
/// nothing of the URL.
pub(crate) async fn save(
    store: &Store,
    key: &AlertKey,
    id: Option<ChannelId>,
    draft: ChannelDraft,
) -> Result<Changed, Error> {
    let name = name(&draft)?;
    let zone = Zone::named(&draft.zone).map_err(|it| Error::Invalid(it.to_string()))?;
    let is_kept = id.is_some() && draft.url.trim().is_empty();
    let sealed = if is_kept { None } else { Some(seal(key, &draft)?) };
    let mut db = store.connect().await.map_err(failed)?;
    if let Some(id) = id.filter(|_| is_kept) {
        let known = channels::find(&store.readers, id).await.map_err(failed)?;
        if known.is_some_and(|it| it.channel.kind != draft.kind) {
            return Err(Error::Invalid("expected the URL again, because the kind of the channel changes".to_owned()));
        }
    }
    let known = apps::ids(&mut db).await.map_err(failed)?;
    if let Some(unknown) = draft.apps.iter().find(|it| !known.contains_key(it.as_str())) {
        return Err(Error::Invalid(format!("there is no app named {}", quoted(unknown))));
    }
    let signing_key = sealed.as_ref().and_then(|it| it.signing_key.clone());
    let checked = Checked {
        kind: draft.kind,
        name,
        target: sealed.map(|it| it.target),
        zone: zone.name().to_owned(),
        severity: draft.severity,
        apps: draft.apps.into_iter().collect::<BTreeSet<_>>().into_iter().collect(),
    };
    let id = channels::save(&mut db, id, &checked, now_ms()).await.map_err(error)?;
    Ok(Changed { id, secret: signing_key, delivery: None })
}

/// Removes a channel with its messages.
///
/// # Errors
/// [`Error::NotFound`].
pub(crate) async fn remove(store: &Store, id: ChannelId) -> Result<(), Error> {
    let mut db = store.connect().await.map_err(failed)?;
    if channels::remove(&mut db, id).await.map_err(failed)? { Ok(()) } else { Err(no_channel(id)) }
}

/// Sends a test message at once.
///
/// # Errors
/// [`Error::NotFound`].
pub(crate) async fn test(notifier: &Notifier, id: ChannelId) -> Result<Delivery, Error> {
    notifier.send_test(id).await.map_err(|error| match error {
        TestError::Unknown(id) => no_channel(id),
        TestError::Store(error) => failed(error),
    })
}

/// The name of a draft; that of its kind where it has none.
fn name(draft: &ChannelDraft) -> Result<String, Error> {
    let name = draft.name.trim();
    if name.len() > NAME_BYTES_MAX {
        let found = name.len();
        return Err(Error::Invalid(format!("expected name of at most {NAME_BYTES_MAX} bytes, found {found}")));
    }
    if name.contains(char::is_control) {
        return Err(Error::Invalid(format!("expected name on one line, found {}", quoted(name))));
    }
    Ok(if name.is_empty() { draft.kind.name().to_owned() } else { name.to_owned() })
}

fn seal(key: &AlertKey, draft: &ChannelDraft) -> Result<Sealed, Error> {
    let url = draft.url.trim();
    let target = forms::parse(draft.kind, url).map_err(|it| Error::Invalid(it.to_string()))?;
    let signing_key = match draft.kind {
        ChannelKind::Webhook => Some(SigningKey::generate().map_err(|it| unusable(&KeyError::Random(it)))?),
        _ => None,
    };
    let secrets = Secrets { url: url.to_owned(), signing_key: signing_key.clone() };
    let text = serde_json::to_string(&secrets).map_err(|_| Error::Internal)?;
    let sealed = key.seal(&text).map_err(|it| unusable(&it))?;
    Ok(Sealed { target: (target.shown(), sealed), signing_key })
}

fn unusable(error: &KeyError) -> Error {
    tracing::error!(%error, "a channel could not be encrypted");
    Error::Internal
}

fn no_channel(id: ChannelId) -> Error {
    Error::NotFound(format!("there is no channel {id}"))
}

fn error(error: channels::Error) -> Error {
    match error {
        channels::Error::TooMany => Error::Conflict(error.to_string()),
        channels::Error::Unknown(id) => no_channel(id),
        channels::Error::Store(error) => failed(error),
    }
}
