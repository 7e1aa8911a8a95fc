//! The list of lines. Only visible rows are in the document. Its end is the newest line, and
//! positions are counted from there, so that neither newer nor older rows move the rows that
//! someone reads.

use std::{ops::Range, sync::Arc};

use contract::LineId;
use leptos::{html, prelude::*};

use super::{
    row::row,
    rows::{Row, Rows, Viewport, visible_rows},
};
#[cfg(feature = "hydrate")]
use crate::browser::size::{rect, watch_size};

/// Keys that work in the list.
const LIST_KEYS: &str = "j k Enter Escape Space ArrowDown ArrowUp";
/// Distance from the oldest row at which scrolling loads older rows, pixels.
#[cfg(feature = "hydrate")]
const NEAR_PX: f64 = 400.0;
/// Padding above and below the rows, pixels, as the style sheet has it.
#[cfg(feature = "hydrate")]
const PADDING_PX: f64 = 8.0;

/// The state of the list.
#[derive(Clone, Copy)]
pub struct List {
    /// The rows.
    pub rows: RwSignal<Rows>,
    /// Whether it is scrolled away from the newest row.
    pub is_up: RwSignal<bool>,
    /// Whether it was paused by a button, by a key, or by opening a line.
    pub is_paused: RwSignal<bool>,
    /// The line that is open or selected.
    pub chosen: RwSignal<Option<LineId>>,
    viewport: RwSignal<Viewport>,
    /// Height of a row, pixels; 0 before it was measured.
    row_px: RwSignal<f64>,
    element: NodeRef<html::Div>,
}

impl List {
    /// A list of these rows, with a line that is open.
    #[must_use]
    pub fn new(rows: Rows, chosen: Option<LineId>) -> Self {
        Self {
            rows: RwSignal::new(rows),
            is_up: RwSignal::new(false),
            is_paused: RwSignal::new(false),
            chosen: RwSignal::new(chosen),
            viewport: RwSignal::new(Viewport::default()),
            row_px: RwSignal::new(0.0),
            element: NodeRef::new(),
        }
    }

    /// Whether new rows wait instead of being shown.
    #[must_use]
    pub fn is_held(self) -> bool {
        self.is_up.get_untracked() || self.is_paused.get_untracked()
    }

    /// Shows the rows that wait, and scrolls to the newest.
    pub fn resume(self) {
        self.is_paused.set(false);
        self.is_up.set(false);
        self.rows.update(Rows::resume);
        #[cfg(feature = "hydrate")]
        if let Some(element) = self.element.get_untracked() {
            element.set_scroll_top(0);
        }
    }

    /// Selects a line after or before the selected one; the newest if none is selected.
    pub fn step(self, by: isize) {
        let ids: Vec<LineId> = self.rows.with_untracked(|rows| rows.shown.iter().filter_map(|it| it.id()).collect());
        let at = self.chosen.get_untracked().and_then(|id| ids.iter().position(|it| *it == id));
        let at = at.map_or_else(
            || ids.len().saturating_sub(1),
            |at| at.saturating_add_signed(by).min(ids.len().saturating_sub(1)),
        );
        let Some(id) = ids.get(at).copied() else { return };
        self.chosen.set(Some(id));
        self.scroll_to(id);
    }

    /// Scrolls until a line is visible.
    fn scroll_to(self, id: LineId) {
        #[cfg(feature = "hydrate")]
        if let Some(element) = self.element.get_untracked() {
            let row_px = self.row_px.get_untracked();
            let Some(under) = self.under(id) else { return };
            let Viewport { below_px, height_px } = self.viewport.get_untracked();
            let bottom_px = under as f64 * row_px;
            if bottom_px < below_px {
                element.set_scroll_top(-(bottom_px as i32));
            } else if bottom_px + row_px > below_px + height_px {
                element.set_scroll_top(-((bottom_px + row_px + PADDING_PX - height_px) as i32));
            }
        }
        #[cfg(not(feature = "hydrate"))]
        let _in_the_browser = id;
    }

    /// Measures the list and one of its rows, if it has one.
    #[cfg(feature = "hydrate")]
    fn measure(self) {
        let Some(Some(element)) = self.element.try_get_untracked() else { return };
        let row = element.query_selector("li").ok().flatten();
        if let Some(row) = row {
            self.row_px.try_set(rect(&row).height);
        }
        // What is left of the height beside whole rows, so that the first of them is not cut.
        let row_px = self.row_px.try_get_untracked().filter(|it| *it > 0.0).unwrap_or(1.0);
        let spare_px = (f64::from(element.offset_height()) - PADDING_PX) % row_px;
        let style = web_sys::HtmlElement::style(&element);
        let _only_looks = style.set_property("border-top-width", &[&(spare_px as i32).to_string(), "px"].concat());
        let (below_px, height_px) = (-f64::from(element.scroll_top()), f64::from(element.client_height()));
        let seen = self.chosen.get_untracked().filter(|it| self.is_visible(*it));
        self.viewport.try_set(Viewport { below_px, height_px });
        // The list has lost height to the panel of the line that was opened.
        if let Some(id) = seen {
            self.scroll_to(id);
        }
    }

    /// Whether a line is in the part of the list that was visible when it was last measured.
    #[cfg(feature = "hydrate")]
    fn is_visible(self, id: LineId) -> bool {
        let Viewport { below_px, height_px } = self.viewport.get_untracked();
        let row_px = self.row_px.get_untracked();
        let bottom_px = self.under(id).map(|it| it as f64 * row_px);
        bottom_px.is_some_and(|it| it + row_px > below_px && it < below_px + height_px)
    }

