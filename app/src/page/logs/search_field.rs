//! The search field with suggestions below it: fields and values that the app's newest lines have.
//! They are loaded when the field is first used. Without JavaScript it is a plain field.

use contract::{LogQuery, log::LogField};
use leptos::{ev::KeyboardEvent, prelude::*};

use super::{
    suggest::{Suggestion, suggestions},
    syntax::syntax,
};
use crate::{part::number::grouped, server_fns};

/// What the field suggests.
#[derive(Clone, Copy)]
struct Suggesting {
    /// Fields once they are loaded.
    fields: StoredValue<Option<Vec<LogField>>>,
    /// What was typed last; empty if nothing is suggested for it.
    typed: StoredValue<String>,
    shown: RwSignal<Vec<Suggestion>>,
    /// Which one the keys have selected.
    at: RwSignal<Option<usize>>,
}

/// The field with its label. `close` closes the open line.
pub fn search_field(app: &str, query: &LogQuery, close: Callback<()>) -> AnyView {
    let suggesting = Suggesting {
        fields: StoredValue::new(None),
        typed: StoredValue::new(String::new()),
        shown: RwSignal::new(vec![]),
        at: RwSignal::new(None),
    };
    let asked = (app.to_owned(), LogQuery { filter: String::new(), before: None, ..query.clone() });
    let focused = move |_| suggesting.load(asked.clone());
    let is_open = move || suggesting.shown.with(|it| !it.is_empty());
    let active = move || suggesting.at.get().map(option_id);
    view! {
        <div class="search wide" role="none">
            <label for="words" class="vh">"Search"</label>
            <input type="search" id="words" name="q" value=query.filter.clone() autocomplete="off" spellcheck="false"
                placeholder="timeout \"Exact phrase\" -exclude status>=500" aria-keyshortcuts="/" data-keys="ArrowDown ArrowUp Escape"
                role="combobox" aria-label="Search" aria-autocomplete="list" aria-controls="suggestions"
                aria-expanded=move || if is_open() { "true" } else { "false" } aria-activedescendant=active
                on:focus=focused on:input=move |event| suggesting.typed(&event_target_value(&event))
                on:keydown=move |event| suggesting.key(&event, close) on:blur=move |_| suggesting.close() />
            <kbd class="hide-s">"/"</kbd>
            {syntax()}
            {list(suggesting)}
        </div>
    }
    .into_any()
}

fn option_id(at: usize) -> String {
    ["suggestion-", &at.to_string()].concat()
}

/// The suggestions; empty while there are none.
fn list(suggesting: Suggesting) -> AnyView {
    let options = move || {
        let shown = suggesting.shown.get();
        shown.into_iter().enumerate().map(|(at, it)| option(suggesting, at, it)).collect_view()
    };
    view! {
        <ul id="suggestions" class="suggestions" role="listbox" aria-label="Fields and values"
            class:empty=move || suggesting.shown.with(Vec::is_empty)>{options}</ul>
    }
    .into_any()
}

fn option(suggesting: Suggesting, at: usize, it: Suggestion) -> AnyView {
    let is_selected = move || suggesting.at.get() == Some(at);
    let note = (it.lines > 0).then(|| view! { <small>{grouped(it.lines as i64)}" recent lines"</small> });
    // On press, because the field loses the focus before the click.
    view! {
        <li id=option_id(at) role="option" aria-selected=move || if is_selected() { "true" } else { "false" }
            on:pointerdown=move |event| { event.prevent_default(); suggesting.accept(at) }>
            <code>{it.term}</code>{note}
        </li>
    }
    .into_any()
}

impl Suggesting {
    /// Loads the fields, once.
    fn load(self, (app, query): (String, LogQuery)) {
        if self.fields.with_value(Option::is_some) {
            return;
        }
        self.fields.set_value(Some(vec![]));
        leptos::task::spawn_local(async move {
            let found = server_fns::log_fields(app, query).await;
            self.fields.try_set_value(found.ok());
            // Something may have been typed meanwhile.
            if let Some(typed) = self.typed.try_get_value().filter(|it| !it.is_empty()) {
                self.suggest(&typed);
            }
        });
    }

    fn suggest(self, search: &str) {
        self.typed.set_value(search.to_owned());
        let shown = self.fields.with_value(|it| suggestions(search, it.as_deref().unwrap_or_default()));
        self.shown.set(shown);
        self.at.set(None);
    }

    /// Suggests something for a term that was begun.
    fn typed(self, search: &str) {
        if search.is_empty() || search.ends_with(char::is_whitespace) { self.close() } else { self.suggest(search) }
    }

    fn close(self) {
        self.typed.try_set_value(String::new());
        self.at.try_set(None);
        self.shown.try_set(vec![]);
    }

    /// Takes over a suggestion, and suggests what could follow.
    fn accept(self, at: usize) {
        let chosen = self.shown.with_untracked(|shown| shown.get(at).cloned());
        let Some(Suggestion { search, .. }) = chosen else { return };
        #[cfg(feature = "hydrate")]
        crate::browser::document::enter("words", &search);
        #[cfg(not(feature = "hydrate"))]
        let _in_the_browser = search;
    }

    fn key(self, event: &KeyboardEvent, close_line: Callback<()>) {
        let n = self.shown.with_untracked(Vec::len);
        let at = self.at.get_untracked();
        match (&*event.key(), at) {
            ("ArrowDown", _) if n == 0 => self.suggest(&event_target_value(event)),
            ("ArrowDown", _) => self.at.set(Some(at.map_or(0, |it| (it + 1) % n))),
            ("ArrowUp", _) if n > 0 => self.at.set(Some(at.map_or(n, |it| if it == 0 { n } else { it }) - 1)),
            ("Enter" | "Tab", Some(at)) => self.accept(at),
            // The form sends what was typed.
            ("Enter", None) => return self.close(),
            ("Escape", _) if n > 0 => self.close(),
            #[cfg(feature = "hydrate")]
            ("Escape", _) if crate::browser::document::is_line_open() => close_line.run(()),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
        #[cfg(not(feature = "hydrate"))]
        let _in_the_browser = close_line;
    }
}
