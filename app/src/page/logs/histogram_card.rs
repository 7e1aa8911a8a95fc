//! The histogram of the Logs page as a card: matching lines over time, errors in red. A drag or
//! keys select bars, and the selection shows the lines of its span.

use contract::{LogHistogram, Span};
use leptos::{html, prelude::*};

use super::histogram::{Selection, selected_span, summary, uncounted_share};
use crate::{
    chart::{
        overlay::{loss_text, span_style},
        scale::round_up,
        tick::{Tick, times},
    },
    part::number::grouped,
};

/// Width and height of the drawing, in units of its own.
const WIDTH: f64 = 1_000.0;
const HEIGHT: f64 = 100.0;

/// All bars of one kind as one SVG path, so that the document stays small.
fn path(values: &[u32], top: u32) -> String {
    let width = WIDTH / values.len().max(1) as f64;
    let gap = (width * 0.12).min(1.5);
    let mut path = String::new();
    for (at, n) in values.iter().enumerate().filter(|it| *it.1 > 0) {
        let x = at as f64 * width;
        // A single line stays visible beside many.
        let height = (f64::from(*n) / f64::from(top) * HEIGHT).max(1.5);
        path.push_str(&format!("M{x:.1} {HEIGHT}v-{height:.1}h{:.1}v{height:.1}z", width - gap));
    }
    path
}

/// The top of the axis: the lowest of 1, 2 and 5 times a power of ten that is at least `most`.
fn top(most: u32) -> u32 {
    round_up(f64::from(most), &[1.0, 2.0, 5.0]).round() as u32
}

/// A histogram once it is known.
type Known = RwSignal<Option<LogHistogram>>;

/// The card. `show_span` shows the lines of a span, `count_all` counts what was not counted.
pub fn histogram_card(histogram: Known, show_span: Callback<(Span,)>, count_all: Callback<()>) -> AnyView {
    let selection = RwSignal::new(None::<Selection>);
    let drawing = Memo::new(move |_| histogram.with(|it| it.as_ref().map(Drawing::new)));
    let text = move || histogram.with(|known| known.as_ref().map(|it| summary(it, selection.get())));
    let count_rest = move || {
        histogram.with(|known| known.as_ref().is_some_and(|it| uncounted_share(it) > 0.0)).then(|| {
            view! { <button class="more" type="button" on:click=move |_| count_all.run(())>"Count all bars"</button> }
        })
    };
    let top = move || drawing.with(|drawing| drawing.as_ref().map(|it| grouped(i64::from(it.top))));
    let element = NodeRef::<html::Div>::new();
    let selecting = Selecting { histogram, selection, is_down: StoredValue::new(false), show_span };
    let moved = move |x: i32, is_pressed: bool| {
        let width = element.get_untracked().map_or(1, |it| it.client_width()).max(1);
        selecting.moved(f64::from(x) / f64::from(width), is_pressed);
    };
    view! {
        <section class="card line-bars" aria-label="Log lines over time">
            <p class="said"><span aria-live="off">{text}</span>{count_rest}</p>
            <div class="bars-y"><span>{top}</span><span>"0"</span></div>
            <div class="bars-plot" node_ref=element data-keys="ArrowLeft ArrowRight Enter Escape" tabindex="0" role="group" aria-label="Histogram. Arrow keys select a bar, Shift with arrow keys a range, Enter shows its log lines."
                on:pointerdown=move |event| moved(event.offset_x(), true) on:pointermove=move |event| moved(event.offset_x(), false)
                on:pointerup=move |_| selecting.released() on:pointerleave=move |_| selecting.clear()
                on:keydown=move |event| if selecting.key(&event.key(), event.shift_key()) { event.prevent_default() }>
                <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") preserveAspectRatio="none" aria-hidden="true">
                    <path class="all" d=move || drawing.with(|drawing| drawing.as_ref().map(|it| it.all.clone())) />
                    <path class="errors" d=move || drawing.with(|drawing| drawing.as_ref().map(|it| it.errors.clone())) />
                </svg>
                {uncounted(histogram)}{lost(histogram)}{selected(histogram, selection)}
            </div>
            <div class="bars-x">{labels(histogram)}</div>
        </section>
    }
    .into_any()
}

/// The bars as SVG paths, and the number of lines at the top of the axis.
#[derive(Clone, PartialEq)]
struct Drawing {
    all: String,
    errors: String,
    top: u32,
}

impl Drawing {
    fn new(histogram: &LogHistogram) -> Self {
        let top = top(histogram.all.iter().copied().max().unwrap_or(0).max(1));
        Self { all: path(&histogram.all, top), errors: path(&histogram.errors, top), top }
    }
}

