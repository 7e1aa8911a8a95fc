//! Which rows answer a query: the width of a step decides, and a single step over a long range is
//! put together from hours, with minutes and ten-second buckets at its ends.

use contract::{Span, Step, StepChoice};

use crate::{
    config::Retention,
    live::WINDOW_S,
    store::{
        file::usage::{StorageUsage, Tier},
        resolution::Resolution,
    },
};

/// Most steps of one answer.
pub(crate) const STEPS_MAX: i64 = 11_000;
/// Steps that `auto` aims at, at most.
const STEPS_AUTO: i64 = 600;
/// Widths that `auto` chooses from, seconds.
const STEPS_S: [i64; 9] = [1, 10, 60, 300, 900, 1_800, 3_600, 21_600, 86_400];

/// Where a part of the range is read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// The live windows, second by second.
    Live,
    /// Rollup rows and their open cells.
    Rollup(Resolution),
}

/// How far back the rows of each resolution go, by [`Resolution::index`], unix seconds.
#[derive(Clone, Copy, Debug)]
pub struct Reach([i64; 3]);

impl Reach {
    /// As far as time and size let them.
    #[must_use]
    pub fn of(retention: &Retention, usage: &StorageUsage, now_s: i64) -> Self {
        Self(Resolution::ALL.map(|resolution| {
            let kept_s = i64::try_from(Tier::Rollup(resolution).limits(retention).time.as_secs()).unwrap_or(i64::MAX);
            now_s.saturating_sub(kept_s).max(usage.of(Tier::Rollup(resolution)).floor)
        }))
    }

    /// Width of the finest buckets that are kept of a time, seconds.
    pub(crate) fn width_s(&self, from_s: i64) -> i64 {
        self.finest(from_s).width_s()
    }

    /// The finest resolution whose rows still reach back to a time.
    fn finest(&self, from_s: i64) -> Resolution {
        Resolution::ALL.into_iter().find(|it| from_s >= self.0[it.index()]).unwrap_or(Resolution::Hour)
    }
}

/// A part of the range, and where it is read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// Where it is read from.
    pub source: Source,
    /// The part: whole buckets of its source.
    pub span: Span,
}

/// How a query is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    /// The range as whole steps.
    pub span: Span,
    /// Width of a step.
    pub step: Step,
    /// The parts of the range, without gap or overlap.
    pub parts: Vec<Part>,
}

impl Plan {
    /// Plans the reading of a range.
    ///
    /// # Errors
    /// A sentence, when the range has too many steps.
    pub(crate) fn make(span: Span, step: StepChoice, now_s: i64, reach: &Reach) -> Result<Self, String> {
        Self::make_from(span.from_s() > now_s - WINDOW_S, span, step, reach)
    }

    /// The same, from rows alone: where there is no memory to look into.
    ///
    /// # Errors
    /// A sentence, when the range has too many steps.
    pub(crate) fn of_rows(span: Span, step: StepChoice, reach: &Reach) -> Result<Self, String> {
        Self::make_from(false, span, step, reach)
    }

    fn make_from(in_window: bool, span: Span, step: StepChoice, reach: &Reach) -> Result<Self, String> {
        let base = reach.finest(span.from_s());
        let length_s = span.length_s();
        let wanted_s = match step {
            StepChoice::All => return Ok(Self::whole(span, base)),
            StepChoice::Auto => {
                let enough = |it: &i64| length_s / it <= STEPS_AUTO && (in_window || *it >= base.width_s());
                STEPS_S.into_iter().find(enough).unwrap_or(STEPS_S[STEPS_S.len() - 1])
            }
            StepChoice::Width(step) => step.seconds(),
        };
        let (source, step_s) = if in_window && wanted_s % 10 != 0 {
            (Source::Live, wanted_s)
        } else {
            let step_s = wanted_s + (-wanted_s).rem_euclid(base.width_s());
            let fits = |it: &Resolution| step_s % it.width_s() == 0;
            (Source::Rollup(Resolution::ALL.into_iter().rev().find(fits).unwrap_or(base)), step_s)
        };
        let step = Step::clamped(step_s);
        let span = span.widened(step);
        let steps = (span.length_s() + step_s - 1) / step_s;
        if steps > STEPS_MAX {
            return Err(format!(
                "expected at most {STEPS_MAX} steps, found {steps}: ask for a wider step= or a shorter range"
            ));
        }
        Ok(Self { span, step, parts: vec![Part { source, span }] })
    }

    /// One step over the range, widened to whole buckets of the finest rows that are kept of its
    /// start.
    fn whole(span: Span, base: Resolution) -> Self {
        let span = span.widened(Step::clamped(base.width_s()));
        let mut parts = vec![];
        split(span.from_s(), span.to_s(), base, Resolution::Hour, &mut parts);
        Self { span, step: Step::clamped(span.length_s()), parts }
    }

    /// How many rows of one series it reads at most.
    #[must_use]
    pub(crate) fn rows(&self) -> i64 {
        let rows = |part: &Part| match part.source {
            Source::Live => 0,
            Source::Rollup(resolution) => part.span.length_s() / resolution.width_s(),
        };
        self.parts.iter().map(rows).sum()
    }

