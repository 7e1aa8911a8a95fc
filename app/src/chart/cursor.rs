//! The state that all charts of a page share: the crosshair, its pin, the selection, and
//! annotations.
//!
//! Knows no pixels. The canvas under the pointer turns them into times.

use contract::{ChartId, LossInterval, Range};
use leptos::{html, prelude::*};

use super::pin::Pin;

/// A drag over less than one part in this many of the axis counts as a click.
const SELECTION_PART_MIN: i64 = 80;

/// A span that is marked on every chart, such as an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkedSpan {
    /// Start and end, unix seconds.
    pub span_s: (i64, i64),
    /// The class that gives it its colour.
    pub look: &'static str,
    /// What it is, for tooltips.
    pub text: String,
}

/// What is marked on every chart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Annotations {
    /// Times of releases, unix seconds.
    pub releases: Vec<i64>,
    /// Spans in which lines were lost, in order of time.
    pub lost: Vec<LossInterval>,
    /// Other spans, in order of time.
    pub marked: Vec<MarkedSpan>,
}

/// A span that was selected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selection {
    /// Start and end, unix seconds.
    pub span_s: (i64, i64),
}

/// The chart on which a key has zoomed. The page then comes anew with its canvas, which gets the
/// focus again. Provided by pages that are made anew.
#[derive(Clone, Copy)]
pub struct ZoomedChart(StoredValue<Option<ChartId>>);

impl ZoomedChart {
    /// Keeps the focus over zooms of the page that is being made.
    pub fn provide() {
        provide_context(Self(StoredValue::new(None)));
    }
}

/// Shows a selection; `None` goes back to the span before.
pub type Zoom = Callback<(Option<Selection>,)>;

/// The shared state. Copies are the same one.
#[derive(Clone, Copy)]
pub struct Cursor {
    /// Width of the crosshair's step, seconds. Charts with wider steps use it too.
    pub step_s: i64,
    /// The time under the pointer, unix seconds.
    pub hovered_s: RwSignal<Option<i64>>,
    /// What was clicked or selected last.
    pub pinned: RwSignal<Option<Pin>>,
    /// The pointer's share of the height, from the bottom. Only on heatmaps.
    pub height: RwSignal<Option<f64>>,
    /// The span that is being selected, unix seconds.
    pub selected_s: RwSignal<Option<(i64, i64)>>,
    /// Where the selection began, unix seconds.
    anchor_s: StoredValue<Option<i64>>,
    /// Whether the pointer is held down on a chart.
    is_pressed: StoredValue<bool>,
    /// Shows a selection, or goes back.
    pub zoom: Zoom,
    /// What is marked on every chart.
    pub annotations: Signal<Annotations>,
    zoomed: Option<ZoomedChart>,
}

impl Cursor {
    /// A crosshair, pinned where the address says so.
    #[must_use]
    pub fn new(step_s: i64, pinned: Option<Pin>, zoom: Zoom, annotations: Signal<Annotations>) -> Self {
        Self {
            step_s,
            hovered_s: RwSignal::new(None),
            pinned: RwSignal::new(pinned),
            height: RwSignal::new(None),
            selected_s: RwSignal::new(None),
            anchor_s: StoredValue::new(None),
            is_pressed: StoredValue::new(false),
            zoom,
            annotations,
            zoomed: use_context(),
        }
    }

    /// Gives a chart's canvas the focus if a key zoomed on that chart.
    pub fn focus_again(self, node: NodeRef<html::Canvas>, chart: ChartId) {
        #[cfg(feature = "hydrate")]
        Effect::new(move |_| {
            let (Some(canvas), Some(ZoomedChart(zoomed))) = (node.get(), self.zoomed) else { return };
            if zoomed.get_value() == Some(chart) {
                zoomed.set_value(None);
                let _has_focus = canvas.focus();
            }
        });
        #[cfg(not(feature = "hydrate"))]
        let _in_the_browser = (node, chart);
    }

    /// Zooms by a key that was pressed on a chart.
    fn zoom_by_key(self, to: Option<Selection>, chart: Option<ChartId>) {
        if let Some(ZoomedChart(zoomed)) = self.zoomed {
            zoomed.set_value(chart);
        }
        self.zoom.run((to,));
    }

    /// The crosshair's time, unix seconds.
    #[must_use]
    pub fn at(self) -> Option<i64> {
        self.pinned_at().or_else(|| self.hovered_s.get())
    }

    /// The pinned time, unix seconds.
    #[must_use]
    pub fn pinned_at(self) -> Option<i64> {
        self.pinned.with(|it| it.as_ref()?.at_s)
    }

