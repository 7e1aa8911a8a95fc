//! The canvas of a chart: the only file that draws. It also knows pointers, themes and frames.
//!
//! plotters draws in whole pixels. The canvas therefore has at least two of them a CSS pixel, so
//! that a line 1.5 CSS pixels wide is sharp on any screen. A chart is drawn at most once a frame.
//! On the server the canvas is an empty box of the same size.

use contract::ChartId;
use leptos::{
    ev::{KeyboardEvent, PointerEvent},
    html,
    prelude::*,
};

use super::{
    cursor::Cursor,
    pin::Pin,
    plot::{Plot, Shape},
};
#[cfg(feature = "hydrate")]
use crate::browser::size::{rect, watch_size};

/// The drawing of a chart, which moves the crosshair.
#[component]
pub fn Canvas(
    #[prop(into)] plot: Signal<Plot>,
    /// The crosshair that all charts of the page share.
    cursor: Cursor,
    /// The chart, for pins.
    chart: ChartId,
    /// The text for screen readers.
    label: String,
) -> impl IntoView {
    let node = NodeRef::<html::Canvas>::new();
    #[cfg(feature = "hydrate")]
    drawing::keep_drawn(node, plot);
    cursor.focus_again(node, chart);
    let axis = move || plot.with_untracked(|it| (it.from_s, it.to_s));
    let place = move |event: &PointerEvent| {
        let (x, y) = pointer_share(node, event);
        (plot.with_untracked(|it| it.step_at(x, cursor.step_s)), y)
    };
    let on_move = move |event: PointerEvent| {
        let ((at_s, y), (from_s, to_s)) = (place(&event), axis());
        let has_rows = plot.with_untracked(|it| it.shape == Shape::Heat);
        cursor.hover(at_s, has_rows.then_some(y), to_s - from_s);
    };
    let on_up = move |event: PointerEvent| {
        let (at_s, y) = place(&event);
        cursor.end(plot.with_untracked(|it| Pin::at(chart, it, at_s, it.hit(at_s, y))));
    };
    let on_key = move |event: KeyboardEvent| {
        let whole = plot.with_untracked(|it| Pin::whole(chart, it));
        if cursor.key(&event.key(), event.shift_key(), axis(), whole) {
            event.prevent_default();
        }
    };
    view! {
        <canvas
            node_ref=node
            data-keys="ArrowLeft ArrowRight Enter Escape Backspace"
            role="img"
            tabindex="0"
            aria-label=label
            on:pointerdown=move |event| if event.button() == 0 { cursor.begin(place(&event).0) }
            on:pointermove=on_move
            on:pointerup=on_up
            on:pointerleave=move |_| cursor.leave()
            on:pointercancel=move |_| cursor.leave()
            on:dblclick=move |_| cursor.zoom.run((None,))
            on:blur=move |_| cursor.blur()
            on:keydown=on_key
        ></canvas>
    }
}

/// The pointer's shares of the canvas's width, from the left, and of its height, from the bottom.
#[cfg(feature = "hydrate")]
fn pointer_share(node: NodeRef<html::Canvas>, event: &PointerEvent) -> (f64, f64) {
    node.get_untracked().map_or((0.0, 0.0), |canvas| {
        let rect = rect(&canvas);
        let x = (f64::from(event.client_x()) - rect.left) / rect.width.max(1.0);
        (x, 1.0 - (f64::from(event.client_y()) - rect.top) / rect.height.max(1.0))
    })
}

/// No pointer moves on the server.
#[cfg(not(feature = "hydrate"))]
const fn pointer_share(_: NodeRef<html::Canvas>, _: &PointerEvent) -> (f64, f64) {
    (0.0, 0.0)
}

#[cfg(feature = "hydrate")]
pub use drawing::paint;

#[cfg(feature = "hydrate")]
mod drawing {
    use std::{cell::RefCell, collections::VecDeque};

    use plotters_canvas::CanvasBackend;
    use wasm_bindgen::{JsCast, closure::Closure};
    use web_sys::{CanvasRenderingContext2d, CssStyleDeclaration, HtmlCanvasElement};

    use super::*;
    use crate::chart::{
        draw::draw,
        palette::{Palette, parse},
    };

    /// How long charts may be drawn in one frame, milliseconds. The rest is drawn in the next
    /// frames.
    const FRAME_MS: f64 = 6.0;

    thread_local! {
        /// Charts that wait to be drawn, each at most once.
        static WAITING: RefCell<VecDeque<Box<dyn FnOnce()>>> = RefCell::default();
    }