    /// The start of the step that a second falls into, unix seconds.
    #[must_use]
    pub(crate) const fn step_of(&self, at_s: i64) -> i64 {
        let from_s = self.span.from_s();
        from_s + (at_s - from_s) / self.step.seconds() * self.step.seconds()
    }

    /// How much of a step has passed, seconds: the present one has not lasted its whole width yet.
    #[must_use]
    pub(super) fn elapsed_s(&self, at_s: i64, now_s: i64) -> i64 {
        let least_s = at_s + 1;
        (at_s + self.step.seconds()).min(now_s.max(least_s)).min(self.span.to_s().max(least_s)) - at_s
    }
}

/// Covers a range with the coarsest buckets that fit, and its ends with finer ones, down to those
/// of `base`.
fn split(from_s: i64, to_s: i64, base: Resolution, coarse: Resolution, parts: &mut Vec<Part>) {
    if from_s >= to_s {
        return;
    }
    let part = |from_s, to_s| Part { source: Source::Rollup(coarse), span: Span::clamped(from_s, to_s) };
    if coarse == base {
        parts.push(part(from_s, to_s));
        return;
    }
    let finer = if coarse == Resolution::Hour { Resolution::Minute } else { Resolution::TenSeconds };
    let inner_from_s = from_s + (-from_s).rem_euclid(coarse.width_s());
    let inner_to_s = coarse.bucket_s(to_s);
    if inner_from_s >= inner_to_s {
        split(from_s, to_s, base, finer, parts);
        return;
    }
    split(from_s, inner_from_s, base, finer, parts);
    parts.push(part(inner_from_s, inner_to_s));
    split(inner_to_s, to_s, base, finer, parts);
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use super::*;

    const NOW_S: i64 = 1_790_000_005;
    const DAY_S: i64 = 86_400;

    fn reach() -> Reach {
        Reach([NOW_S - DAY_S, NOW_S - 30 * DAY_S, NOW_S - 400 * DAY_S])
    }

    fn span(ago_s: i64) -> Span {
        Span::new(NOW_S - ago_s, NOW_S).unwrap()
    }

    fn wide(seconds: i64) -> StepChoice {
        StepChoice::Width(Step::new(seconds).unwrap())
    }

    #[track_caller]
    fn check(ago_s: i64, step: StepChoice, step_s: i64, source: Source) {
        let plan = Plan::make(span(ago_s), step, NOW_S, &reach()).unwrap();
        assert_eq!((plan.step.seconds(), plan.parts[0].source), (step_s, source));
        assert!(plan.span.from_s() <= NOW_S - ago_s && plan.span.to_s() >= NOW_S);
    }

    #[test]
    fn ok_steps() {
        check(300, StepChoice::Auto, 1, Source::Live);
        check(300, wide(7), 7, Source::Live);
        check(300, wide(10), 10, Source::Rollup(Resolution::TenSeconds));
        check(3_600, StepChoice::Auto, 10, Source::Rollup(Resolution::TenSeconds));
        check(3_600, wide(1), 10, Source::Rollup(Resolution::TenSeconds));
        check(DAY_S, wide(60), 60, Source::Rollup(Resolution::Minute));
        check(DAY_S + 60, wide(10), 60, Source::Rollup(Resolution::Minute));
        check(7 * DAY_S, wide(1_800), 1_800, Source::Rollup(Resolution::Minute));
        check(31 * DAY_S, StepChoice::Auto, 21_600, Source::Rollup(Resolution::Hour));
        check(31 * DAY_S, wide(60), 3_600, Source::Rollup(Resolution::Hour));
    }

    #[test]
    fn ok_one_step_has_no_gap_and_no_overlap() {
        for ago_s in [1, 59, 600, 3_599, 3_601, 20_000, DAY_S - 1, 2 * DAY_S, 40 * DAY_S] {
            let plan = Plan::make(span(ago_s), StepChoice::All, NOW_S, &reach()).unwrap();
            let ends: Vec<i64> = plan.parts.iter().map(|it| it.span.to_s()).collect();
            let starts: Vec<i64> = plan.parts.iter().map(|it| it.span.from_s()).collect();
            assert_eq!(starts[0], plan.span.from_s());
            assert_eq!(ends[..ends.len() - 1], starts[1..], "{ago_s}");
            assert_eq!(ends[ends.len() - 1], plan.span.to_s());
            assert_eq!(plan.step.seconds(), plan.span.length_s());
        }
    }

    #[test]
    fn ok_extremes_do_not_overflow() {
        let widest = wide(Step::MAX_S);
        for span in [Span::clamped(i64::MIN, i64::MAX), Span::clamped(0, 1), Span::clamped(i64::MAX, i64::MAX)] {
            for step in [StepChoice::Auto, StepChoice::All, wide(1), widest] {
                if let Ok(plan) = Plan::make(span, step, NOW_S, &reach()) {
                    assert!(plan.span.from_s() <= span.from_s() && plan.span.to_s() >= span.to_s() && plan.rows() >= 0);
                }
            }
        }
    }

    #[test]
    fn err_ranges() {
        assert!(Plan::make(span(20 * DAY_S), wide(60), NOW_S, &reach()).is_err());
    }
}