    /// Begins a selection at a time, unix seconds.
    pub fn begin(self, at_s: i64) {
        self.anchor_s.set_value(Some(at_s));
        self.is_pressed.set_value(true);
    }

    /// Moves the pointer to a time, unix seconds, on an axis of `length_s` seconds.
    pub fn hover(self, at_s: i64, height: Option<f64>, length_s: i64) {
        self.hovered_s.set(Some(at_s));
        self.height.set(height);
        if let Some(anchor_s) = self.anchor_s.get_value() {
            self.selected_s.set(span(anchor_s, at_s, length_s));
        }
    }

    /// The pointer was released: shows the selection, or pins the crosshair at what lies under the
    /// pointer.
    pub fn end(self, pin: Pin) {
        self.is_pressed.set_value(false);
        if self.anchor_s.get_value().is_none() {
            return;
        }
        self.anchor_s.set_value(None);
        match self.selected_s.get_untracked() {
            Some(span_s) => self.zoom.run((Some(Selection { span_s }),)),
            None => self.pinned.set(Some(pin)),
        }
        self.selected_s.set(None);
    }

    /// A chart lost the focus. When that is because the pointer was pressed on another chart, what
    /// was begun there goes on.
    pub fn blur(self) {
        match self.is_pressed.try_get_value() {
            Some(true) => self.selected_s.set(None),
            Some(false) => self.leave(),
            // The page is made anew after a zoom, and the canvas that goes loses the focus.
            None => {}
        }
    }

    /// The pointer left: no crosshair and no selection.
    pub fn leave(self) {
        self.is_pressed.set_value(false);
        self.anchor_s.set_value(None);
        self.hovered_s.set(None);
        self.height.set(None);
        self.selected_s.set(None);
    }

    /// Closes one thing, the innermost first: the selection, the pin, the crosshair. Returns
    /// whether there was one.
    pub fn close(self) -> bool {
        if self.selected_s.get_untracked().is_some() {
            self.anchor_s.set_value(None);
            self.selected_s.set(None);
        } else if self.pinned.get_untracked().is_some() {
            self.pinned.set(None);
        } else if self.hovered_s.get_untracked().is_some() {
            self.leave();
        } else {
            return false;
        }
        true
    }

    /// Handles a key and returns whether it has a meaning here. `(from_s, to_s)` is the axis, unix
    /// seconds; `whole` is the chart, which Enter pins.
    pub fn key(self, key: &str, with_shift: bool, (from_s, to_s): (i64, i64), whole: Pin) -> bool {
        let step_s = self.step_s;
        let pinned = self.pinned.get_untracked().filter(|it| it.at_s.is_some());
        let at_s = pinned.as_ref().and_then(|it| it.at_s).or(self.hovered_s.get_untracked());
        let steps = match key {
            "ArrowLeft" => -1,
            "ArrowRight" => 1,
            "Enter" => {
                if let Some(span_s) = self.selected_s.get_untracked() {
                    self.zoom_by_key(Some(Selection { span_s }), whole.chart);
                } else if at_s.is_some() {
                    self.pinned.set(Some(Pin { at_s, ..whole }));
                }
                return true;
            }
            "Escape" => {
                self.close();
                return true;
            }
            "Backspace" => {
                self.zoom_by_key(None, whole.chart);
                return true;
            }
            _ => return false,
        };
        let last_s = to_s - step_s;
        let now_s = at_s.unwrap_or(last_s);
        let at_s = (now_s + steps * step_s).clamp(from_s.min(last_s), last_s);
        let anchor_s = self.anchor_s.get_value().filter(|_| with_shift).or(with_shift.then_some(now_s));
        self.anchor_s.set_value(anchor_s);
        self.selected_s.set(anchor_s.and_then(|it| span(it, at_s, to_s - from_s)));
        match pinned {
            Some(pinned) => self.pinned.set(Some(Pin { at_s: Some(at_s), ..pinned })),
            None => self.hovered_s.set(Some(at_s)),
        }
        true
    }
}

/// The span between two times on an axis of `length_s` seconds; `None` when it is too short to be
/// meant.
fn span(a_s: i64, b_s: i64, length_s: i64) -> Option<(i64, i64)> {
    let (from_s, to_s) = (a_s.min(b_s), a_s.max(b_s));
    (to_s - from_s >= (length_s / SELECTION_PART_MIN).max(Range::LENGTH_S_MIN)).then_some((from_s, to_s))
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
