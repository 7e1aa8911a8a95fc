//! The sentences at the top of the Alerts page: how much is wrong, and what watches. Pure.

use contract::alert::{AlertsPage, IncidentState};

use crate::{page::alert_words::counted, part::health::capital};

fn in_state(page: &AlertsPage, state: IncidentState) -> usize {
    page.open.iter().filter(|it| it.state == state).count()
}

/// The headline, such as `2 incidents firing, 1 unknown`.
#[must_use]
pub fn headline(page: &AlertsPage) -> String {
    let states = [IncidentState::Firing, IncidentState::Unknown, IncidentState::Pending];
    let counts = states.map(|it| (in_state(page, it), it.word()));
    let mut text = String::new();
    for (n, word) in counts.into_iter().filter(|it| it.0 > 0) {
        text += &if text.is_empty() { format!("{} {word}", counted(n, "incident")) } else { format!(", {n} {word}") };
    }
    if text.is_empty() { "Nothing is wrong".to_owned() } else { text }
}

/// The sentences below it: what is worst, and which rules watch how many apps.
#[must_use]
pub fn explanation(page: &AlertsPage) -> String {
    if page.apps.is_empty() {
        return "No app has sent log lines yet.".to_owned();
    }
    let worst = page.open.first().map(|it| format!("{}: {}. ", it.app, capital(&it.what))).unwrap_or_default();
    let own = page.rules.iter().filter(|it| it.rule.is_enabled).count();
    let own = if own == 0 { String::new() } else { format!(" and {own} of your own") };
    let watch = counted(page.apps.len(), "app");
    format!("{worst}{} built-in rules{own} watch {watch}.", page.built_in.len())
}
