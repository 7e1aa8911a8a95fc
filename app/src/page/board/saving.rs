//! Changes of a board: sent, shown at once, and taken back where the server refuses them. Also
//! loads the data of its panels again.

use contract::board::{BoardChange, BoardDraft, BoardPage, BoardQuery, Panel};
use leptos::{html, prelude::*};

use crate::{Error, server_fns};

/// The way to change the board of a page. Copies are the same one.
#[derive(Clone, Copy)]
pub struct Saving {
    /// What is shown.
    pub state: RwSignal<BoardPage>,
    query: StoredValue<BoardQuery>,
    /// Why the last change failed.
    pub problem: RwSignal<Option<String>>,
    /// Whether a change is on its way. Meanwhile the board's data is not loaded again.
    pub is_sending: RwSignal<bool>,
    /// The place of the panel that was moved last: it has the focus when panels are made again.
    moved_to: StoredValue<Option<usize>>,
}

impl Saving {
    /// For the board that is shown.
    #[must_use]
    pub fn new(state: RwSignal<BoardPage>, query: BoardQuery) -> Self {
        let query = StoredValue::new(query);
        let (problem, is_sending) = (RwSignal::new(None), RwSignal::new(false));
        Self { state, query, problem, is_sending, moved_to: StoredValue::new(None) }
    }

    /// Loads the board and its data again; returns the server's time.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn load(self) -> Result<i64, Error> {
        let page = server_fns::board(self.query.try_get_value().unwrap_or_default()).await?;
        let at_ms = page.at_ms;
        // An answer that was on its way would take a change back for a moment.
        if self.is_sending.try_get_untracked() == Some(false) {
            self.state.try_set(page);
        }
        Ok(at_ms)
    }

    /// Changes the board.
    pub fn change(self, change: impl FnOnce(&mut BoardDraft)) {
        self.change_then(change, || ());
    }

    /// Changes the board; `then` runs once the server has taken the change.
    pub fn change_then(self, change: impl FnOnce(&mut BoardDraft), then: impl FnOnce() + 'static) {
        if self.is_sending.get_untracked() {
            return;
        }
        let mut board = self.state.with_untracked(|it| it.board.draft.clone());
        change(&mut board);
        let (id, version) = self.state.with_untracked(|it| (it.board.id, it.board.version));
        self.is_sending.set(true);
        self.problem.set(None);
        leptos::task::spawn_local(async move {
            let change = BoardChange::Save { id: Some(id), version: Some(version), board };
            let answer = server_fns::change_board(change).await;
            self.is_sending.try_set(false);
            match answer {
                Ok(_) => then(),
                Err(error) => {
                    self.problem.try_set(Some(error.to_string()));
                }
            }
            let _told_by_the_polling = self.load().await;
        });
    }

    /// Moves a panel to another place.
    pub fn move_panel(self, from: usize, to: usize) {
        let last = self.state.with_untracked(|it| it.board.draft.panels.len().saturating_sub(1));
        self.moved_to.set_value(Some(to.min(last)));
        self.change(move |board| moved(&mut board.panels, from, to));
    }

    /// Gives a button the focus if its panel was moved here.
    pub fn keep_focus(self, button: NodeRef<html::Button>, place: usize) {
        #[cfg(feature = "hydrate")]
        Effect::new(move |_| {
            let Some(button) = button.get() else { return };
            if self.moved_to.get_value() == Some(place) {
                self.moved_to.set_value(None);
                let _is_focused = button.focus();
            }
        });
        #[cfg(not(feature = "hydrate"))]
        let _in_the_browser = (self, button, place);
    }
}

/// Moves a panel; places beyond the end are the end.
fn moved(panels: &mut Vec<Panel>, from: usize, to: usize) {
    if from < panels.len() {
        let panel = panels.remove(from);
        panels.insert(to.min(panels.len()), panel);
    }
}

#[cfg(test)]
mod tests {
    use contract::board::Content;

    use super::*;

    #[test]
    fn ok_panels_are_moved() {
        for (from, to, expected) in [(0, 2, "bca"), (2, 0, "cab"), (1, 1, "abc"), (0, 9, "bca"), (7, 0, "abc")] {
            let panel = |it: char| Panel { title: it.to_string(), width: 1, content: Content::Text(String::new()) };
            let mut panels: Vec<Panel> = "abc".chars().map(panel).collect();
            moved(&mut panels, from, to);
            let found: String = panels.iter().map(|it| &*it.title).collect();
            assert_eq!(found, expected, "{from} {to}");
        }
    }
}
