//! Loads older lines into the list: by a link at its oldest end, and by scrolling there. Without
//! JavaScript the link shows the older lines as a page of their own.

use contract::{LogCursor, LogQuery};
use leptos::prelude::*;

use super::list::List;
use crate::{part::log_address::log_address, server_fns};

/// How older lines are loaded.
pub struct OlderLines {
    /// Loads the next older lines, if there may be some.
    pub load: Callback<()>,
    /// The link that loads them.
    pub link: AnyView,
}

/// Loads the lines before a cursor; there are none if it is `None`.
pub fn older_lines(app: &str, query: &LogQuery, lines: List, before: Option<LogCursor>) -> OlderLines {
    let before = RwSignal::new(before);
    let is_loading = RwSignal::new(false);
    let (app, query) = (app.to_owned(), query.clone());
    let href = {
        let (app, query) = (app.clone(), query.clone());
        move |before| log_address(&app, &LogQuery { before: Some(before), ..query.clone() })
    };
    let load = Callback::new(move |()| {
        let Some(cursor) = before.get_untracked().filter(|_| !is_loading.get_untracked()) else { return };
        is_loading.set(true);
        let (app, query) = (app.clone(), LogQuery { before: Some(cursor), ..query.clone() });
        leptos::task::spawn_local(async move {
            if let Ok(page) = server_fns::log_page(app, query).await {
                before.try_set(page.before);
                let _gone = lines.rows.try_update(|it| it.put_before(page.lines, page.events));
            }
            is_loading.try_set(false);
        });
    });
    let link = move || {
        before.get().map(|cursor| {
            let click = move |event: leptos::ev::MouseEvent| {
                event.prevent_default();
                load.run(());
            };
            let label = move || if is_loading.get() { "Loading…" } else { "Show older lines" };
            view! { <p class="older"><a class="btn" href=href(cursor) on:click=click>{label}</a></p> }
        })
    };
    OlderLines { load, link: view! { {link} }.into_any() }
}
