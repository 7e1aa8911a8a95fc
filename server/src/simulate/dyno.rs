//! Lines of the platform about dynos: memory and load every 20 seconds, and every start, stop and
//! crash.

use std::sync::Arc;

use super::{
    app::App,
    entry::Entry,
    random::Random,
    scenario::{Moment, Restart, RestartReason},
};

const QUOTA_MB: f64 = 512.0;
const REPORT_EVERY_S: i64 = 20;
/// Time between the restarts of two dynos of an app, seconds.
const STAGGER_S: i64 = 2;
/// Longest time during which a restart produces lines, seconds.
const RESTART_S: i64 = 120;
/// A line of the dyno manager in a restart.
struct ScriptLine {
    /// Seconds after the restart's beginning.
    after_s: i64,
    text: &'static str,
}

const fn line(after_s: i64, text: &'static str) -> ScriptLine {
    ScriptLine { after_s, text }
}

/// A dyno, by its index among the app's dynos and its name.
#[derive(Clone, Copy)]
struct Dyno<'a> {
    index: usize,
    name: &'a Arc<str>,
}

const USER: &str = "deploy@example.com";

/// The dyno manager's lines in a restart.
const RESTARTING: &[ScriptLine] = &[
    line(1, "Restarting"),
    line(1, "State changed from up to starting"),
    line(2, "Stopping all processes with SIGTERM"),
    line(3, "Process exited with status 143"),
    line(6, "Starting process with command `bundle exec puma -C config/puma.rb`"),
    line(9, "State changed from starting to up"),
];

/// The dyno manager's lines when the new release doesn't start.
const CRASHING: &[ScriptLine] = &[
    line(1, "Restarting"),
    line(1, "State changed from up to starting"),
    line(2, "Stopping all processes with SIGTERM"),
    line(3, "Process exited with status 143"),
    line(6, "Starting process with command `bundle exec puma -C config/puma.rb`"),
    line(10, "Process exited with status 1"),
    line(10, "State changed from starting to crashed"),
];

/// The dyno manager's lines when a crashed dyno is started again.
const REVIVING: &[ScriptLine] = &[
    line(1, "State changed from crashed to starting"),
    line(4, "Starting process with command `bundle exec puma -C config/puma.rb`"),
    line(8, "State changed from starting to up"),
];

/// Appends the platform's lines of one second.
pub(crate) fn write(app: &App, seed: u64, moment: Moment, out: &mut Vec<Entry>) {
    for (index, name) in app.web.iter().chain([&app.worker]).enumerate() {
        if (moment.unix_s + index as i64 * 7).rem_euclid(REPORT_EVERY_S) == 0 {
            report(app, seed, Dyno { index, name }, moment, out);
        }
    }
    for restart in app.scenario.restarts_within(moment.at_s, RESTART_S) {
        release(app, seed, restart, moment, out);
        lifecycle(app, restart, moment, out);
    }
}

/// Appends the two lines of runtime metrics, and R14 while the dyno is over its quota.
fn report(app: &App, seed: u64, dyno: Dyno<'_>, Moment { unix_s, at_s }: Moment, out: &mut Vec<Entry>) {
    let Dyno { index, name } = dyno;
    let mut random = Random::of(seed, &[app.index, unix_s.cast_unsigned(), 2, index as u64]);
    let started = app.scenario.running_since(index, at_s);
    let uuid = Random::of(seed, &[app.index, index as u64, started.number.cast_unsigned(), 3]).uuid();
    let up_s = at_s - started.at_s;
    let busy =
        app.rate_at(unix_s) / app.web.len().max(1) as f64 / 20.0 * app.scenario.conditions(at_s).database.min(3.0);
    let load = |random: &mut Random| (busy * random.between(0.6, 1.4)).max(0.0);
    let total_mb = app.memory_mb + app.scenario.leaked_mb(index, at_s) + random.between(-3.0, 3.0);
    let (cache_mb, swap_mb) = (random.between(2.0, 9.0), (total_mb - QUOTA_MB).max(0.0));
    let rss_mb = total_mb - cache_mb - swap_mb;
    let pages = up_s.max(0) * 310;
    let mut at_us = unix_s * 1_000_000 + random.below(900_000).cast_signed();
    let mut add_line = |text| {
        at_us += 40;
        out.push(Entry { at_us, app: "heroku", proc_id: Arc::clone(name), text });
    };
    let id = format!("source={name} dyno=heroku.{}.{uuid}", 56_000_000 + app.index);
    add_line(format!(
        "{id} sample#load_avg_1m={:.2} sample#load_avg_5m={:.2} sample#load_avg_15m={:.2}",
        load(&mut random),
        load(&mut random),
        load(&mut random)
    ));
    add_line(format!(
        "{id} sample#memory_total={total_mb:.2}MB sample#memory_rss={rss_mb:.2}MB sample#memory_cache={cache_mb:.2}MB \
         sample#memory_swap={swap_mb:.2}MB sample#memory_pgpgin={pages}pages sample#memory_pgpgout={}pages \
         sample#memory_quota={QUOTA_MB:.2}MB",
        pages / 3
    ));
    if total_mb > QUOTA_MB {
        add_line(format!("Process running mem={:.0}M({:.1}%)", total_mb, total_mb / QUOTA_MB * 100.0));
        add_line("Error R14 (Memory quota exceeded)".to_owned());
    }
}

/// Appends the platform API's lines about a release, in the first second of the release.
fn release(app: &App, seed: u64, restart: Restart, Moment { unix_s, at_s }: Moment, out: &mut Vec<Entry>) {
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

fn lifecycle(app: &App, restart: Restart, Moment { unix_s, at_s }: Moment, out: &mut Vec<Entry>) {
    let script = match restart.reason {
        RestartReason::BadDeploy => CRASHING,
        RestartReason::Restart if restart.dyno.is_none() => REVIVING,
        _ => RESTARTING,
    };
    for (index, name) in app.web.iter().enumerate().filter(|(index, _)| restart.dyno.is_none_or(|it| it == *index)) {
        let since_s = at_s - restart.at_s - index as i64 * STAGGER_S % 4;
        for (step, line) in script.iter().enumerate().filter(|(_, line)| line.after_s == since_s) {
            let at_us = unix_s * 1_000_000 + 300_000 + (step * 9_000 + index * 1_100) as i64;
            out.push(Entry { at_us, app: "heroku", proc_id: Arc::clone(name), text: line.text.to_owned() });
        }
    }
}
