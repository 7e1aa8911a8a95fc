//! Which rows answer a question: a step's width decides, and a single step over a long range is put together from hours, with
//! minutes and ten-second buckets at its ends.

use contract::Span;

use crate::{
    config::Retention,
    live::WINDOW_S,
    store::{
        file::usage::{StorageUsage, Tier},
        rollup::resolution::Resolution,
    },
};

/// Most steps of one answer.
pub const STEPS_MAX: i64 = 11_000;
/// Steps that `auto` aims at, at most.
const STEPS_AUTO: i64 = 600;
/// Widths that `auto` chooses from, seconds.
const STEPS_S: [i64; 9] = [1, 10, 60, 300, 900, 1_800, 3_600, 21_600, 86_400];

/// The width asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A few hundred steps a range.
    Auto,
    /// One step for the whole range.
    All,
    /// This many seconds.
    Seconds(contract::Step),
}

/// What a part of the range is read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
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
        Self(Resolution::ALL.map(|it| {
            let kept_s = i64::try_from(Tier::Rollup(it).limits(retention).time.as_secs()).unwrap_or(i64::MAX);
            now_s.saturating_sub(kept_s).max(usage.of(Tier::Rollup(it)).floor)
        }))
    }

    /// The finest resolution whose rows still reach back to a time.
    fn finest(&self, from_s: i64) -> Resolution {
        Resolution::ALL.into_iter().find(|it| from_s >= self.0[it.index()]).unwrap_or(Resolution::Hour)
    }
}

/// How a question is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Start of the first step, unix seconds.
    pub from_s: i64,
    /// End of the last step, unix seconds.
    pub to_s: i64,
    /// Width of a step, seconds.
    pub step_s: i64,
    /// The parts of the range, without gap or overlap.
    pub parts: Vec<(From, i64, i64)>,
}

impl Plan {
    /// Plans the reading of a range.
    ///
    /// # Errors
    /// A sentence, when the range has too many steps.
    pub fn make(span: Span, step: Step, now_s: i64, reach: &Reach) -> Result<Self, String> {
        Self::make_from(span.from_s() > now_s - WINDOW_S, span, step, reach)
    }

    /// The same, from rows alone: where there is no memory to look into.
    ///
    /// # Errors
    /// A sentence, when the range has too many steps.
    pub fn of_rows(span: Span, step: Step, reach: &Reach) -> Result<Self, String> {
        Self::make_from(false, span, step, reach)
    }

    fn make_from(in_window: bool, span: Span, step: Step, reach: &Reach) -> Result<Self, String> {
        let (from_s, to_s) = span.ends();
        let base = reach.finest(from_s);
        let length_s = span.length_s();
        let wanted_s = match step {
            Step::All => return Ok(Self::whole(from_s, to_s, base)),
            Step::Auto => {
                let enough = |it: &i64| length_s / it <= STEPS_AUTO && (in_window || *it >= base.width_s());
                STEPS_S.into_iter().find(enough).unwrap_or(STEPS_S[STEPS_S.len() - 1])
            }
            Step::Seconds(step) => step.seconds(),
        };
        let (source, step_s) = if in_window && wanted_s % 10 != 0 {
            (From::Live, wanted_s)
        } else {
            let step_s = wanted_s + (-wanted_s).rem_euclid(base.width_s());
            let fits = |it: &Resolution| step_s % it.width_s() == 0;
            (From::Rollup(Resolution::ALL.into_iter().rev().find(fits).unwrap_or(base)), step_s)
        };
        let from_s = from_s - from_s.rem_euclid(step_s);
        let to_s = to_s + (-to_s).rem_euclid(step_s);
        let steps = (to_s - from_s) / step_s;
        if steps > STEPS_MAX {
            return Err(format!(
                "expected at most {STEPS_MAX} steps, found {steps}: ask for a wider step= or a shorter range"
            ));
        }
        Ok(Self { from_s, to_s, step_s, parts: vec![(source, from_s, to_s)] })
    }

