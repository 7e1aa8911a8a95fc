//! How many of the lines that were looked for there are over time, errors in red; a drag over the bars shows the lines of that span.

use contract::{LogHistogram, LogLine, LossInterval, Span};
use leptos::{html, prelude::*};

use crate::{
    chart::{
        overlay::{loss_text as lost_said, span_style as across},
        tick::{Tick, moment, times},
    },
    part::{number::grouped, time::length},
};

/// Width and height of the drawing, in its own units.
const WIDTH: f64 = 1_000.0;
const HEIGHT: f64 = 100.0;
/// Most bars; a live page drops the oldest.
const BARS_MAX: usize = 121;

/// Counts lines that came.
pub fn add(bars: &mut LogHistogram, lines: &[LogLine]) {
    for line in lines {
        let Ok(at) = usize::try_from((line.at_ms.div_euclid(1_000) - bars.from_s).div_euclid(bars.step_s.max(1)))
        else {
            continue;
        };
        // A clock far ahead is not followed.
        if at >= bars.all.len() + BARS_MAX {
            continue;
        }
        if at >= bars.all.len() {
            bars.all.resize(at + 1, 0);
            bars.errors.resize(at + 1, 0);
        }
        bars.all[at] += 1;
        bars.errors[at] += u32::from(line.level == "error");
    }
    let old = bars.all.len().saturating_sub(BARS_MAX);
    if old > 0 {
        bars.all.drain(..old);
        bars.errors.drain(..old);
        bars.from_s += bars.step_s * old as i64;
    }
}

/// The span of the bars from one to another.
#[must_use]
pub fn span(bars: &LogHistogram, a: usize, b: usize) -> (i64, i64) {
    let at = |it: usize| bars.from_s + bars.step_s * i64::try_from(it).unwrap_or(0);
    (at(a.min(b)), at(a.max(b) + 1))
}

/// All bars of one kind as one path, so that the document stays small.
fn path(values: &[u32], top: u32) -> String {
    let width = WIDTH / values.len().max(1) as f64;
    let gap = (width * 0.12).min(1.5);
    let mut path = String::new();
    for (at, n) in values.iter().enumerate().filter(|it| *it.1 > 0) {
        let x = at as f64 * width;
        // One line of many is still seen.
        let height = (f64::from(*n) / f64::from(top) * HEIGHT).max(1.5);
        path.push_str(&format!("M{x:.1} {HEIGHT}v-{height:.1}h{:.1}v{height:.1}z", width - gap));
    }
    path
}

/// The top of the axis: the next of 1, 2 and 5 times a power of ten.
fn top(most: u32) -> u32 {
    let mut power = 1_u32;
    loop {
        for part in [1, 2, 5] {
            match power.checked_mul(part) {
                Some(top) if top >= most => return top,
                Some(_) => {}
                None => return u32::MAX,
            }
        }
        power = power.saturating_mul(10);
    }
}

