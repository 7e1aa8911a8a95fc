//! The Overview's rows, in groups of one state each where that is wanted.

use std::collections::BTreeSet;

use contract::{Health, Overview};
use leptos::prelude::*;

use super::row::Row;
use crate::{live::clock::Clock, part::health::HealthMark};

/// What stands in the table.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Item {
    Group(Health, usize),
    App(String),
}

/// The table.
#[component]
pub fn Table(
    /// The state of all.
    state: RwSignal<Overview>,
    /// The apps that are shown, worst first.
    shown: Memo<Vec<String>>,
    /// Whether they stand in groups.
    is_grouped: Memo<bool>,
    /// The app that the keys are at.
    selected: RwSignal<Option<String>>,
    /// The server's clock.
    clock: Clock,
) -> impl IntoView {
    let names = Memo::new(move |_| shown.with(|it| it.iter().cloned().collect::<BTreeSet<String>>()));
    // A row that was made stays, and is hidden while a filter leaves it out: to make hundreds takes longer than a key may.
    let made = Memo::new(move |before: Option<&BTreeSet<String>>| {
        let now = names.get();
        before.map_or_else(|| now.clone(), |before| before | &now)
    });
    let rows = Memo::new(move |_| {
        state.with(|it| made.with(|made| names.with(|names| items(it, made, names, is_grouped.get()))))
    });
    let rows = a_frame_later(rows);
    let row = move |item: Item| match item {
        Item::App(name) => {
            let key = name.clone();
            let is_shown = Memo::new(move |_| names.with(|it| it.contains(&key)));
            view! { <Row name state clock selected is_shown /> }.into_any()
        }
        Item::Group(health, n) => view! {
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
                <For each=move || rows.get() key=|it| it.clone() children=row />
            </tbody>
        </table>
    }
}

/// The rows as they were a frame ago: to put hundreds of them into another order takes as long as to fill them, and neither may hold a frame up.
fn a_frame_later(rows: Memo<Vec<Item>>) -> RwSignal<Vec<Item>> {
    let later = RwSignal::new(rows.get_untracked());
    #[cfg(feature = "hydrate")]
    {
        // A hidden tab has no frames, and its orders shall not pile up.
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

/// The rows, with a head for each state where that is wanted: they are in the order of their states already.
fn items(overview: &Overview, made: &BTreeSet<String>, shown: &BTreeSet<String>, is_grouped: bool) -> Vec<Item> {
    let mut items = Vec::with_capacity(made.len() + Health::ALL.len());
    let mut last = None;
    for app in overview.apps.iter().filter(|it| made.contains(&it.app)) {
        if is_grouped && last != Some(app.health) {
            let n = overview.apps.iter().filter(|it| it.health == app.health && shown.contains(&it.app)).count();
            items.extend((n > 0).then_some(Item::Group(app.health, n)));
            last = Some(app.health);
        }
        items.push(Item::App(app.app.clone()));
    }
    items
}
