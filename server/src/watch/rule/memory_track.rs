//! The memory of each dyno over the last hour, a sample a minute, and whether it grows steadily.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
};

use super::observed::MemoryTrend;

/// Width of a step, seconds.
const STEP_S: i64 = 60;
/// Steps that are kept: an hour.
const STEPS_MAX: usize = 60;
/// Most dynos of one app that are followed. Further ones are not judged.
const DYNOS_MAX: usize = 100;
/// A dyno that has not reported for this long is gone, seconds.
const GONE_S: i64 = 300;
/// With fewer samples than this nothing is said about growth.
pub(in crate::watch) const SAMPLES_MIN: usize = 30;
/// Samples that a slope is computed from: every pair of them is looked at.
const POINTS: usize = 20;
/// Of all pairs of samples, this share must grow.
const GROWING_MIN: f64 = 0.9;

/// One dyno's samples, oldest first.
#[derive(Clone, Debug, Default)]
struct Track(VecDeque<Sample>);

/// Memory at one minute.
#[derive(Clone, Copy, Debug)]
struct Sample {
    /// Start of the minute, unix seconds.
    at_s: i64,
    mb: f32,
}

/// The memory of each dyno of an app.
#[derive(Clone, Debug, Default)]
pub struct MemoryTracks {
    tracks: BTreeMap<Box<str>, Track>,
    /// The minute of the trends, and the trends.
    made_s: i64,
    trends: Arc<[MemoryTrend]>,
}

impl MemoryTracks {
    /// Adds a sample; a later one of the same minute replaces it.
    pub fn add(&mut self, dyno: &str, at_s: i64, mb: f64) {
        if !mb.is_finite() {
            return;
        }
        let sample = Sample { at_s: at_s - at_s.rem_euclid(STEP_S), mb: mb as f32 };
        if let Some(track) = self.tracks.get_mut(dyno) {
            track.add(sample);
        } else if self.tracks.len() < DYNOS_MAX {
            let mut track = Track::default();
            track.add(sample);
            self.tracks.insert(dyno.into(), track);
        }
    }

    /// The memory of each dyno that still reports; computed once a minute.
    pub(super) fn trends(&mut self, now_s: i64) -> Arc<[MemoryTrend]> {
        let minute_s = now_s - now_s.rem_euclid(STEP_S);
        if self.made_s != minute_s {
            self.tracks.retain(|_, track| track.0.back().is_some_and(|it| it.at_s >= now_s - GONE_S));
            let trends = self.tracks.iter().filter_map(|(dyno, track)| {
                let now_mb = f64::from(track.0.back()?.mb);
                Some(MemoryTrend { dyno: dyno.clone(), now_mb, mb_per_h: track.mb_per_h() })
            });
            (self.made_s, self.trends) = (minute_s, trends.collect());
        }
        Arc::clone(&self.trends)
    }
}

/// The growth of a dyno's memory, MB an hour, from samples (unix seconds, MB) in order of time;
/// `None` where there are few or where it doesn't grow steadily.
pub(in crate::watch) fn growth_mb_per_h(samples: impl Iterator<Item = (i64, f64)>) -> Option<f64> {
    Track(samples.map(|(at_s, mb)| Sample { at_s, mb: mb as f32 }).collect()).mb_per_h()
}

impl Track {
    fn add(&mut self, sample: Sample) {
        match self.0.binary_search_by_key(&sample.at_s, |it| it.at_s) {
            Ok(at) => self.0[at] = sample,
            Err(at) => self.0.insert(at, sample),
        }
        let newest_s = self.0.back().map_or(sample.at_s, |it| it.at_s);
        while self.0.front().is_some_and(|it| it.at_s <= newest_s - STEPS_MAX as i64 * STEP_S) {
            self.0.pop_front();
        }
    }

    /// The slope of all samples, or of their second half if that is flatter: a dyno that has just
    /// started grows, and then stops to grow. The slope is the median of those between all pairs of
    /// samples (Theil and Sen), which single odd samples don't move.
    fn mb_per_h(&self) -> Option<f64> {
        let all = slope(self.0.len(), &self.0, 0)?;
        let second_half = slope(self.0.len() / 2, &self.0, self.0.len() - self.0.len() / 2)?;
        Some(all.min(second_half))
    }
}

fn slope(n: usize, samples: &VecDeque<Sample>, from: usize) -> Option<f64> {
    if samples.len() < SAMPLES_MIN {
        return None;
    }
    let step = n.div_ceil(POINTS).max(1);
    let points: Vec<&Sample> = samples.range(from..).rev().step_by(step).collect();
    let mut slopes: Vec<f64> = vec![];
    for (at, late) in points.iter().enumerate() {
        for early in &points[at + 1..] {
            slopes.push(f64::from(late.mb - early.mb) / (late.at_s - early.at_s) as f64 * 3_600.0);
        }
    }
    let growing = slopes.iter().filter(|it| **it > 0.0).count();
    if slopes.is_empty() || (growing as f64) < GROWING_MIN * slopes.len() as f64 {
        return None;
    }
    let middle = slopes.len() / 2;
    Some(*slopes.select_nth_unstable_by(middle, f64::total_cmp).1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trend(memory: impl Fn(i64) -> f64) -> Option<i64> {
        let mut tracks = MemoryTracks::default();
        (0..60).for_each(|minute| tracks.add("web.1", minute * 60, memory(minute)));
        tracks.trends(3_600)[0].mb_per_h.map(|it| it.round() as i64)
    }

    #[test]
    fn ok_steady_growth_has_a_slope() {
        assert_eq!(trend(|minute| 300.0 + minute as f64), Some(60));
        let odd = |minute: i64| if minute == 20 { 900.0 } else { 300.0 + minute as f64 * 2.0 };
        assert_eq!(trend(odd), Some(120), "one odd sample");
    }

    #[test]
    fn ok_other_courses_have_none() {
        assert_eq!(trend(|minute| 300.0 + (minute * 37 % 11) as f64), None, "noise");
        assert_eq!(trend(|minute| 300.0 + (minute as f64).min(20.0) * 10.0), None, "a dyno that has just started");
        assert_eq!(trend(|minute| 300.0 - minute as f64), None);
    }

    #[test]
    fn ok_dynos_that_are_gone_are_forgotten() {
        let mut tracks = MemoryTracks::default();
        tracks.add("web.1", 0, 300.0);
        tracks.add("web.2", 600, 300.0);
        let names: Vec<Box<str>> = tracks.trends(660).iter().map(|it| it.dyno.clone()).collect();
        assert_eq!(names, ["web.2".into()]);
    }
}