/// The card. `choose` shows a span, `count_all` counts what was left uncounted.
pub fn bars_card(
    bars: RwSignal<Option<LogHistogram>>,
    choose: Callback<((i64, i64),)>,
    count_all: Callback<()>,
) -> AnyView {
    let chosen = RwSignal::new(None::<(usize, usize)>);
    let drawing = Memo::new(move |_| {
        bars.with(|it| {
            let it = it.as_ref()?;
            let top = top(it.all.iter().copied().max().unwrap_or(0).max(1));
            Some((path(&it.all, top), path(&it.errors, top), top))
        })
    });
    let told = move || bars.with(|it| it.as_ref().map(|it| said(it, chosen.get())));
    let labels = move || {
        bars.with(|it| {
            let it = it.as_ref()?;
            let to_s = it.from_s + it.step_s * i64::try_from(it.all.len()).unwrap_or(0);
            let label = |Tick { share, text }: Tick| {
                view! { <span style=format!("left:{:.2}%", share * 100.0)>{text}</span> }
            };
            let inside = times(it.from_s, to_s).into_iter().filter(|it| (0.02..=0.98).contains(&it.share));
            Some(inside.map(label).collect_view())
        })
    };
    let uncounted = move || {
        let share = bars.with(|it| it.as_ref().map(uncounted_share)).filter(|it| *it > 0.0)?;
        Some(view! {
            <span class="uncounted" style=format!("left:0%;width:{:.2}%", share * 100.0)></span>
        })
    };
    let missing = move || {
        bars.with(|it| {
            let it = it.as_ref()?;
            let axis = span(it, 0, it.all.len().saturating_sub(1));
            let lost = it.lost.iter().filter_map(|lost| {
                let style = across(axis, lost.span.ends())?;
                Some(view! { <span class="lost" style=style title=lost_said(lost)><span class="vh">{lost_said(lost)}</span></span> })
            });
            Some(lost.collect_view())
        })
    };
    let more = move || {
        bars.with(|it| it.as_ref().is_some_and(|it| uncounted_share(it) > 0.0)).then(|| {
            view! { <button class="more" type="button" on:click=move |_| count_all.run(())>"Count all bars"</button> }
        })
    };
    let selection = move || {
        let (a, b) = chosen.get()?;
        let n = bars.with(|it| it.as_ref().map_or(0, |it| it.all.len())).max(1) as f64;
        let (left, right) = (a.min(b) as f64 / n * 100.0, (a.max(b) + 1) as f64 / n * 100.0);
        Some(view! { <i class="chosen" style=format!("left:{left:.2}%;width:{:.2}%", right - left)></i> })
    };
    let top = move || drawing.with(|it| it.as_ref().map(|it| grouped(i64::from(it.2))));
    let element = NodeRef::<html::Div>::new();
    let choosing = Choosing { bars, chosen, is_down: StoredValue::new(false), choose };
    let moved = move |x: i32, is_pressed: bool| {
        let width = element.get_untracked().map_or(1, |it| it.client_width()).max(1);
        choosing.moved(f64::from(x) / f64::from(width), is_pressed);
    };
    view! {
        <section class="card line-bars" aria-label="Log lines over time">
            <p class="said"><span aria-live="off">{told}</span>{more}</p>
            <div class="bars-y"><span>{top}</span><span>"0"</span></div>
            <div class="bars-plot" node_ref=element data-keys="ArrowLeft ArrowRight Enter Escape" tabindex="0" role="group" aria-label="Histogram. Arrow keys select a bar, Shift with arrow keys a range, Enter shows its log lines."
                on:pointerdown=move |it| moved(it.offset_x(), true) on:pointermove=move |it| moved(it.offset_x(), false)
                on:pointerup=move |_| choosing.lifted() on:pointerleave=move |_| choosing.left()
                on:keydown=move |it| if choosing.key(&it.key(), it.shift_key()) { it.prevent_default() }>
                <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") preserveAspectRatio="none" aria-hidden="true">
                    <path class="all" d=move || drawing.with(|it| it.as_ref().map(|it| it.0.clone())) />
                    <path class="errors" d=move || drawing.with(|it| it.as_ref().map(|it| it.1.clone())) />
                </svg>
                {uncounted}{missing}{selection}
            </div>
            <div class="bars-x">{labels}</div>
        </section>
    }
    .into_any()
}

/// What the bars say in words: of all of them, or of those that are chosen.
fn said(bars: &LogHistogram, chosen: Option<(usize, usize)>) -> String {
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
    let length_s = bars.step_s * i64::try_from(bars.all.len()).unwrap_or(0);
    match chosen {
        Some((a, b)) => {
            let (first, last) = (a.min(b), a.max(b).min(bars.all.len().saturating_sub(1)));
            let (from_s, to_s) = span(bars, first, last);
            let times = format!("{} to {}", moment(from_s, bars.step_s, length_s), moment(to_s, bars.step_s, length_s));
            format!("{times}: {}", counts(sum(&bars.all[first..=last]), sum(&bars.errors[first..=last])))
        }
        None => {
            let since = if uncounted_share(bars) > 0.0 {
                format!(" Counted from {}.", moment(bars.counted_from_ms.div_euclid(1_000), 1, length_s))
            } else {
                String::new()
            };
            let lost: u64 = bars.lost.iter().map(|it| it.lines).sum();
            let lost = if lost > 0 {
                format!(" {}.", lost_said(&LossInterval { span: Span::clamped(0, 1), lines: lost }))
            } else {
                String::new()
            };
            format!("{}.{since} Each bar: {}.{lost}", counts(sum(&bars.all), sum(&bars.errors)), length(bars.step_s))
        }
    }
}

