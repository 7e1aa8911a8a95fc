//! `/boards/:id` and `/boards/:id/edit`: a page of one's own, and the same while it is edited. What
//! edits is in a module of its own, so that whoever looks at a board does not load it.

pub mod saving;

pub mod editing;

pub mod panel;

pub mod figures;

pub mod tools;

pub mod form;

pub mod header;

pub mod edit;

use contract::{
    Range,
    board::{BoardDraft, BoardPage, BoardQuery, Panel},
};
use leptos::prelude::*;
use leptos_meta::Title;

use self::{editing::Editing, header::header, panel::card, saving::Saving};
use super::{
    not_found::{Failed, NotFound},
    table::Page,
};
use crate::{
    Error,
    chart::cursor::{Annotations, Cursor, Selection},
    live::{clock::Clock, polling::Polling, status::answered},
    part::{
        address::{Address, Query},
        span::range_of,
        type_erasure::erased_view,
    },
    server_fns,
};

/// A board.
#[component]
pub fn BoardRoute() -> impl IntoView {
    route(None)
}

/// Loads the board that the address names.
fn route(editing: Option<Editing>) -> AnyView {
    let here = Address::of_page();
    let path = here.path();
    let query = Memo::new(move |_| here.query.with(|it| query_of(&path, it)));
    let page = server_fns::resource(move || query.get(), server_fns::board);
    let view = move || {
        page.get().map(|answer| match answer {
            Ok(page) => live(page, here, editing),
            Err(Error::Answer(contract::Error::NotFound(text))) => {
                view! { <NotFound what=("Board not found", text) /> }.into_any()
            }
            Err(error) => view! { <Title text=Page::Board.title("") /><Failed error /> }.into_any(),
        })
    };
    answered("Loading…", view)
}

/// The board that an address names; of the last hour where it names no range.
#[must_use]
pub fn query_of(path: &str, query: &Query) -> BoardQuery {
    let id = path.split('/').nth(2).and_then(|it| it.parse().ok()).unwrap_or_default();
    let is_any = query.get("range").is_none() && query.get("from").is_none();
    let range = if is_any { Range::Hour } else { range_of(query) };
    BoardQuery { id, app: query.word("app").to_owned(), range }
}

/// The board, kept up to date.
fn live(page: BoardPage, here: Address, editing: Option<Editing>) -> AnyView {
    let clock = Clock::start(page.at_ms);
    let (range, span) = (page.range, page.span);
    let name = page.board.draft.name.clone();
    let query = BoardQuery { id: page.board.id, app: page.app.clone(), range };
    let state = RwSignal::new(page);
    let saving = Saving::new(state, query);
    keep_fresh(saving, range, clock);
    let cursor = Cursor::new(range.step_s(), None, zoom(here), Signal::derive(Annotations::default));
    let is_wall = move || here.query.with(|it| it.get("wall").is_some());
    // Panels are made again when the board was changed, and otherwise only follow their data.
    let draft = Memo::new(move |_| state.with(|it| it.board.draft.clone()));
    let panels = erased_view(move || {
        let BoardDraft { panels, .. } = draft.get();
        if panels.is_empty() {
            return empty(editing.is_some());
        }
        let cards = panels.into_iter().enumerate();
        let cards = cards.map(|(place, it): (usize, Panel)| card(place, it, (saving, cursor), editing));
        view! { <div class="panels">{cards.collect_view()}</div> }.into_any()
    });
    let leave = move || {
        is_wall().then(|| {
            view! { <a class="leave-wall" href=here.changed("wall", "") aria-label="Exit wall view">"×"</a> }
        })
    };
    view! {
        <Title text=name />
        <div class="board-page" class:wall=is_wall>
            {header(saving, span, editing, here)}
            {panels}
            {editing.map(|it| (it.adder)(saving))}
            <div class="foot">{crate::part::zone::note("Percentiles are accurate to 1 %.")}</div>
            {leave}
        </div>
    }
    .into_any()
}

fn empty(is_editing: bool) -> AnyView {
    let text = if is_editing { "Add the first panel below." } else { "No panels yet." };
    view! {
        <section class="card none-yet">
            <h2>{text}</h2>
            <p>"Charts and log searches have a link “Add to board”. Edit this board to add notes and anything else."</p>
        </section>
    }
    .into_any()
}

/// A drag over a chart shows that span on all panels; Backspace goes back to the last hour.
fn zoom(here: Address) -> Callback<(Option<Selection>,)> {
    Callback::new(move |(selection,): (Option<Selection>,)| {
        let query = here.query.get_untracked();
        let kept = ["app", "wall"].into_iter().filter_map(|it| Some((it.to_owned(), query.get(it)?.to_owned())));
        let mut words: Vec<(String, String)> = kept.collect();
        if let Some(Selection { span_s: (from_s, to_s), .. }) = selection {
            words.extend([("from".to_owned(), from_s.to_string()), ("to".to_owned(), to_s.to_string())]);
        }
        here.go(&Query::of(words).address(&here.path()));
    })
}

/// Loads the data again now and then; a span of the past stays as it was.
fn keep_fresh(saving: Saving, range: Range, clock: Clock) {
    if let Some(polling) = Polling::of_range(range) {
        polling.load(move || saving.load(), move |at_ms| clock.set(at_ms));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_boards_of_addresses() {
        let of = |path: &str, query: &str| query_of(path, &Query::parse(query));
        assert_eq!(of("/boards/7", ""), BoardQuery { id: 7, app: String::new(), range: Range::Hour });
        assert_eq!(of("/boards/7/edit", "").id, 7);
        let found = of("/boards/9", "app=shop&range=24h");
        assert_eq!((found.id, &*found.app, found.range), (9, "shop", Range::Day));
        assert_eq!(of("/boards/x", "from=100&to=500").range, Range::between(100, 500));
    }
}
