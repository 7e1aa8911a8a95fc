//! The sparkline of an app on the Overview: requests of five minutes as a line, failed ones as red
//! bars.
//!
//! It is SVG and not a canvas: there may be hundreds of them, they are small, and the server
//! renders them.

use std::fmt::Write;

use contract::SparkPoint;
use leptos::prelude::*;

/// Width and height of the drawing, CSS pixels.
pub const WIDTH: f64 = 132.0;
const HEIGHT: f64 = 30.0;
/// Height of the highest bar, CSS pixels.
const BARS: f64 = 13.0;

/// The paths of a sparkline as SVG writes them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paths {
    /// The line of requests.
    pub line: String,
    /// The area below the line.
    pub area: String,
    /// The bars of failed requests.
    pub bars: String,
}

/// The paths for points of five minutes. The newest step begins at `end_s`, unix seconds.
#[must_use]
pub fn paths(points: &[SparkPoint], end_s: i64) -> Paths {
    let highest = points.iter().map(|it| it.per_s).fold(0.0_f32, f32::max);
    let mut paths = Paths::default();
    if highest <= 0.0 {
        return paths;
    }
    let steps = SparkPoint::STEPS as f64 - 1.0;
    let x = |at_s: i64| WIDTH - (end_s - at_s) as f64 / SparkPoint::STEP_S as f64 / steps * WIDTH;
    let y = |per_s: f32| HEIGHT - 2.0 - f64::from(per_s / highest) * (HEIGHT - 6.0);
    let shown: Vec<&SparkPoint> = points.iter().filter(|it| (0.0..=WIDTH).contains(&x(it.at_s))).collect();
    for run in shown.chunk_by(|a, b| b.at_s - a.at_s <= 3 * SparkPoint::STEP_S) {
        let mut verb = 'M';
        let begin = paths.line.len();
        for point in run {
            let _never_fails = write!(paths.line, "{verb}{:.1} {:.1}", x(point.at_s), y(point.per_s));
            verb = 'L';
        }
        let (first, last) = (x(run[0].at_s), x(run[run.len() - 1].at_s));
        let _never_fails = write!(paths.area, "{}L{last:.1} {HEIGHT}L{first:.1} {HEIGHT}Z", &paths.line[begin..]);
    }
    for point in shown.iter().filter(|it| it.errors_per_s > 0.0) {
        let height = (f64::from(point.errors_per_s / point.per_s.max(point.errors_per_s)).sqrt() * BARS).max(1.5);
        let _never_fails = write!(paths.bars, "M{:.1} {HEIGHT}v-{height:.1}", x(point.at_s).min(WIDTH - 1.0));
    }
    paths
}

/// A sparkline, redrawn when its paths change.
#[component]
pub fn Sparkline(#[prop(into)] paths: Signal<Paths>) -> impl IntoView {
    view! {
        <svg class="spark" viewBox="0 0 132 30" preserveAspectRatio="none" aria-hidden="true">
            <path class="spark-base" d="M0 29.5H132" />
            <path class="spark-area" d=move || paths.get().area />
            <path class="spark-line" d=move || paths.get().line />
            <path class="spark-bars" d=move || paths.get().bars />
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(at_s: i64, per_s: f32, errors_per_s: f32) -> SparkPoint {
        SparkPoint { at_s, per_s, errors_per_s }
    }

    #[test]
    fn ok_nothing_draws_nothing() {
        assert_eq!(paths(&[], 1000), Paths::default());
        assert_eq!(paths(&[point(1000, 0.0, 0.0)], 1000), Paths::default());
    }

    #[test]
    fn ok_gaps_stay_gaps_and_the_newest_stands_right() {
        let drawn = paths(&[point(900, 1.0, 0.0), point(905, 2.0, 0.0), point(1000, 2.0, 1.0)], 1000);
        assert_eq!(drawn.line.matches('M').count(), 2, "{}", drawn.line);
        assert!(drawn.line.ends_with("M132.0 4.0"), "{}", drawn.line);
        assert_eq!(drawn.bars.matches('M').count(), 1);
    }
}
