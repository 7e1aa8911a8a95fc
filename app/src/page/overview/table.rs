//! The table of the Overview: a row for each app, on request in groups by health.

use std::collections::{BTreeMap, BTreeSet};

use contract::{Health, Overview};
use leptos::prelude::*;

use super::{
    row::Row,
    sort::{Column, Sort, sort_header},
};
use crate::{
    live::clock::Clock,
    part::{address::Address, health::HealthMark},
};

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
    /// All apps, in the order of rows.
    order: Memo<Vec<String>>,
    /// The apps that pass the filter, in the same order.
    shown: Memo<Vec<String>>,
    /// Whether rows are grouped by health.
    is_grouped: Memo<bool>,
    /// The app that was selected by keys.
    selected: RwSignal<Option<String>>,
    /// The order that the address names.
    sort: Memo<Sort>,
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
        let rows =
            |order: &Vec<String>| made.with(|made| order.iter().filter(|it| made.contains(*it)).cloned().collect());
        let apps: Vec<String> = order.with(rows);
        if !is_grouped.get() {
            return apps.into_iter().map(TableRow::App).collect();
        }
        state.with(|state| names.with(|names| in_groups(state, apps, names)))
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
    let address = Address::of_page();
    let head = move |text, class, column| sort_header(text, class, column, sort, address);
    let by_health = move || sort.get().is_none().then_some("descending");
    let unsorted = move || address.changed("sort", "");
    view! {
        <table class="apps" hidden=move || shown.with(Vec::is_empty)>
            <thead>
                <tr>
                    <th scope="col" aria-sort=by_health><a href=unsorted>"Health"</a></th>{head("App", "", Column::App)}
                    {head("Requests", "num", Column::Requests)}<th scope="col">"Last 5 min"</th>
                    {head("p50", "num", Column::P50)}{head("p95", "num", Column::P95)}{head("p99", "num", Column::P99)}
                    {head("Error rate", "num", Column::Errors)}{head("Dynos", "num", Column::Dynos)}
                    {head("Last event", "", Column::Event)}
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

/// The rows in groups by health, each with its head.
fn in_groups(overview: &Overview, apps: Vec<String>, shown: &BTreeSet<String>) -> Vec<TableRow> {
    let known: BTreeMap<&str, Health> = overview.apps.iter().map(|it| (it.app.as_str(), it.health)).collect();
    let healths: Vec<_> = apps.into_iter().filter_map(|it| Some((*known.get(it.as_str())?, it))).collect();
    let mut items = Vec::with_capacity(healths.len() + Health::ALL.len());
    for health in Health::ALL {
        let group = healths.iter().filter(|it| it.0 == health).map(|it| &it.1);
        let n = group.clone().filter(|it| shown.contains(*it)).count();
        items.extend((n > 0).then_some(TableRow::Group { health, n }));
        items.extend(group.cloned().map(TableRow::App));
    }
    items
}
