//! What all charts of a page have in common: the crosshair, where it is pinned, the span that is being chosen, and what is marked.
//!
//! Knows no pixels: times come from the canvas that the pointer is over.

use contract::{LossInterval, Range, Span};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::plot::Plot;
use crate::part::address::{Query, add};

/// Widest step that an address may name, seconds.
const STEP_S_MAX: i64 = 86_400;
/// A span of this share of the axis is chosen at least; less is a click.
const CHOSEN_PART: i64 = 80;

/// What is marked on every chart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marked {
    /// Releases, unix seconds.
    pub releases: Vec<i64>,
    /// Spans with losses, in order.
    pub lost: Vec<LossInterval>,
}

/// What of a chart was clicked, or chosen by a drag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    /// The start of the step that the crosshair is pinned to, unix seconds; `None` for all of the span that is shown.
    pub at_s: Option<i64>,
    /// Width of the chart's step, seconds; that of a bar, say, is wider than the crosshair's.
    pub step_s: i64,
    /// The title of the chart.
    pub chart: String,
    /// The name of the series.
    pub series: Option<String>,
}

impl Pin {
    /// On a series of a chart.
    #[must_use]
    pub fn of(chart: &str, plot: &Plot, at_s: i64, series: Option<&str>) -> Self {
        Self { at_s: Some(at_s), step_s: plot.step_s, chart: chart.to_owned(), series: series.map(str::to_owned) }
    }

    /// On all of a chart, and on its one series where it shows one alone.
    #[must_use]
    pub fn whole(chart: &str, plot: &Plot) -> Self {
        Self { at_s: None, ..Self::of(chart, plot, 0, plot.alone()) }
    }

    /// What an address says that was clicked or chosen: `at=UNIX&step=SECONDS&chart=TITLE&series=NAME`.
    #[must_use]
    pub fn of_query(query: &Query) -> Option<Self> {
        let at_s = query.get("at").and_then(|it| Span::moment(it.parse().ok()?).ok());
        (at_s.is_some() || query.get("chart").is_some()).then(|| Self {
            at_s,
            step_s: query.word("step").parse().unwrap_or(0).clamp(0, STEP_S_MAX),
            chart: query.word("chart").to_owned(),
            series: query.get("series").map(str::to_owned),
        })
    }

    /// Puts it into an address.
    pub fn put(&self, address: &mut String) {
        if let Some(at_s) = self.at_s {
            add(address, "at", &at_s.to_string());
            add(address, "step", &self.step_s.to_string());
        }
        add(address, "chart", &self.chart);
        if let Some(series) = &self.series {
            add(address, "series", series);
        }
    }

    /// The same with the width of a step where an address that somebody wrote names none, seconds.
    #[must_use]
    pub fn stepped(self, step_s: i64) -> Self {
        Self { step_s: if self.step_s == 0 { step_s } else { self.step_s }, ..self }
    }

    /// The span that is meant, unix seconds; `shown_s` is that of the charts.
    #[must_use]
    pub fn span_s(&self, shown_s: (i64, i64)) -> (i64, i64) {
        let step_s = self.step_s.max(1);
        self.at_s.map_or(shown_s, |at_s| (at_s - at_s.rem_euclid(step_s), at_s - at_s.rem_euclid(step_s) + step_s))
    }
}

/// Shows a span, with what it was chosen on; without one goes back to what was shown before.
pub type Zoom = Callback<(Option<((i64, i64), Pin)>,)>;

/// The state that charts share.
#[derive(Clone, Copy)]
pub struct Cursor {
    /// Width of a step of the page, seconds; charts with wider steps have the same crosshair.
    pub step_s: i64,
    /// The time under the pointer, unix seconds.
    pub over: RwSignal<Option<i64>>,
    /// What was clicked or chosen last.
    pub pinned: RwSignal<Option<Pin>>,
    /// Share of the height that the pointer stands at; of a heatmap only.
    pub height: RwSignal<Option<f64>>,
    /// The span being chosen, unix seconds.
    pub chosen: RwSignal<Option<(i64, i64)>>,
    /// Where choosing began.
    anchor: StoredValue<Option<i64>>,
    /// Shows a span.
    pub zoom: Zoom,
    /// What is marked on every chart.
    pub marked: Signal<Marked>,
}

impl Cursor {
    /// A crosshair that may be pinned already.
    #[must_use]
    pub fn new(step_s: i64, pinned: Option<Pin>, zoom: Zoom, marked: Signal<Marked>) -> Self {
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
        self.pinned_at().or_else(|| self.over.get())
    }

    /// Where it is pinned, unix seconds.
    #[must_use]
    pub fn pinned_at(self) -> Option<i64> {
        self.pinned.with(|it| it.as_ref()?.at_s)
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

    /// The pointer was lifted: what was chosen is shown, or the crosshair pinned. `whole` is the chart, `pin` what is under the pointer.
    pub fn end(self, pin: Pin, whole: Pin) {
        if self.anchor.get_value().is_none() {
            return;
        }
        self.anchor.set_value(None);
        match self.chosen.get_untracked() {
            Some(span) => self.zoom.run((Some((span, whole)),)),
            None => self.pinned.set(Some(pin)),
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

    /// Takes a key; whether it meant something here. `(from_s, to_s)` is the axis, `whole` the chart, which Enter pins.
    pub fn key(self, key: &str, with_shift: bool, (from_s, to_s): (i64, i64), whole: Pin) -> bool {
        let step_s = self.step_s;
        let pinned = self.pinned.get_untracked().filter(|it| it.at_s.is_some());
        let at_s = pinned.as_ref().and_then(|it| it.at_s).or(self.over.get_untracked());
        let steps = match key {
            "ArrowLeft" => -1,
            "ArrowRight" => 1,
            "Enter" => {
                if let Some(span) = self.chosen.get_untracked() {
                    self.zoom.run((Some((span, whole)),));
                } else if at_s.is_some() {
                    self.pinned.set(Some(Pin { at_s, ..whole }));
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
        match pinned {
            Some(pinned) => self.pinned.set(Some(Pin { at_s: Some(at_s), ..pinned })),
            None => self.over.set(Some(at_s)),
        }
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
