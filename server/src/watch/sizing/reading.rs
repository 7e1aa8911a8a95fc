//! The figures of a span, from rollups and open cells: work by step, dynos by their reports,
//! memory, load and queues. What they come to is decided in `advice`.

use std::collections::{BTreeMap, BTreeSet};

use contract::{
    Range, Span, Step, StepChoice,
    sizing::{PeakLoad, ProcessSizing, QueueFigure, QueueSizing, RouterWait, Sizing, SizingQuery, Work},
};
use pipeline::{Cell, SeriesKey};

use super::{
    advice::{self, Figures},
    aligned,
    dyno::{DynoSeries, Totals, load, memory, since_restart},
    peak,
    process::Measure,
    queue,
};
use crate::{
    live::series_role::megabytes,
    store::{
        query::{
            Error, Reader,
            error::ASK_MAX,
            group::{Found, Group, group_by},
            merge::{self, Steps},
            plan::Plan,
        },
        rollup::rows::Columns,
    },
    watch::rule::memory_track::{SAMPLES_MIN, growth_mb_per_h},
};

/// Width of the steps among which the peak is found, seconds.
const MINUTE_S: i64 = 60;
/// The same where minutes are too many or no longer kept.
const HOUR_S: i64 = 3_600;
/// Steps that are read at a time: a week of minutes.
const STEPS_AT_A_TIME: i64 = 10_080;
/// Most rows of service times that are read by the minute: 34 dynos for a month.
const ROWS_MAX: i64 = 1_500_000;
/// Most process types of an app. Further ones are counted.
const PROCESSES_MAX: usize = 20;
/// Most dynos of an app whose memory and load are read. Further ones are left out.
const DYNOS_MAX: usize = 1_000;
/// Most queues that are listed: those with the greatest values. Further ones are counted.
const QUEUES_MAX: usize = 20;
/// Growth of memory is that of a day by ten minutes, or of an hour by the minute, seconds.
const DAY_S: i64 = 86_400;
const TEN_MINUTES_S: i64 = 600;
/// A step with this many times the work of the peak is reported too: requests took longer then.
const SLOWEST_MIN: f64 = 1.5;

/// Memory at some moments: unix seconds, MB.
type Samples = Vec<(i64, f64)>;

/// One reading of an app.
struct Reading<'a> {
    reader: &'a Reader,
    found: Vec<Found>,
    span: Span,
    now_s: i64,
}

/// The work of a process type.
struct Worked {
    work: Work,
    steps: Steps,
}

/// How many dynos an app needs.
///
/// # Errors
/// See [`Error`].
pub(crate) async fn read(reader: &Reader, app: &str, query: SizingQuery, now_s: i64) -> Result<Sizing, Error> {
    let mut span = aligned(query.range, now_s);
    // A month is as long as minutes are kept. Its first hour is given up for them.
    let width_s = |from_s: i64| reader.reach(now_s).width_s(from_s);
    if query.range == Range::Month && width_s(span.from_s()) > MINUTE_S && width_s(span.from_s() + HOUR_S) <= MINUTE_S {
        span = Span::clamped(span.from_s() + HOUR_S, span.to_s());
    }
    let is_wanted = |key: &SeriesKey| DynoSeries::of(key).is_some() || queue::figure(key).is_some();
    let found = reader.find(app, is_wanted)?;
    let reading = Reading { reader, found, span, now_s };
    tokio::time::timeout(ASK_MAX, reading.sizing(query)).await.map_err(|_| Error::TooLong)?
}

