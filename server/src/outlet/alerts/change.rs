//! Carries out one change that a person makes on a page or by the API.

use contract::{
    Error,
    alert::{AlertChange, Changed},
};

use super::{channels, mutes, rules};
use crate::{outlet::state::Outlet, watch::mute};

/// Carries out a change that `by` makes.
///
/// # Errors
/// [`Error::Invalid`], [`Error::NotFound`], [`Error::Conflict`] with a sentence.
pub(crate) async fn change(outlet: &Outlet, change: AlertChange, by: &str) -> Result<Changed, Error> {
    let store = &outlet.reader.store;
    let numbered = |id| Changed { id, ..Changed::default() };
    match change {
        AlertChange::SaveRule { id, rule } => rules::save(store, id, rule).await.map(numbered),
        AlertChange::RemoveRule(id) => rules::remove(store, id).await.map(|()| numbered(id)),
        AlertChange::SwitchRule { app, rule, is_on } => {
            rules::switch(store, &app, rule, is_on).await.map(|()| Changed::default())
        }
        AlertChange::SaveChannel { id, channel } => {
            channels::save(store, &outlet.alerting.notifier.key, id, channel).await
        }
        AlertChange::RemoveChannel(id) => channels::remove(store, id).await.map(|()| numbered(id)),
        AlertChange::TestChannel(id) => {
            let delivery = Some(channels::test(&outlet.alerting.notifier, id).await?);
            Ok(Changed { id, delivery, ..Changed::default() })
        }
        AlertChange::Mute(draft) => then_read(outlet, mutes::add(store, draft, by).await).await.map(numbered),
        AlertChange::Unmute(id) => then_read(outlet, mutes::remove(store, id).await).await.map(|()| numbered(id)),
        AlertChange::SaveWindow { id, window } => {
            then_read(outlet, mutes::save_window(store, id, window, by).await).await.map(numbered)
        }
        AlertChange::RemoveWindow(id) => {
            then_read(outlet, mutes::remove_window(store, id).await).await.map(|()| numbered(id))
        }
    }
}

/// A change in words, for the record of changes; nothing of a channel's URL.
pub(crate) fn words(change: &AlertChange) -> String {
    match change {
        AlertChange::SaveRule { id: None, rule } => format!("add rule {}", rule.name),
        AlertChange::SaveRule { id: Some(id), rule } => format!("change rule {id}, {}", rule.name),
        AlertChange::RemoveRule(id) => format!("remove rule {id}"),
        AlertChange::SwitchRule { app, rule, is_on } => {
            format!("switch {} of {app} {}", rule.word(), if *is_on { "on" } else { "off" })
        }
        AlertChange::SaveChannel { id: None, channel } => format!("add channel {}", channel.name),
        AlertChange::SaveChannel { id: Some(id), channel } => format!("change channel {id}, {}", channel.name),
        AlertChange::RemoveChannel(id) => format!("remove channel {id}"),
        AlertChange::TestChannel(id) => format!("test channel {id}"),
        AlertChange::Mute(draft) => {
            let incident = draft.incident.map(|it| format!("incident {it}"));
            let parts = [draft.app.clone(), draft.rule.map(|it| it.to_string()), incident];
            let about: Vec<String> = parts.into_iter().flatten().collect();
            format!("mute {}", if about.is_empty() { "everything".to_owned() } else { about.join(", ") })
        }
        AlertChange::Unmute(id) => format!("end mute {id}"),
        AlertChange::SaveWindow { id: None, window } => format!("add window {}", window.name),
        AlertChange::SaveWindow { id: Some(id), window } => format!("change window {id}, {}", window.name),
        AlertChange::RemoveWindow(id) => format!("remove window {id}"),
    }
}

/// Reads the mutes anew, so that a change counts with the next judgement.
async fn then_read<T>(outlet: &Outlet, done: Result<T, Error>) -> Result<T, Error> {
    if done.is_ok() {
        mute::read(&outlet.reader.store, &outlet.alerting.mutes).await.map_err(super::failed)?;
    }
    done
}