    /// Draws in one of the next frames. All charts of a page in one frame would block a slow
    /// device.
    fn in_a_frame(draw: Box<dyn FnOnce()>) {
        let is_first = WAITING.with_borrow_mut(|queue| {
            queue.push_back(draw);
            queue.len() == 1
        });
        if is_first {
            request_animation_frame(draw_some);
        }
    }

    fn draw_some() {
        let now_ms = || window().performance().map_or(0.0, |it| it.now());
        let begun_ms = now_ms();
        // The drawing that runs keeps its place in the queue, so that what it queues waits behind
        // it.
        while let Some(draw) =
            WAITING.with_borrow_mut(|queue| queue.front_mut().map(|it| std::mem::replace(it, Box::new(|| ()))))
        {
            draw();
            let is_empty = WAITING.with_borrow_mut(|queue| {
                queue.pop_front();
                queue.is_empty()
            });
            if !is_empty && now_ms() - begun_ms > FRAME_MS {
                return request_animation_frame(draw_some);
            }
        }
    }

    /// The document's current style, with the values of colour tokens; and dashes.
    struct Tokens {
        style: Option<CssStyleDeclaration>,
        /// What the canvas draws with.
        context: CanvasRenderingContext2d,
    }

    impl Palette for Tokens {
        fn color(&self, token: &str) -> (u8, u8, u8) {
            let text = self.style.as_ref().and_then(|it| it.get_property_value(token).ok());
            text.as_deref().and_then(parse).unwrap_or_default()
        }

        fn dash(&self, lengths: &[f64]) {
            let lengths: js_sys::Array = lengths.iter().copied().map(wasm_bindgen::JsValue::from_f64).collect();
            let _stays_whole = self.context.set_line_dash(&lengths);
        }
    }

    /// Redraws the chart whenever its content, its size or the theme changes.
    pub fn keep_drawn(node: NodeRef<html::Canvas>, plot: Signal<Plot>) {
        let queued = StoredValue::new(false);
        let redraw = move || {
            if queued.try_get_value() != Some(false) {
                return;
            }
            queued.set_value(true);
            in_a_frame(Box::new(move || {
                if queued.try_set_value(false).is_none()
                    && let Some(canvas) = node.try_get_untracked().flatten()
                {
                    plot.try_with_untracked(|plot| paint(&canvas, plot));
                }
            }));
        };
        Effect::new(move |_| {
            plot.track();
            redraw();
        });
        Effect::new(move |_| {
            if let Some(canvas) = node.get() {
                watch_size(&canvas, redraw);
            }
        });
        watch_theme(redraw);
    }

    fn watch_theme(redraw: impl Fn() + Copy + 'static) {
        let watching = StoredValue::new_local(None::<(web_sys::MediaQueryList, Closure<dyn FnMut()>)>);
        Effect::new(move |_| {
            let Ok(Some(query)) = window().match_media("(prefers-color-scheme: dark)") else { return };
            let changed = Closure::<dyn FnMut()>::new(redraw);
            query.set_onchange(Some(changed.as_ref().unchecked_ref()));
            watching.set_value(Some((query, changed)));
        });
        on_cleanup(move || {
            watching.try_update_value(|watching| {
                if let Some((query, _)) = watching.take() {
                    query.set_onchange(None);
                }
            });
        });
    }

    /// Draws a chart on a canvas of the document, in the resolution of the screen.
    pub fn paint(canvas: &HtmlCanvasElement, plot: &Plot) {
        let rect = rect(canvas);
        let ratio = window().device_pixel_ratio();
        let density = if ratio < 1.5 { ratio * 2.0 } else { ratio };
        let (width, height) = ((rect.width * density).round() as u32, (rect.height * density).round() as u32);
        if width == 0 || height == 0 {
            return;
        }
        let is_new = (canvas.width(), canvas.height()) != (width, height);
        if is_new {
            // This clears the canvas too, but takes longer than clearing it.
            canvas.set_width(width);
            canvas.set_height(height);
        }
        let context = canvas.get_context("2d").ok().flatten();
        let Some(context) = context.and_then(|it| it.dyn_into::<CanvasRenderingContext2d>().ok()) else { return };
        if !is_new {
            context.clear_rect(0.0, 0.0, f64::from(width), f64::from(height));
        }
        // Mitred joins make spikes on a noisy line, and round ones are the slowest.
        context.set_line_join("bevel");
        let Some(mut backend) = CanvasBackend::with_canvas_object(canvas.clone()) else { return };
        let style = document().document_element().and_then(|it| window().get_computed_style(&it).ok().flatten());
        if draw(&mut backend, plot, &Tokens { style, context }, density).is_err() {
            leptos::logging::warn!("a chart could not be drawn");
        }
    }
}