impl Reading<'_> {
    async fn sizing(&self, query: SizingQuery) -> Result<Sizing, Error> {
        let mut queues = self.queues().await?;
        let wait_ms = queues.iter().filter(|it| it.figure == QueueFigure::Wait).map(|it| it.peak).reduce(f64::max);
        let (step_s, worked) = self.worked().await?;
        let totals = self.totals().await?;
        let growth = self.growth().await?;
        let now = self.running(self.span.to_s() - MINUTE_S, MINUTE_S).await?;
        let mut names: Vec<&str> = worked.keys().chain(totals.keys().map(|it| &it.process)).map(|it| &**it).collect();
        names.sort_unstable_by_key(|it| (!worked.contains_key(*it), *it));
        names.dedup();
        let left_out = |all: usize, most: usize| u32::try_from(all.saturating_sub(most)).unwrap_or(u32::MAX);
        let processes_left_out = left_out(names.len(), PROCESSES_MAX);
        let queues_left_out = left_out(queues.len(), QUEUES_MAX);
        queues.truncate(QUEUES_MAX);
        let mut processes = vec![];
        for name in names.into_iter().take(PROCESSES_MAX) {
            let memory = memory(name, &totals, &growth);
            let mut sizing = ProcessSizing {
                process: name.to_owned(),
                dynos: now.get(name).copied().unwrap_or(0),
                load: load(name, &totals),
                memory,
                ..ProcessSizing::default()
            };
            let (mut measured_s, mut known_s) = (0, 0);
            if let Some(worked) = worked.get(name) {
                measured_s = worked.steps.len() as i64 * step_s;
                known_s = worked.steps.keys().next().map_or(0, |first_s| self.span.to_s() - first_s);
                self.add_work(&mut sizing, worked, step_s, query.at_once).await?;
            }
            sizing.advice = advice::advise(&Figures {
                process: name,
                work: sizing.work,
                dynos: sizing.dynos,
                at_once: query.at_once,
                peak: sizing.peak.as_ref(),
                measured_s,
                known_s,
                span_s: self.span.length_s(),
                memory: sizing.memory.as_ref(),
                wait_ms,
            });
            processes.push(sizing);
        }
        processes.sort_by_key(|it| (it.work == Work::Unknown, it.work == Work::Jobs));
        Ok(Sizing { query, span: self.span, step_s, processes, queues, processes_left_out, queues_left_out })
    }

    /// Adds the peak and what follows from it.
    async fn add_work(
        &self,
        sizing: &mut ProcessSizing,
        worked: &Worked,
        step_s: i64,
        limit: u32,
    ) -> Result<(), Error> {
        sizing.work = worked.work;
        let (Some(busiest), Some(slowest)) = (peak::peak(&worked.steps), peak::slowest(&worked.steps)) else {
            return Ok(());
        };
        let peak = self.load_of(sizing, busiest, step_s).await?;
        let slowest = self.load_of(sizing, slowest, step_s).await?;
        sizing.choices = advice::choices(sizing.dynos, limit, &peak);
        if worked.work == Work::Requests {
            sizing.wait = self.wait(&sizing.process, Span::clamped(peak.at_s, peak.at_s + step_s)).await?;
        }
        sizing.slowest = Some(slowest).filter(|it| it.at_once >= SLOWEST_MIN * peak.at_once);
        sizing.peak = Some(peak);
        Ok(())
    }

    async fn load_of(
        &self,
        sizing: &ProcessSizing,
        (at_s, cell): (i64, &Cell),
        step_s: i64,
    ) -> Result<PeakLoad, Error> {
        let running = self.running(at_s, step_s).await?;
        // A dyno that worked ran, whatever else is known.
        let dynos = running.get(&*sizing.process).copied().unwrap_or(0).max(1);
        let (per_s, mean_ms) = (cell.count as f64 / step_s as f64, peak::mean(cell));
        Ok(PeakLoad {
            at_s,
            dynos,
            per_s,
            mean_ms,
            at_once: advice::at_once(per_s, mean_ms, dynos),
            says: advice::arithmetic(sizing.work, per_s, mean_ms, dynos),
        })
    }

    /// The cells of groups over a span.
    async fn cells<K>(
        &self,
        groups: &[Group<K>],
        span: Span,
        step: StepChoice,
        columns: Columns,
    ) -> Result<Vec<Steps>, Error> {
        let plan = Plan::make(span, step, self.now_s, &self.reader.reach(self.now_s)).map_err(Error::Invalid)?;
        Ok(merge::read(self.reader, groups, &plan, columns).await?)
    }

    fn groups(&self, wanted: impl Fn(Measure) -> bool) -> Vec<Group<DynoSeries>> {
        let mut groups = group_by(&self.found, |key| DynoSeries::of(key).filter(|it| wanted(it.measure)));
        groups.truncate(3 * DYNOS_MAX);
        groups
    }

    /// The work of each process type by step, and the width of a step. Requests count before jobs.
    async fn worked(&self) -> Result<(i64, BTreeMap<Box<str>, Worked>), Error> {
        let work = |key: &SeriesKey| {
            let series = DynoSeries::of(key)?;
            Some((series.process, series.measure)).filter(|it| it.1.work().is_some())
        };
        let groups = group_by(&self.found, work);
        let series: usize = groups.iter().map(|it| it.series.len()).sum();
        let minutes = self.span.length_s() / MINUTE_S * series as i64;
        let is_kept = self.reader.reach(self.now_s).width_s(self.span.from_s()) <= MINUTE_S;
        let step_s = if is_kept && minutes <= ROWS_MAX { MINUTE_S } else { HOUR_S };
        let steps = self.steps(&groups, step_s).await?;
        let mut worked: BTreeMap<Box<str>, Worked> = BTreeMap::new();
        for (group, mut steps) in groups.into_iter().zip(steps) {
            steps.retain(|at_s, cell| cell.count > 0 && self.span.contains(*at_s));
            let (process, measure) = group.key;
            if let Some(work) = measure.work().filter(|_| !steps.is_empty()) {
                worked.entry(process).or_insert(Worked { work, steps });
            }
        }
        Ok((step_s, worked))
    }

    /// The cells of groups by step, read in parts: a month has more minutes than one query may
    /// have steps.
    async fn steps<K>(&self, groups: &[Group<K>], step_s: i64) -> Result<Vec<Steps>, Error> {
        let mut steps = vec![Steps::new(); groups.len()];
        let step = StepChoice::Width(Step::clamped(step_s));
        let (mut from_s, to_s) = self.span.ends();
        while from_s < to_s {
            let part = Span::clamped(from_s, to_s.min(from_s + STEPS_AT_A_TIME * step_s));
            for (all, part) in steps.iter_mut().zip(self.cells(groups, part, step, Columns::Plain).await?) {
                all.extend(part);
            }
            from_s = part.to_s();
        }
        Ok(steps)
    }

    /// Memory, quota and load of each dyno over the whole span.
    async fn totals(&self) -> Result<Totals, Error> {
        let groups = self.groups(|it| matches!(it, Measure::Memory | Measure::Quota | Measure::Load));
        let cells = self.cells(&groups, self.span, StepChoice::All, Columns::Plain).await?;
        let of = |(group, steps): (Group<DynoSeries>, Steps)| Some((group.key, steps.into_values().next()?));
        Ok(groups.into_iter().zip(cells).filter_map(of).collect())
    }

    /// The growth of each dyno's memory since its restart, MB an hour, and its memory then, MB: of
    /// the last day, or of the last hour where it restarted lately.
    async fn growth(&self) -> Result<BTreeMap<Box<str>, (f64, f64)>, Error> {
        let (days, hours) = (self.memory(DAY_S, TEN_MINUTES_S).await?, self.memory(HOUR_S, MINUTE_S).await?);
        let of = |(dyno, day): (Box<str>, Samples)| {
            let (mut samples, last) = (since_restart(&day), day.last()?.1);
            if samples.len() < SAMPLES_MIN {
                samples = hours.get(&dyno).map_or(&[], |hour| since_restart(hour));
            }
            Some((dyno, (growth_mb_per_h(samples.iter().copied())?, last)))
        };
        Ok(days.into_iter().filter_map(of).collect())
    }

    /// Memory of each dyno by step, MB, in the last part of the span.
    async fn memory(&self, length_s: i64, step_s: i64) -> Result<BTreeMap<Box<str>, Samples>, Error> {
        let groups = self.groups(|it| it == Measure::Memory);
        let to_s = self.span.to_s();
        let span = Span::clamped(self.span.from_s().max(to_s - length_s), to_s);
        let cells = self.cells(&groups, span, StepChoice::Width(Step::clamped(step_s)), Columns::Plain).await?;
        let of = |(group, steps): (Group<DynoSeries>, Steps)| {
            let mb = |(at_s, cell): (i64, Cell)| (at_s, megabytes(cell.last, &group.key.unit));
            (group.key.dyno.clone(), steps.into_iter().map(mb).collect())
        };
        Ok(groups.into_iter().zip(cells).map(of).collect())
    }

    /// How many dynos of each process type ran in a step: those that reported then, or worked.
    async fn running(&self, at_s: i64, step_s: i64) -> Result<BTreeMap<Box<str>, u32>, Error> {
        let groups = self.groups(Measure::is_sign_of_life);
        let span = Span::clamped(at_s - MINUTE_S, at_s + step_s);
        let cells = self.cells(&groups, span, StepChoice::All, Columns::Plain).await?;
        let ran = groups.iter().zip(&cells).filter(|it| !it.1.is_empty()).map(|it| (&it.0.key.process, &it.0.key.dyno));
        let mut counts = BTreeMap::new();
        for (process, _) in ran.collect::<BTreeSet<_>>() {
            *counts.entry(process.clone()).or_insert(0) += 1;
        }
        Ok(counts)
    }

    /// How long requests waited before the dynos of a process type.
    async fn wait(&self, name: &str, span: Span) -> Result<RouterWait, Error> {
        let wanted = |key: &SeriesKey| {
            let series = DynoSeries::of(key).filter(|it| matches!(it.measure, Measure::Connect | Measure::Queue))?;
            (*series.process == *name).then_some(series.measure)
        };
        let groups = group_by(&self.found, wanted);
        let cells = self.cells(&groups, span, StepChoice::All, Columns::Quantiles).await?;
        let mut wait = RouterWait::default();
        for (group, steps) in groups.iter().zip(&cells) {
            let p95_ms = steps.values().next().and_then(|it| it.quantile(0.95));
            if group.key == Measure::Connect { wait.connect_p95_ms = p95_ms } else { wait.queue_p95_ms = p95_ms }
        }
        Ok(wait)
    }

    /// The metrics of queues, the longest waits first.
    async fn queues(&self) -> Result<Vec<QueueSizing>, Error> {
        let of = |key: &SeriesKey| {
            let (figure, factor) = queue::figure(key)?;
            Some((key.metric.clone(), key.source.clone(), key.unit.clone(), figure, factor.to_bits()))
        };
        let groups = group_by(&self.found, of);
        let cells = self.cells(&groups, self.span, StepChoice::All, Columns::Plain).await?;
        let queue = |(group, steps): (&Group<_>, &Steps)| {
            let (metric, source, _, figure, factor): &(Box<str>, Box<str>, Box<str>, QueueFigure, u64) = &group.key;
            let (cell, factor) = (steps.values().next()?, f64::from_bits(*factor));
            Some(QueueSizing {
                metric: metric.to_string(),
                source: source.to_string(),
                figure: *figure,
                peak: cell.max * factor,
                last: cell.last * factor,
            })
        };
        let mut queues: Vec<QueueSizing> = groups.iter().zip(&cells).filter_map(queue).collect();
        queues.sort_by(|a, b| b.figure.cmp(&a.figure).then(b.peak.total_cmp(&a.peak)));
        Ok(queues)
    }
}
