//! The canvas: the only file that touches pixels, pointers, sizes, themes and frames of the browser.
//!
//! plotters counts in whole pixels, so the canvas has at least two of them to a CSS pixel: lines of one and a half are then sharp on any
//! screen. Drawing happens at most once a frame. On the server this is an empty box of the same size.

use leptos::{
    ev::{KeyboardEvent, PointerEvent},
    html,
    prelude::*,
};

use super::{
    cursor::{Cursor, Pin},
    plot::{Plot, Shape},
};

/// A chart's drawing.
#[component]
pub fn Canvas(
    /// What it shows.
    #[prop(into)]
    plot: Signal<Plot>,
    /// The crosshair.
    cursor: Cursor,
    /// The chart's title.
    title: &'static str,
    /// What a screen reader says.
    label: String,
) -> impl IntoView {
    let node = NodeRef::<html::Canvas>::new();
    #[cfg(feature = "hydrate")]
    browser::keep_drawn(node, plot);
    let axis = move || plot.with_untracked(|it| (it.from_s, it.to_s));
    let place = move |event: &PointerEvent| {
        let (x, y) = share(node, event);
        (plot.with_untracked(|it| it.step_at(x, cursor.step_s)), y)
    };
    let on_move = move |event: PointerEvent| {
        let ((at_s, y), (from_s, to_s)) = (place(&event), axis());
        let has_rows = plot.with_untracked(|it| it.shape == Shape::Heat);
        cursor.hover(at_s, has_rows.then_some(y), to_s - from_s);
    };
    let on_up = move |event: PointerEvent| {
        let (at_s, y) = place(&event);
        let pin = plot.with_untracked(|it| Pin::of(title, it, at_s, it.hit(at_s, y)));
        cursor.end(pin, plot.with_untracked(|it| Pin::whole(title, it)));
    };
    let on_key = move |event: KeyboardEvent| {
        let whole = plot.with_untracked(|it| Pin::whole(title, it));
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
            on:blur=move |_| cursor.leave()
            on:keydown=on_key
        ></canvas>
    }
}

/// Shares of the canvas's width, and of its height from the bottom, at which a pointer stands.
#[cfg(feature = "hydrate")]
fn share(node: NodeRef<html::Canvas>, event: &PointerEvent) -> (f64, f64) {
    node.get_untracked().map_or((0.0, 0.0), |canvas| {
        let place = canvas.get_bounding_client_rect();
        let x = (f64::from(event.client_x()) - place.left()) / place.width().max(1.0);
        (x, 1.0 - (f64::from(event.client_y()) - place.top()) / place.height().max(1.0))
    })
}

#[cfg(not(feature = "hydrate"))]
const fn share(_: NodeRef<html::Canvas>, _: &PointerEvent) -> (f64, f64) {
    (0.0, 0.0)
}

#[cfg(feature = "hydrate")]
pub use browser::paint;

#[cfg(feature = "hydrate")]
mod browser {
    use std::{cell::RefCell, collections::VecDeque};

    use plotters_canvas::CanvasBackend;
    use wasm_bindgen::{JsCast, closure::Closure};
    use web_sys::{CanvasRenderingContext2d, CssStyleDeclaration, HtmlCanvasElement, ResizeObserver};

    use super::*;
    use crate::chart::{
        draw::draw,
        palette::{Palette, parse},
    };

    /// How long charts may be drawn in one frame, milliseconds; those that are left are drawn in the next ones.
    const FRAME_MS: f64 = 6.0;

    thread_local! {
        /// What waits to be drawn; each chart at most once.
        static WAITING: RefCell<VecDeque<Box<dyn FnOnce()>>> = RefCell::default();
    }

    /// Draws in the next frame, or when there is time: all charts of a page at once would hold a slow device up.
    fn in_a_frame(draw: Box<dyn FnOnce()>) {
        let is_first = WAITING.with_borrow_mut(|it| {
            it.push_back(draw);
            it.len() == 1
        });
        if is_first {
            request_animation_frame(draw_some);
        }
    }

    fn draw_some() {
        let now_ms = || window().performance().map_or(0.0, |it| it.now());
        let begun_ms = now_ms();
        // The one that is drawn stays in the queue meanwhile: what it asks for comes behind it.
        while let Some(draw) =
            WAITING.with_borrow_mut(|it| it.front_mut().map(|it| std::mem::replace(it, Box::new(|| ()))))
        {
            draw();
            let is_empty = WAITING.with_borrow_mut(|it| {
                it.pop_front();
                it.is_empty()
            });
            if !is_empty && now_ms() - begun_ms > FRAME_MS {
                return request_animation_frame(draw_some);
            }
        }
    }

    /// The tokens of the document, as they stand now.
    struct Tokens(Option<CssStyleDeclaration>);

    impl Palette for Tokens {
        fn color(&self, token: &str) -> (u8, u8, u8) {
            let text = self.0.as_ref().and_then(|it| it.get_property_value(token).ok());
            text.as_deref().and_then(parse).unwrap_or_default()
        }
    }

    /// Draws whenever the content, the size, or the theme changes.
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
        watch_size(node, redraw);
        watch_theme(redraw);
    }

    fn watch_size(node: NodeRef<html::Canvas>, redraw: impl Fn() + Copy + 'static) {
        let watching = StoredValue::new_local(None::<(ResizeObserver, Closure<dyn FnMut()>)>);
        Effect::new(move |_| {
            let Some(canvas) = node.get() else { return };
            let changed = Closure::<dyn FnMut()>::new(redraw);
            if let Ok(observer) = ResizeObserver::new(changed.as_ref().unchecked_ref()) {
                observer.observe(&canvas);
                watching.set_value(Some((observer, changed)));
            }
        });
        on_cleanup(move || {
            watching.try_update_value(|it| {
                if let Some((observer, _)) = it.take() {
                    observer.disconnect();
                }
            });
        });
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
            watching.try_update_value(|it| {
                if let Some((query, _)) = it.take() {
                    query.set_onchange(None);
                }
            });
        });
    }

    /// Draws a chart over a canvas in the document, as sharp as its screen.
    pub fn paint(canvas: &HtmlCanvasElement, plot: &Plot) {
        let place = canvas.get_bounding_client_rect();
        let ratio = window().device_pixel_ratio();
        let density = if ratio < 1.5 { ratio * 2.0 } else { ratio };
        let (width, height) = ((place.width() * density).round() as u32, (place.height() * density).round() as u32);
        if width == 0 || height == 0 {
            return;
        }
        let is_new = (canvas.width(), canvas.height()) != (width, height);
        if is_new {
            // Setting a size also clears the canvas, and takes longer than clearing it.
            canvas.set_width(width);
            canvas.set_height(height);
        }
        let context = canvas.get_context("2d").ok().flatten();
        let Some(context) = context.and_then(|it| it.dyn_into::<CanvasRenderingContext2d>().ok()) else { return };
        if !is_new {
            context.clear_rect(0.0, 0.0, f64::from(width), f64::from(height));
        }
        // Pointed joins of a noisy line stand out of it like thorns, and round ones take longest.
        context.set_line_join("bevel");
        let Some(mut backend) = CanvasBackend::with_canvas_object(canvas.clone()) else { return };
        let style = document().document_element().and_then(|it| window().get_computed_style(&it).ok().flatten());
        if draw(&mut backend, plot, &Tokens(style), density).is_err() {
            leptos::logging::warn!("a chart could not be drawn");
        }
    }
}