    /// One step over the range, widened to whole buckets of the finest rows that are kept of its start.
    fn whole(from_s: i64, to_s: i64, base: Resolution) -> Self {
        let width_s = base.width_s();
        let from_s = from_s - from_s.rem_euclid(width_s);
        let to_s = to_s + (-to_s).rem_euclid(width_s);
        let mut parts = vec![];
        split(from_s, to_s, base, Resolution::Hour, &mut parts);
        Self { from_s, to_s, step_s: to_s - from_s, parts }
    }

    /// How many rows of one series it reads at most.
    #[must_use]
    pub fn rows(&self) -> i64 {
        let rows = |(source, from_s, to_s): &(From, i64, i64)| match source {
            From::Live => 0,
            From::Rollup(resolution) => (to_s - from_s) / resolution.width_s(),
        };
        self.parts.iter().map(rows).sum()
    }

    /// The step that a second falls into.
    #[must_use]
    pub const fn step_of(&self, at_s: i64) -> i64 {
        self.from_s + (at_s - self.from_s) / self.step_s * self.step_s
    }
}

fn split(from_s: i64, to_s: i64, base: Resolution, coarse: Resolution, parts: &mut Vec<(From, i64, i64)>) {
    if from_s >= to_s {
        return;
    }
    if coarse == base {
        parts.push((From::Rollup(base), from_s, to_s));
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
    parts.push((From::Rollup(coarse), inner_from_s, inner_to_s));
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

    fn wide(seconds: i64) -> Step {
        Step::Seconds(contract::Step::new(seconds).unwrap())
    }

    #[track_caller]
    fn check(ago_s: i64, step: Step, step_s: i64, source: From) {
        let plan = Plan::make(span(ago_s), step, NOW_S, &reach()).unwrap();
        assert_eq!((plan.step_s, plan.parts[0].0), (step_s, source));
        assert!(plan.from_s <= NOW_S - ago_s && plan.to_s >= NOW_S);
    }

    #[test]
    fn ok_steps() {
        check(300, Step::Auto, 1, From::Live);
        check(300, wide(7), 7, From::Live);
        check(300, wide(10), 10, From::Rollup(Resolution::TenSeconds));
        check(3_600, Step::Auto, 10, From::Rollup(Resolution::TenSeconds));
        check(3_600, wide(1), 10, From::Rollup(Resolution::TenSeconds));
        check(DAY_S, wide(60), 60, From::Rollup(Resolution::Minute));
        check(DAY_S + 60, wide(10), 60, From::Rollup(Resolution::Minute));
        check(7 * DAY_S, wide(1_800), 1_800, From::Rollup(Resolution::Minute));
        check(31 * DAY_S, Step::Auto, 21_600, From::Rollup(Resolution::Hour));
        check(31 * DAY_S, wide(60), 3_600, From::Rollup(Resolution::Hour));
    }

    #[test]
    fn ok_one_step_has_no_gap_and_no_overlap() {
        for ago_s in [1, 59, 600, 3_599, 3_601, 20_000, DAY_S - 1, 2 * DAY_S, 40 * DAY_S] {
            let plan = Plan::make(span(ago_s), Step::All, NOW_S, &reach()).unwrap();
            let ends: Vec<i64> = plan.parts.iter().map(|it| it.2).collect();
            let starts: Vec<i64> = plan.parts.iter().map(|it| it.1).collect();
            assert_eq!(starts[0], plan.from_s);
            assert_eq!(ends[..ends.len() - 1], starts[1..], "{ago_s}");
            assert_eq!(ends[ends.len() - 1], plan.to_s);
            assert_eq!(plan.step_s, plan.to_s - plan.from_s);
        }
    }

    #[test]
    fn ok_extremes_do_not_overflow() {
        let widest = Step::Seconds(contract::Step::new(contract::Step::MAX_S).unwrap());
        for span in [Span::clamped(i64::MIN, i64::MAX), Span::clamped(0, 1), Span::clamped(i64::MAX, i64::MAX)] {
            for step in [Step::Auto, Step::All, wide(1), widest] {
                if let Ok(plan) = Plan::make(span, step, NOW_S, &reach()) {
                    assert!(plan.from_s <= span.from_s() && plan.to_s >= span.to_s() && plan.rows() >= 0);
                }
            }
        }
    }

    #[test]
    fn err_ranges() {
        assert!(Plan::make(span(20 * DAY_S), wide(60), NOW_S, &reach()).is_err());
    }
}
