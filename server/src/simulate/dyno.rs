//! Lines of the platform about dynos: memory and load every 20 seconds, and every start, stop and
//! crash.

use std::sync::Arc;

use super::{
    app::App,
    entry::Entry,
    random::Random,
    scenario::{Restart, RestartReason},
};

const QUOTA_MB: f64 = 512.0;
const REPORT_EVERY_S: i64 = 20;
/// Time between the restarts of two dynos of an app, seconds.
const STAGGER_S: i64 = 2;
/// Longest time during which a restart produces lines, seconds.
const RESTART_S: i64 = 120;
const USER: &str = "deploy@example.com";

/// The dyno manager's lines in a restart: seconds after its start, and the text.
const RESTARTING: &[(i64, &str)] = &[
    (1, "Restarting"),
    (1, "State changed from up to starting"),
    (2, "Stopping all processes with SIGTERM"),
    (3, "Process exited with status 143"),
    (6, "Starting process with command `bundle exec puma -C config/puma.rb`"),
    (9, "State changed from starting to up"),
];

/// The dyno manager's lines when the new release doesn't start.
const CRASHING: &[(i64, &str)] = &[
    (1, "Restarting"),
    (1, "State changed from up to starting"),
    (2, "Stopping all processes with SIGTERM"),
    (3, "Process exited with status 143"),
    (6, "Starting process with command `bundle exec puma -C config/puma.rb`"),
    (10, "Process exited with status 1"),
    (10, "State changed from starting to crashed"),
];

/// The dyno manager's lines when a crashed dyno is started again.
const REVIVING: &[(i64, &str)] = &[
    (1, "State changed from crashed to starting"),
    (4, "Starting process with command `bundle exec puma -C config/puma.rb`"),
    (8, "State changed from starting to up"),
];

/// Appends the platform's lines of one second. `unix_s` is unix time, `at_s` counts from the
/// origin.
pub fn write(app: &App, seed: u64, unix_s: i64, at_s: i64, out: &mut Vec<Entry>) {
    for (place, dyno) in app.web.iter().chain([&app.worker]).enumerate() {
        if (unix_s + place as i64 * 7).rem_euclid(REPORT_EVERY_S) == 0 {
            report(app, seed, (place, dyno), (unix_s, at_s), out);
        }
    }
    for restart in app.scenario.restarts_within(at_s, RESTART_S) {
        release(app, seed, restart, (unix_s, at_s), out);
        lifecycle(app, restart, (unix_s, at_s), out);
    }
}

/// Appends the two lines of runtime metrics, and R14 while the dyno is over its quota.
fn report(app: &App, seed: u64, (place, dyno): (usize, &Arc<str>), (unix_s, at_s): (i64, i64), out: &mut Vec<Entry>) {
    let mut random = Random::of(seed, &[app.index, unix_s.cast_unsigned(), 2, place as u64]);
    let started = app.scenario.running_since(place, at_s);
    let uuid = Random::of(seed, &[app.index, place as u64, started.number.cast_unsigned(), 3]).uuid();
    let up_s = at_s - started.at_s;
    let busy =
        app.rate_at(unix_s) / app.web.len().max(1) as f64 / 20.0 * app.scenario.conditions(at_s).database.min(3.0);
    let load = |random: &mut Random| (busy * random.between(0.6, 1.4)).max(0.0);
    let total_mb = app.memory_mb + app.scenario.leaked_mb(place, at_s) + random.between(-3.0, 3.0);
    let (cache_mb, swap_mb) = (random.between(2.0, 9.0), (total_mb - QUOTA_MB).max(0.0));
    let rss_mb = total_mb - cache_mb - swap_mb;
    let pages = up_s.max(0) * 310;
    let mut at_us = unix_s * 1_000_000 + random.below(900_000).cast_signed();
    let mut say = |text| {
        at_us += 40;
        out.push(Entry { at_us, app: "heroku", proc_id: Arc::clone(dyno), text });
    };
    let id = format!("source={dyno} dyno=heroku.{}.{uuid}", 56_000_000 + app.index);
    say(format!(
        "{id} sample#load_avg_1m={:.2} sample#load_avg_5m={:.2} sample#load_avg_15m={:.2}",
        load(&mut random),
        load(&mut random),
        load(&mut random)
    ));
    say(format!(
        "{id} sample#memory_total={total_mb:.2}MB sample#memory_rss={rss_mb:.2}MB sample#memory_cache={cache_mb:.2}MB \
         sample#memory_swap={swap_mb:.2}MB sample#memory_pgpgin={pages}pages sample#memory_pgpgout={}pages \
         sample#memory_quota={QUOTA_MB:.2}MB",
        pages / 3
    ));
    if total_mb > QUOTA_MB {
        say(format!("Process running mem={:.0}M({:.1}%)", total_mb, total_mb / QUOTA_MB * 100.0));
        say("Error R14 (Memory quota exceeded)".to_owned());
    }
}

/// Appends the platform API's lines about a release, in the first second of the release.
fn release(app: &App, seed: u64, restart: Restart, (unix_s, at_s): (i64, i64), out: &mut Vec<Entry>) {
    if restart.at_s != at_s || restart.reason == RestartReason::Restart {
        return;
    }
    let version = 400 + restart.number;
    let commit = Random::of(seed, &[app.index, restart.number.cast_unsigned(), 4]).bits() as u32;
    let what = match restart.reason {
        RestartReason::Rollback => format!("Rollback to v{} by user {USER}", version - 2),
        _ => format!("Deploy {commit:08x} by user {USER}"),
    };
    // A release and its cause have the same timestamp.
    let at_us = unix_s * 1_000_000 + 120_000;
    for text in [what, format!("Release v{version} created by user {USER}")] {
        out.push(Entry { at_us, app: "app", proc_id: "api".into(), text });
    }
}

fn lifecycle(app: &App, restart: Restart, (unix_s, at_s): (i64, i64), out: &mut Vec<Entry>) {
    let script = match restart.reason {
        RestartReason::BadDeploy => CRASHING,
        RestartReason::Restart if restart.dyno.is_none() => REVIVING,
        _ => RESTARTING,
    };
    for (place, dyno) in app.web.iter().enumerate().filter(|it| restart.dyno.is_none_or(|only| only == it.0)) {
        let since_s = at_s - restart.at_s - place as i64 * STAGGER_S % 4;
        for (step, (_, text)) in script.iter().enumerate().filter(|it| it.1.0 == since_s) {
            let at_us = unix_s * 1_000_000 + 300_000 + (step * 9_000 + place * 1_100) as i64;
            out.push(Entry { at_us, app: "heroku", proc_id: Arc::clone(dyno), text: (*text).to_owned() });
        }
    }
}
