//! What is done with a panel while a board is edited: it is moved by drag or by keys, made wider,
//! changed, copied, removed.

use contract::board::Panel;
use leptos::{html, prelude::*};

use super::{form, saving::Saving};
use crate::part::type_erasure::erased_option;

/// The bar over a panel.
pub fn tools(place: usize, panel: &Panel, title: &str, saving: Saving) -> AnyView {
    let what = if title.is_empty() { format!("panel {}", place + 1) } else { title.to_owned() };
    let is_open = RwSignal::new(false);
    let grip = NodeRef::<html::Button>::new();
    saving.keep_focus(grip, place);
    let step = move |by: isize| {
        if let Some(to) = place.checked_add_signed(by) {
            saving.move_panel(place, to);
        }
    };
    let keys = move |event: leptos::ev::KeyboardEvent| {
        let by = match &*event.key() {
            "ArrowLeft" | "ArrowUp" => -1,
            "ArrowRight" | "ArrowDown" => 1,
            _ => return,
        };
        event.prevent_default();
        step(by);
    };
    let width = panel.width;
    let resize = move |by: i8| {
        let width = width.saturating_add_signed(by).clamp(1, Panel::WIDTH_MAX);
        saving.change(move |board| {
            if let Some(panel) = board.panels.get_mut(place) {
                panel.width = width;
            }
        });
    };
    let copy = move |_| {
        saving.change(move |board| {
            if let Some(panel) = board.panels.get(place).cloned() {
                board.panels.insert(place + 1, panel);
            }
        });
    };
    let remove = move |_| {
        saving.change(move |board| {
            if place < board.panels.len() {
                board.panels.remove(place);
            }
        });
    };
    let of = |verb: &str| format!("{verb}: {what}");
    let panel = StoredValue::new(panel.clone());
    let editor =
        erased_option(move || is_open.get().then(|| form::editor(Some(place), panel.get_value(), saving, is_open)));
    let begin = move |event: leptos::ev::DragEvent| drag::begin(&event, place);
    let over = move |event: leptos::ev::DragEvent| event.prevent_default();
    let drop = move |event: leptos::ev::DragEvent| {
        event.prevent_default();
        if let Some(from) = drag::dropped(&event) {
            saving.move_panel(from, place);
        }
    };
    view! {
        <div class="panel-tools needs-script" draggable="true" on:dragstart=begin on:dragover=over on:drop=drop>
            <button class="btn small grip" type="button" node_ref=grip data-keys="ArrowLeft ArrowRight ArrowUp ArrowDown" aria-label=of("Move with arrow keys") title="Drag, or move with arrow keys" on:keydown=keys>"⠿"</button>
            <button class="btn small" type="button" aria-label=of("Narrower") disabled={width == 1} on:click=move |_| resize(-1)>"−"</button>
            <span class="dim" title="Columns">{format!("{width}/4")}</span>
            <button class="btn small" type="button" aria-label=of("Wider") disabled={width == Panel::WIDTH_MAX} on:click=move |_| resize(1)>"+"</button>
            <span class="push"></span>
            <button class="btn small" type="button" aria-label=of("Edit") aria-expanded=move || if is_open.get() { "true" } else { "false" } on:click=move |_| is_open.update(|it| *it = !*it)>"Edit"</button>
            <button class="btn small" type="button" aria-label=of("Copy") on:click=copy>"Copy"</button>
            <button class="btn small" type="button" aria-label=of("Remove") on:click=remove>"Remove"</button>
        </div>
        {editor}
    }
    .into_any()
}

/// The place of a dragged panel, which the browser carries along.
mod drag {
    use leptos::ev::DragEvent;

    /// The kind of what is carried: other things that are dropped are not panels.
    #[cfg(feature = "hydrate")]
    const KIND: &str = "application/x-streamgauge-panel";

    pub fn begin(event: &DragEvent, place: usize) {
        #[cfg(feature = "hydrate")]
        if let Some(data) = event.data_transfer() {
            let _carried = data.set_data(KIND, &place.to_string());
        }
        #[cfg(not(feature = "hydrate"))]
        let _in_the_browser = (event, place);
    }

    pub fn dropped(event: &DragEvent) -> Option<usize> {
        #[cfg(feature = "hydrate")]
        return event.data_transfer()?.get_data(KIND).ok()?.parse().ok();
        #[cfg(not(feature = "hydrate"))]
        {
            let _in_the_browser = event;
            None
        }
    }
}