/// Shades the part of the span that was not counted.
fn uncounted(histogram: Known) -> AnyView {
    let shade = move || {
        let share = histogram.with(|it| it.as_ref().map(uncounted_share)).filter(|it| *it > 0.0)?;
        Some(view! { <span class="uncounted" style=format!("left:0%;width:{:.2}%", share * 100.0)></span> })
    };
    view! { {shade} }.into_any()
}

/// Marks the intervals in which lines were lost.
fn lost(histogram: Known) -> AnyView {
    let intervals = move || {
        histogram.with(|known| {
            let known = known.as_ref()?;
            let all = Selection { anchor: 0, end: known.all.len().saturating_sub(1) };
            let axis = selected_span(known, all).ends();
            let intervals = known.lost.iter().filter_map(|lost| {
                let style = span_style(axis, lost.span.ends())?;
                Some(view! { <span class="lost" style=style title=loss_text(lost)><span class="vh">{loss_text(lost)}</span></span> })
            });
            Some(intervals.collect_view())
        })
    };
    view! { {intervals} }.into_any()
}

/// Marks the selected bars.
fn selected(histogram: Known, selection: RwSignal<Option<Selection>>) -> AnyView {
    let mark = move || {
        let selection = selection.get()?;
        let n = histogram.with(|known| known.as_ref().map_or(0, |it| it.all.len())).max(1) as f64;
        let left = selection.first() as f64 / n * 100.0;
        let right = (selection.last() + 1) as f64 / n * 100.0;
        Some(view! { <i class="chosen" style=format!("left:{left:.2}%;width:{:.2}%", right - left)></i> })
    };
    view! { {mark} }.into_any()
}

/// Times below the bars.
fn labels(histogram: Known) -> AnyView {
    let labels = move || {
        histogram.with(|known| {
            let known = known.as_ref()?;
            let to_s = known.from_s + known.step_s * i64::try_from(known.all.len()).unwrap_or(0);
            let label = |Tick { share, text }: Tick| {
                view! { <span style=format!("left:{:.2}%", share * 100.0)>{text}</span> }
            };
            let inside = times(known.from_s, to_s).into_iter().filter(|it| (0.02..=0.98).contains(&it.share));
            Some(inside.map(label).collect_view())
        })
    };
    view! { {labels} }.into_any()
}

/// Selects bars with the pointer and with keys.
#[derive(Clone, Copy)]
struct Selecting {
    histogram: Known,
    selection: RwSignal<Option<Selection>>,
    is_down: StoredValue<bool>,
    show_span: Callback<(Span,)>,
}

impl Selecting {
    fn bars(self) -> usize {
        self.histogram.with_untracked(|known| known.as_ref().map_or(0, |it| it.all.len()))
    }

    /// Follows the pointer to this share of the width. A press begins a selection, and a drag
    /// extends it.
    fn moved(self, share: f64, is_pressed: bool) {
        let n = self.bars();
        let end = ((share.clamp(0.0, 1.0) * n as f64) as usize).min(n.saturating_sub(1));
        if is_pressed {
            self.is_down.set_value(true);
        }
        let is_drag = self.is_down.get_value() && !is_pressed;
        let anchor = self.selection.get_untracked().filter(|_| is_drag).map_or(end, |it| it.anchor);
        self.selection.set((n > 0).then_some(Selection { anchor, end }));
    }

    fn released(self) {
        if self.is_down.get_value() {
            self.is_down.set_value(false);
            self.show();
        }
    }

    fn clear(self) {
        self.is_down.set_value(false);
        self.selection.set(None);
    }

    /// Shows the lines of the selected bars.
    fn show(self) {
        let Some(selection) = self.selection.get_untracked() else { return };
        let span = self.histogram.with_untracked(|known| known.as_ref().map(|it| selected_span(it, selection)));
        if let Some(span) = span {
            self.show_span.run((span,));
        }
    }

    /// Handles a key; whether it has a meaning here.
    fn key(self, key: &str, with_shift: bool) -> bool {
        let last = self.bars().saturating_sub(1);
        let old = self.selection.get_untracked().unwrap_or(Selection { anchor: last, end: last + 1 });
        let end = match key {
            "ArrowLeft" => old.end.saturating_sub(1),
            "ArrowRight" => (old.end + 1).min(last),
            "Enter" => {
                self.show();
                return true;
            }
            "Escape" => {
                self.clear();
                return true;
            }
            _ => return false,
        };
        self.selection.set(Some(Selection { anchor: if with_shift { old.anchor } else { end }, end }));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_tops_and_paths() {
        assert_eq!([top(1), top(3), top(50), top(51), top(u32::MAX)], [1, 5, 50, 100, u32::MAX]);
        assert_eq!(path(&[0, 10], 10), "M500.0 100v-100.0h498.5v100.0z");
    }
}
