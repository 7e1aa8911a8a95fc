//! The canvas: the only file that touches pixels, pointers, sizes, themes and frames of the browser.
//!
//! plotters counts in whole pixels, so the canvas has at least two of them to a CSS pixel: lines of one and a half are then sharp on any
//! screen. Drawing happens at most once a frame. On the server this is an empty box of the same size.

use leptos::{html, prelude::*};

use super::plot::Plot;

/// A chart's drawing. `cursor` is the time under the pointer, unix seconds, shared by all charts of a page.
#[component]
pub fn Canvas(
    /// What it shows.
    #[prop(into)]
    plot: Signal<Plot>,
    /// The time under the pointer.
    cursor: RwSignal<Option<i64>>,
    /// What a screen reader says.
    label: String,
) -> impl IntoView {
    let node = NodeRef::<html::Canvas>::new();
    #[cfg(feature = "hydrate")]
    browser::keep_drawn(node, plot);
    let to_cursor = move |x: f64| cursor.set(Some(plot.with_untracked(|it| it.step_at(x))));
    let step = move |steps: i64| {
        let (from_s, to_s, step_s) = plot.with_untracked(|it| (it.from_s, it.to_s, it.step_s));
        let at_s = cursor.get_untracked().unwrap_or(to_s - step_s) + steps * step_s;
        cursor.set(Some(at_s.clamp(from_s, to_s - step_s)));
    };
    view! {
        <canvas
            node_ref=node
            role="img"
            tabindex="0"
            aria-label=label
            on:pointermove=move |event| to_cursor(share(node, f64::from(event.client_x())))
            on:pointerleave=move |_| cursor.set(None)
            on:blur=move |_| cursor.set(None)
            on:keydown=move |event| match &*event.key() {
                "ArrowLeft" => { event.prevent_default(); step(-1) }
                "ArrowRight" => { event.prevent_default(); step(1) }
                "Escape" => cursor.set(None),
                _ => {}
            }
        ></canvas>
    }
}

/// Share of the canvas's width at which a pointer stands.
#[cfg(feature = "hydrate")]
fn share(node: NodeRef<html::Canvas>, client_x: f64) -> f64 {
    node.get_untracked().map_or(0.0, |canvas| {
        let place = canvas.get_bounding_client_rect();
        (client_x - place.left()) / place.width().max(1.0)
    })
}

#[cfg(not(feature = "hydrate"))]
const fn share(_: NodeRef<html::Canvas>, _: f64) -> f64 {
    0.0
}

#[cfg(feature = "hydrate")]
mod browser {
    use plotters_canvas::CanvasBackend;
    use wasm_bindgen::{JsCast, closure::Closure};
    use web_sys::{CssStyleDeclaration, HtmlCanvasElement, ResizeObserver};

    use super::*;
    use crate::chart::{
        draw::draw,
        palette::{Palette, parse},
    };

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
            request_animation_frame(move || {
                if queued.try_set_value(false).is_none()
                    && let Some(canvas) = node.try_get_untracked().flatten()
                {
                    plot.try_with_untracked(|plot| paint(&canvas, plot));
                }
            });
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

    fn paint(canvas: &HtmlCanvasElement, plot: &Plot) {
        let place = canvas.get_bounding_client_rect();
        let ratio = window().device_pixel_ratio();
        let density = if ratio < 1.5 { ratio * 2.0 } else { ratio };
        let (width, height) = ((place.width() * density).round() as u32, (place.height() * density).round() as u32);
        if width == 0 || height == 0 {
            return;
        }
        // Setting a size also clears the canvas.
        canvas.set_width(width);
        canvas.set_height(height);
        let Some(mut backend) = CanvasBackend::with_canvas_object(canvas.clone()) else { return };
        let style = document().document_element().and_then(|it| window().get_computed_style(&it).ok().flatten());
        if draw(&mut backend, plot, &Tokens(style), density).is_err() {
            leptos::logging::warn!("a chart could not be drawn");
        }
    }
}
