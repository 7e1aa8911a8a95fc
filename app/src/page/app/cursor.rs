//! The crosshair of the App page. Its pin and the selected span are kept in the address.

use contract::{AppPage, Range};
use leptos::prelude::*;

use super::{address::address, chart_table::log_query, charts::annotations};
use crate::{
    chart::{
        cursor::{Cursor, Selection},
        pin::Pin,
    },
    page::log_card::{self, PinnedLogs},
    part::address::Address,
};

/// The crosshair. The lines behind its pin go into `pinned`.
pub fn cursor(state: RwSignal<AppPage>, range: Range, pinned: RwSignal<Option<PinnedLogs>>) -> Cursor {
    let here = Address::of_page();
    let app = state.with_untracked(|it| it.summary.app.clone());
    let selected_in = move || match range {
        Range::Custom(..) => here.query.with_untracked(|it| it.get("range").map(str::to_owned)),
        _ => Some(range.word().to_owned()),
    };
    let zoom = {
        let app = app.clone();
        Callback::new(move |(selection,): (Option<Selection>,)| {
            let selected_in = selected_in();
            let to = match (&selection, range) {
                (Some(Selection { span_s: (from_s, to_s) }), _) => Range::between(*from_s, *to_s),
                (None, Range::Custom(..)) => Range::from_word(selected_in.as_deref().unwrap_or_default()),
                (None, _) => return,
            };
            here.go(&address(&app, to, selected_in.as_deref(), None));
        })
    };
    let annotations = Memo::new(move |_| state.with(annotations));
    let step_s = state.with_untracked(|it| it.step_s);
    let pin = pinned.with_untracked(|pinned| pinned.as_ref().map(|it| it.pin.clone()));
    let cursor = Cursor::new(step_s, pin, zoom, annotations.into());
    let shown_s = move || state.with_untracked(|it| it.span.ends());
    log_card::follow(app.clone(), cursor.pinned, pinned, move |pin| log_query(pin, shown_s()));
    Effect::new(move |before: Option<Option<Pin>>| {
        let pin = cursor.pinned.get();
        if before.is_some_and(|it| it != pin) {
            here.replace(&address(&app, range, selected_in().as_deref(), pin.as_ref()));
        }
        pin
    });
    cursor
}
