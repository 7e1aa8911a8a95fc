//! `/settings/audit`: the record of changes.

use leptos::prelude::*;

use super::{Outcome, moment, settings, table};
use crate::shell::Assets;

/// A change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub at_s: i64,
    pub who: String,
    pub from: String,
    pub what: String,
}

/// The record of changes as HTML.
#[must_use]
pub fn audit_page(assets: &Assets, changes: Vec<Change>) -> String {
    settings(assets, "/settings/audit", Outcome::default(), move || {
        let rows = changes.into_iter().map(|change| {
            let Change { at_s, who, from, what } = change;
            view! {
                <tr>
                    <td class="moment"><time>{moment(at_s)}</time></td><th scope="row">{who}</th>
                    <td><code>{what}</code></td><td class="moment">{from}</td>
                </tr>
            }
        });
        table("Changes", &["Time", "Who", "What", "From"], rows.collect_view(), "Nothing has been changed yet.")
    })
}
