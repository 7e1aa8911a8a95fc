//! The table of the Overview: a row for each app, on request in groups by health.

use std::collections::BTreeSet;

use contract::{Health, Overview};
use leptos::prelude::*;

use super::row::Row;
use crate::{live::clock::Clock, part::health::HealthMark};

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum TableRow {
    /// The head of a group, with the number of its apps.
    Group { health: Health, n: usize },
    /// An app by name.
    App(String),
}

/// The table of apps.
#[component]
pub fn Table(
    /// The state of all apps.
    state: RwSignal<Overview>,
    /// The apps that pass the filter, worst first.
    shown: Memo<Vec<String>>,
    /// Whether rows are grouped by health.
    is_grouped: Memo<bool>,
    /// The app that was selected by keys.
    selected: RwSignal<Option<String>>,
    clock: Clock,
) -> impl IntoView {
    let names = Memo::new(move |_| shown.with(|it| it.iter().cloned().collect::<BTreeSet<String>>()));
    // Rows are kept and only hidden while the filter excludes them: making hundreds takes longer
    // than a key press may.
    let made = Memo::new(move |before: Option<&BTreeSet<String>>| {
        let now = names.get();
        before.map_or_else(|| now.clone(), |before| before | &now)
    });
    let rows = Memo::new(move |_| {
        state.with(|state| made.with(|made| names.with(|names| items(state, made, names, is_grouped.get()))))
    });
    let rows = next_frame(rows);
    let row = move |item: TableRow| match item {
        TableRow::App(name) => {
            let key = name.clone();
            let is_shown = Memo::new(move |_| names.with(|it| it.contains(&key)));
            view! { <Row name state clock selected is_shown /> }.into_any()
        }
        TableRow::Group { health, n } => view! {
            <tr class="group"><th scope="rowgroup" colspan="10"><HealthMark health />" "<b>{n}</b></th></tr>
        }
        .into_any(),
    };
    view! {
        <table class="apps" hidden=move || shown.with(Vec::is_empty)>
            <thead>
                <tr>
                    <th scope="col">"Health"</th><th scope="col">"App"</th><th scope="col" class="num">"Requests"</th>
                    <th scope="col">"Last 5 min"</th><th scope="col" class="num">"p50"</th><th scope="col" class="num">"p95"</th>
                    <th scope="col" class="num">"p99"</th><th scope="col" class="num">"Error rate"</th>
                    <th scope="col" class="num">"Dynos"</th><th scope="col">"Last event"</th>
                </tr>
            </thead>
            <tbody>
                <For each=move || rows.get() key=|row| row.clone() children=row />
            </tbody>
        </table>
    }
}

/// The rows, one frame late: reordering hundreds of them takes as long as updating them, and one
/// frame has no time for both.
fn next_frame(rows: Memo<Vec<TableRow>>) -> RwSignal<Vec<TableRow>> {
    let later = RwSignal::new(rows.get_untracked());
    #[cfg(feature = "hydrate")]
    {
        // A hidden tab draws no frames. Its requests for one must not pile up.
        let is_queued = StoredValue::new(false);
        Effect::new(move |before: Option<()>| {
            rows.track();
            if before.is_none() || is_queued.get_value() {
                return;
            }
            is_queued.set_value(true);
            request_animation_frame(move || {
                is_queued.try_set_value(false);
                if let Some(now) = rows.try_get_untracked() {
                    later.try_set(now);
                }
            });
        });
    }
    later
}

/// The rows, with a head for each group if they are grouped. Apps are in the order of their health
/// already.
fn items(overview: &Overview, made: &BTreeSet<String>, shown: &BTreeSet<String>, is_grouped: bool) -> Vec<TableRow> {
    let mut items = Vec::with_capacity(made.len() + Health::ALL.len());
    let mut last = None;
    for app in overview.apps.iter().filter(|it| made.contains(&it.app)) {
        if is_grouped && last != Some(app.health) {
            let n = overview.apps.iter().filter(|it| it.health == app.health && shown.contains(&it.app)).count();
            items.extend((n > 0).then_some(TableRow::Group { health: app.health, n }));
            last = Some(app.health);
        }
        items.push(TableRow::App(app.app.clone()));
    }
    items
}
