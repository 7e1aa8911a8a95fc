//! What all charts of a page have in common: the crosshair, where it is pinned, the span that is being chosen, and what is marked.
//!
//! Knows no pixels: times come from the canvas that the pointer is over.

use contract::Range;
use leptos::prelude::*;

/// A span of this share of the axis is chosen at least; less is a click.
const CHOSEN_PART: i64 = 80;

/// A span in which lines are known to be missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// Start, unix seconds.
    pub from_s: i64,
    /// End, unix seconds.
    pub to_s: i64,
    /// How many.
    pub lines: u64,
}

/// What is marked on every chart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marked {
    /// Releases, unix seconds.
    pub releases: Vec<i64>,
    /// Spans with losses, in order.
    pub lost: Vec<Lost>,
}

/// The state that charts share.
#[derive(Clone, Copy)]
pub struct Cursor {
    /// Width of a step of the page, seconds; charts with wider steps have the same crosshair.
    pub step_s: i64,
    /// The time under the pointer, unix seconds.
    pub over: RwSignal<Option<i64>>,
    /// The time that the crosshair is pinned to, unix seconds.
    pub pinned: RwSignal<Option<i64>>,
    /// Share of a heatmap's height that the pointer stands at.
    pub height: RwSignal<Option<f64>>,
    /// The span being chosen, unix seconds.
    pub chosen: RwSignal<Option<(i64, i64)>>,
    /// Where choosing began.
    anchor: StoredValue<Option<i64>>,
    /// Shows a span; `None` goes back to what was shown before.
    pub zoom: Callback<(Option<(i64, i64)>,)>,
    /// What is marked on every chart.
    pub marked: Signal<Marked>,
}

impl Cursor {
    /// A crosshair that may be pinned already.
    #[must_use]
    pub fn new(
        step_s: i64,
        pinned: Option<i64>,
        zoom: Callback<(Option<(i64, i64)>,)>,
        marked: Signal<Marked>,
    ) -> Self {
        Self {
            step_s,
            over: RwSignal::new(None),
            pinned: RwSignal::new(pinned),
            height: RwSignal::new(None),
            chosen: RwSignal::new(None),
            anchor: StoredValue::new(None),
            zoom,
            marked,
        }
    }

    /// Where the crosshair stands, unix seconds.
    #[must_use]
    pub fn at(self) -> Option<i64> {
        self.pinned.get().or_else(|| self.over.get())
    }

    /// Begins to choose a span.
    pub fn begin(self, at_s: i64) {
        self.anchor.set_value(Some(at_s));
    }

    /// The pointer is over a step of an axis that is so long, seconds.
    pub fn hover(self, at_s: i64, height: Option<f64>, length_s: i64) {
        self.over.set(Some(at_s));
        self.height.set(height);
        if let Some(anchor_s) = self.anchor.get_value() {
            self.chosen.set(span(anchor_s, at_s, length_s));
        }
    }

    /// The pointer was lifted: what was chosen is shown, or the crosshair pinned.
    pub fn end(self, at_s: i64) {
        if self.anchor.get_value().is_none() {
            return;
        }
        self.anchor.set_value(None);
        match self.chosen.get_untracked() {
            Some(span) => self.zoom.run((Some(span),)),
            None => self.pinned.set(Some(at_s)),
        }
        self.chosen.set(None);
    }

    /// The pointer is gone.
    pub fn leave(self) {
        self.anchor.set_value(None);
        self.over.set(None);
        self.height.set(None);
        self.chosen.set(None);
    }

    /// Takes a key; whether it meant something here. `(from_s, to_s)` is the axis.
    pub fn key(self, key: &str, with_shift: bool, (from_s, to_s): (i64, i64)) -> bool {
        let step_s = self.step_s;
        let at_s = self.pinned.get_untracked().or(self.over.get_untracked());
        let steps = match key {
            "ArrowLeft" => -1,
            "ArrowRight" => 1,
            "Enter" => {
                if let Some(span) = self.chosen.get_untracked() {
                    self.zoom.run((Some(span),));
                } else if let Some(at_s) = at_s {
                    self.pinned.set(Some(at_s));
                }
                return true;
            }
            "Escape" => {
                self.pinned.set(None);
                self.leave();
                return true;
            }
            "Backspace" => {
                self.zoom.run((None,));
                return true;
            }
            _ => return false,
        };
        let last_s = to_s - step_s;
        let now_s = at_s.unwrap_or(last_s);
        let at_s = (now_s + steps * step_s).clamp(from_s.min(last_s), last_s);
        let anchor_s = self.anchor.get_value().filter(|_| with_shift).or(with_shift.then_some(now_s));
        self.anchor.set_value(anchor_s);
        self.chosen.set(anchor_s.and_then(|it| span(it, at_s, to_s - from_s)));
        let pinned = self.pinned.get_untracked().is_some();
        if pinned { self.pinned } else { self.over }.set(Some(at_s));
        true
    }
}

/// The span between two moments; `None` where it is too short to have been meant.
fn span(a_s: i64, b_s: i64, length_s: i64) -> Option<(i64, i64)> {
    let (from_s, to_s) = (a_s.min(b_s), a_s.max(b_s));
    (to_s - from_s >= (length_s / CHOSEN_PART).max(Range::LENGTH_S_MIN)).then_some((from_s, to_s))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_a_short_drag_is_a_click() {
        assert_eq!(span(100, 140, 3_600), None);
        assert_eq!(span(145, 100, 3_600), Some((100, 145)));
        assert_eq!(span(100, 105, 20), None);
        assert_eq!(span(100, 110, 20), Some((100, 110)));
    }
}