    /// How many rows are below a line.
    #[cfg(feature = "hydrate")]
    fn under(self, id: LineId) -> Option<usize> {
        self.rows.with_untracked(|rows| rows.shown.iter().rev().position(|it| it.id() == Some(id)))
    }

    /// Follows a scroll: at the newest row the list resumes, near the oldest it loads older rows.
    #[cfg(feature = "hydrate")]
    fn scrolled(self, older: Callback<()>) {
        let Some(element) = self.element.get_untracked() else { return };
        let below_px = -f64::from(element.scroll_top());
        let height_px = f64::from(element.client_height());
        self.viewport.set(Viewport { below_px, height_px });
        let is_up = below_px > self.row_px.get_untracked();
        if self.is_up.get_untracked() != is_up {
            self.is_up.set(is_up);
            if !is_up && !self.is_paused.get_untracked() {
                self.resume();
            }
        }
        if is_up && f64::from(element.scroll_height()) - below_px - height_px < NEAR_PX {
            older.run(());
        }
    }
}

/// The list. `base` is the address to which a line's id is added, `older` loads older rows, `open`
/// opens a line, `before` is shown at the oldest end.
pub fn list(
    list: List,
    base: Signal<String>,
    highlights: Arc<[String]>,
    older: Callback<()>,
    open: Callback<(LineId,)>,
    before: AnyView,
) -> AnyView {
    let part = Memo::new(move |_| {
        let n = list.rows.with(|it| it.shown.len());
        (n, visible_rows(n, list.viewport.get(), list.row_px.get()))
    });
    let visible = move || {
        let (_, Range { start, end }) = part.get();
        list.rows.with(|rows| {
            let n = rows.shown.len();
            rows.shown.range(start.min(n)..end.min(n)).cloned().collect::<Vec<_>>()
        })
    };
    let height = move || {
        let row_px = list.row_px.get();
        (row_px > 0.0).then(|| format!("{:.2}px", part.get().0 as f64 * row_px))
    };
    let below = move || {
        let (n, Range { end, .. }) = part.get();
        let row_px = list.row_px.get();
        (row_px > 0.0).then(|| format!("{:.2}px", n.saturating_sub(end) as f64 * row_px))
    };
    let key = |it: &Arc<Row>| it.number;
    let one = move |it: Arc<Row>| row(&it, &base.get_untracked(), &highlights);
    listen(list, older, open);
    view! {
        <div class="log" node_ref=list.element data-keys=LIST_KEYS tabindex="0" role="region" aria-label="Log lines">
            <div class="log-space" class:cut=move || list.row_px.get() != 0.0 style:height=height>
                <ol class="lines" style:padding-bottom=below>
                    <For each=visible key=key children=one />
                </ol>
            </div>
            {before}
        </div>
    }
    .into_any()
}

/// Listens to scrolling, clicks on rows and changes of the list's size. Does nothing on the server.
fn listen(list: List, older: Callback<()>, open: Callback<(LineId,)>) {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::{JsCast, closure::Closure};
        use web_sys::{Element, MouseEvent};

        Effect::new(move |_| {
            let Some(element) = list.element.get() else { return };
            list.measure();
            // The list may have been scrolled before the module was loaded.
            if element.scroll_top() != 0 {
                list.scrolled(older);
            }
            watch_size(&element, move || list.measure());
            let scrolled = Closure::<dyn FnMut()>::new(move || list.scrolled(older));
            element.set_onscroll(Some(scrolled.as_ref().unchecked_ref()));
            let clicked = Closure::<dyn FnMut(MouseEvent)>::new(move |event: MouseEvent| {
                let Some(at) = event.target().and_then(|it| it.dyn_into::<Element>().ok()) else { return };
                let is_selecting =
                    leptos::prelude::window().get_selection().ok().flatten().is_some_and(|it| !it.is_collapsed());
                let is_link = at.closest("a:not(.at)").ok().flatten().is_some();
                let row = at.closest("li[data-line]").ok().flatten();
                let id = row.and_then(|it| it.get_attribute("data-line")?.parse().ok());
                if let Some(id) = id.filter(|_| !is_selecting && !is_link && !event.ctrl_key() && !event.meta_key()) {
                    event.prevent_default();
                    event.stop_propagation();
                    open.run((id,));
                }
            });
            element.set_onclick(Some(clicked.as_ref().unchecked_ref()));
            // Kept for as long as the element may call them.
            let _kept = StoredValue::new_local((scrolled, clicked));
        });
        // Measures the first row of a list that was empty.
        Effect::new(move |_| {
            let n = list.rows.with(|it| it.shown.len());
            if n > 0 && list.row_px.get_untracked() <= 0.0 {
                request_animation_frame(move || list.measure());
            }
        });
        Effect::new(move |_| {
            // Sets the class of the selected row whenever the visible rows change.
            let _visible = (list.viewport.get(), list.rows.with(|it| it.shown.len()));
            let chosen = list.chosen.get().map(|it| it.to_string());
            request_animation_frame(move || {
                let Some(Some(element)) = list.element.try_get_untracked() else { return };
                let Ok(rows) = element.query_selector_all("li[data-line]") else { return };
                for at in 0..rows.length() {
                    let Some(row) = rows.item(at).and_then(|it| it.dyn_into::<Element>().ok()) else { continue };
                    let is_chosen = chosen.is_some() && row.get_attribute("data-line") == chosen;
                    let _set = row.class_list().toggle_with_force("chosen-line", is_chosen);
                }
            });
        });
    }
    #[cfg(not(feature = "hydrate"))]
    let _on_the_server = (list, older, open);
}
