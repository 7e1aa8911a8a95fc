//! The histogram of the Logs page as data: new lines are counted into it, and it is summed up in
//! words. Pure.

use contract::{Level, LogHistogram, LogLine, LossInterval, Span};

use crate::{
    chart::{overlay::loss_text, tick::moment},
    part::{number::grouped, time::length},
};

/// Most bars. A live page drops the oldest.
const BARS_MAX: usize = 121;

/// The bars that are selected, from one to another; either may be the later one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selection {
    /// Index of the bar at which it began.
    pub anchor: usize,
    /// Index of the bar to which it was moved.
    pub end: usize,
}

impl Selection {
    /// The earlier bar.
    #[must_use]
    pub const fn first(self) -> usize {
        if self.anchor < self.end { self.anchor } else { self.end }
    }

    /// The later bar.
    #[must_use]
    pub const fn last(self) -> usize {
        if self.anchor < self.end { self.end } else { self.anchor }
    }
}

/// Counts new lines.
pub fn add(histogram: &mut LogHistogram, lines: &[LogLine]) {
    for line in lines {
        let Ok(at) =
            usize::try_from((line.at_ms.div_euclid(1_000) - histogram.from_s).div_euclid(histogram.step_s.max(1)))
        else {
            continue;
        };
        // A line whose clock is far ahead is not counted.
        if at >= histogram.all.len() + BARS_MAX {
            continue;
        }
        if at >= histogram.all.len() {
            histogram.all.resize(at + 1, 0);
            histogram.errors.resize(at + 1, 0);
        }
        histogram.all[at] += 1;
        histogram.errors[at] += u32::from(line.level == Level::Error);
    }
    let old = histogram.all.len().saturating_sub(BARS_MAX);
    if old > 0 {
        histogram.all.drain(..old);
        histogram.errors.drain(..old);
        histogram.from_s += histogram.step_s * old as i64;
    }
}

/// The span of the selected bars.
#[must_use]
pub fn selected_span(histogram: &LogHistogram, selection: Selection) -> Span {
    let at = |bar: usize| histogram.from_s + histogram.step_s * i64::try_from(bar).unwrap_or(0);
    Span::clamped(at(selection.first()), at(selection.last() + 1))
}

/// A summary of all bars, or of those that are selected.
#[must_use]
pub fn summary(histogram: &LogHistogram, selection: Option<Selection>) -> String {
    let sum = |values: &[u32]| values.iter().map(|it| i64::from(*it)).sum::<i64>();
    let counts = |all: i64, errors: i64| {
        let lines = if all == 1 { "line" } else { "lines" };
        let errors = match errors {
            0 => String::new(),
            1 => ", 1 error".to_owned(),
            n => format!(", {} errors", grouped(n)),
        };
        format!("{} {lines}{errors}", grouped(all))
    };
    let length_s = histogram.step_s * i64::try_from(histogram.all.len()).unwrap_or(0);
    match selection {
        Some(selection) => {
            let last_bar = histogram.all.len().saturating_sub(1);
            let (first, last) = (selection.first(), selection.last().min(last_bar));
            let (from_s, to_s) = selected_span(histogram, Selection { anchor: first, end: last }).ends();
            let times = format!(
                "{} to {}",
                moment(from_s, histogram.step_s, length_s),
                moment(to_s, histogram.step_s, length_s)
            );
            format!("{times}: {}", counts(sum(&histogram.all[first..=last]), sum(&histogram.errors[first..=last])))
        }
        None => {
            let since = if uncounted_share(histogram) > 0.0 {
                format!(" Counted from {}.", moment(histogram.counted_from_ms.div_euclid(1_000), 1, length_s))
            } else {
                String::new()
            };
            let lost: u64 = histogram.lost.iter().map(|it| it.lines).sum();
            let lost = if lost > 0 {
                format!(" {}.", loss_text(&LossInterval { span: Span::clamped(0, 1), lines: lost }))
            } else {
                String::new()
            };
            format!(
                "{}.{since} Each bar: {}.{lost}",
                counts(sum(&histogram.all), sum(&histogram.errors)),
                length(histogram.step_s)
            )
        }
    }
}

/// Share of the span, from its start, that was not counted; 0 to 1.
#[must_use]
pub fn uncounted_share(histogram: &LogHistogram) -> f64 {
    let length_ms = histogram.step_s * 1_000 * i64::try_from(histogram.all.len().max(1)).unwrap_or(1);
    ((histogram.counted_from_ms - histogram.from_s * 1_000) as f64 / length_ms as f64).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bars(all: &[u32]) -> LogHistogram {
        LogHistogram {
            from_s: 600,
            step_s: 60,
            all: all.to_vec(),
            errors: vec![0; all.len()],
            counted_from_ms: 600_000,
            ..LogHistogram::default()
        }
    }

    #[test]
    fn ok_new_lines_are_counted() {
        let mut now = bars(&[5, 1]);
        let line = |at_ms| LogLine { at_ms, level: Level::Error, ..LogLine::default() };
        add(&mut now, &[line(0), line(660_000), line(780_500)]);
        assert_eq!(
            (now.all.as_slice(), now.errors.as_slice(), now.from_s),
            (&[5, 2, 0, 1][..], &[0, 1, 0, 1][..], 600)
        );
        add(&mut now, &[line(600_000 + 60_000 * 121), line(i64::MAX)]);
        assert_eq!((now.all.len(), now.from_s, now.all[0]), (BARS_MAX, 660, 2));
    }

    #[test]
    fn ok_summaries() {
        let mut now = bars(&[1_200, 1]);
        assert_eq!(summary(&now, None), "1,201 lines. Each bar: 1 min.");
        now.errors[1] = 1;
        assert_eq!(summary(&now, Some(Selection { anchor: 1, end: 1 })), "00:11 to 00:12: 1 line, 1 error");
        now.counted_from_ms = 660_000;
        assert_eq!(summary(&now, None), "1,201 lines, 1 error. Counted from 00:11:00. Each bar: 1 min.");
        assert_eq!(selected_span(&now, Selection { anchor: 1, end: 0 }).ends(), (600, 720));
        now.counted_from_ms = 0;
        now.lost = vec![
            LossInterval { span: Span::clamped(600, 660), lines: 40 },
            LossInterval { span: Span::clamped(700, 710), lines: 1 },
        ];
        assert_eq!(summary(&now, None), "1,201 lines, 1 error. Each bar: 1 min. 41 lines lost.");
    }
}