/// Share of the span, from its beginning, that was not counted.
fn uncounted_share(bars: &LogHistogram) -> f64 {
    let length_ms = bars.step_s * 1_000 * i64::try_from(bars.all.len().max(1)).unwrap_or(1);
    ((bars.counted_from_ms - bars.from_s * 1_000) as f64 / length_ms as f64).clamp(0.0, 1.0)
}

/// What a pointer and keys choose among the bars.
#[derive(Clone, Copy)]
struct Choosing {
    bars: RwSignal<Option<LogHistogram>>,
    chosen: RwSignal<Option<(usize, usize)>>,
    is_down: StoredValue<bool>,
    choose: Callback<((i64, i64),)>,
}

impl Choosing {
    fn count(self) -> usize {
        self.bars.with_untracked(|it| it.as_ref().map_or(0, |it| it.all.len()))
    }

    /// The pointer is at this share of the width.
    fn moved(self, share: f64, is_pressed: bool) {
        let n = self.count();
        let at = ((share.clamp(0.0, 1.0) * n as f64) as usize).min(n.saturating_sub(1));
        if is_pressed {
            self.is_down.set_value(true);
        }
        let is_drag = self.is_down.get_value() && !is_pressed;
        let from = self.chosen.get_untracked().filter(|_| is_drag).map_or(at, |it| it.0);
        self.chosen.set((n > 0).then_some((from, at)));
    }

    fn lifted(self) {
        if self.is_down.get_value() {
            self.is_down.set_value(false);
            self.show();
        }
    }

    fn left(self) {
        self.is_down.set_value(false);
        self.chosen.set(None);
    }

    fn show(self) {
        let Some((a, b)) = self.chosen.get_untracked() else { return };
        if let Some(span) = self.bars.with_untracked(|it| it.as_ref().map(|it| span(it, a, b))) {
            self.choose.run((span,));
        }
    }

    /// Takes a key; whether it meant something here.
    fn key(self, key: &str, with_shift: bool) -> bool {
        let last = self.count().saturating_sub(1);
        let (from, at) = self.chosen.get_untracked().unwrap_or((last, last + 1));
        let to = match key {
            "ArrowLeft" => at.saturating_sub(1),
            "ArrowRight" => (at + 1).min(last),
            "Enter" => {
                self.show();
                return true;
            }
            "Escape" => {
                self.left();
                return true;
            }
            _ => return false,
        };
        self.chosen.set(Some((if with_shift { from } else { to }, to)));
        true
    }
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
    fn ok_lines_that_come_are_counted() {
        let mut now = bars(&[5, 1]);
        let line = |at_ms| LogLine { at_ms, level: "error".into(), ..LogLine::default() };
        add(&mut now, &[line(0), line(660_000), line(780_500)]);
        assert_eq!(
            (now.all.as_slice(), now.errors.as_slice(), now.from_s),
            (&[5, 2, 0, 1][..], &[0, 1, 0, 1][..], 600)
        );
        add(&mut now, &[line(600_000 + 60_000 * 121), line(i64::MAX)]);
        assert_eq!((now.all.len(), now.from_s, now.all[0]), (BARS_MAX, 660, 2));
    }

    #[test]
    fn ok_bars_in_words() {
        let mut now = bars(&[1_200, 1]);
        assert_eq!(said(&now, None), "1,201 lines. Each bar: 1 min.");
        now.errors[1] = 1;
        assert_eq!(said(&now, Some((1, 1))), "00:11 to 00:12: 1 line, 1 error");
        now.counted_from_ms = 660_000;
        assert_eq!(said(&now, None), "1,201 lines, 1 error. Counted from 00:11:00. Each bar: 1 min.");
        assert_eq!(span(&now, 1, 0), (600, 720));
        now.counted_from_ms = 0;
        now.lost = vec![
            LossInterval { span: Span::clamped(600, 660), lines: 40 },
            LossInterval { span: Span::clamped(700, 710), lines: 1 },
        ];
        assert_eq!(said(&now, None), "1,201 lines, 1 error. Each bar: 1 min. 41 lines lost.");
    }

    #[test]
    fn ok_tops_and_paths() {
        assert_eq!([top(1), top(3), top(50), top(51), top(u32::MAX)], [1, 5, 50, 100, u32::MAX]);
        assert_eq!(path(&[0, 10], 10), "M500.0 100v-100.0h498.5v100.0z");
    }
}
