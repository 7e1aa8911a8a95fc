//! Lines of a Heroku Postgres add-on, once a minute, and of a worker about its queue, every ten
//! seconds.

use std::sync::Arc;

use super::{
    app::App,
    entry::Entry,
    random::{Random, wave},
    scenario::Moment,
};

const DATABASE_EVERY_S: i64 = 60;
const QUEUE_EVERY_S: i64 = 10;
const CONNECTIONS_MAX: f64 = 120.0;

/// Appends the lines of one second.
pub(crate) fn write(app: &App, seed: u64, moment: Moment, out: &mut Vec<Entry>) {
    let Moment { unix_s, at_s } = moment;
    let mut random = Random::of(seed, &[app.index, unix_s.cast_unsigned(), 5]);
    if (unix_s + 17 + app.index.cast_signed() * 13).rem_euclid(DATABASE_EVERY_S) == 0 {
        let text = database(app, moment, &mut random);
        // The add-on's own timestamps have no fraction.
        out.push(Entry { at_us: unix_s * 1_000_000, app: "app", proc_id: "heroku-postgres".into(), text });
    }
    if (unix_s + app.index.cast_signed()).rem_euclid(QUEUE_EVERY_S) == 0 {
        let depth = (4.0 + 3.0 * wave(unix_s as f64 / 400.0)) * app.scenario.conditions(at_s).database;
        let jobs = random.poisson(6.0);
        let text = format!(
            "sample#queue.depth={depth:.0} sample#queue.latency={:.2}s count#jobs.done={jobs} measure#job.time={:.1}ms",
            depth * 0.4,
            random.log_normal(180.0, 1.0)
        );
        let at_us = unix_s * 1_000_000 + random.below(900_000).cast_signed();
        let line = |at_us, text| Entry { at_us, app: "app", proc_id: Arc::clone(&app.worker), text };
        out.push(line(at_us, text));
        for _ in 0..jobs {
            let (at_us, text) = job(unix_s, &mut random);
            out.push(line(at_us, text));
        }
    }
}

/// The line of a job that has ended, as Sidekiq writes it on a dyno, and its time.
fn job(unix_s: i64, random: &mut Random) -> (i64, String) {
    let class = random.pick(&["ReceiptJob", "InvoiceJob", "Search::IndexJob"], |_| 1.0);
    let (id, elapsed_s) = (random.bits() >> 16, random.log_normal(180.0, 1.0) / 1_000.0);
    let text = format!("pid=4 tid=oxk class={class} jid={id:024x} elapsed={elapsed_s:.3} INFO: done");
    (unix_s * 1_000_000 + random.below(900_000).cast_signed(), text)
}

fn database(app: &App, Moment { unix_s, at_s }: Moment, random: &mut Random) -> String {
    let strain = app.scenario.conditions(at_s).database;
    let active = (14.0 * strain + random.between(-2.0, 2.0)).clamp(3.0, CONNECTIONS_MAX);
    let load = 0.35 * strain;
    let minutes = unix_s / DATABASE_EVERY_S;
    format!(
        "source=DATABASE addon=postgresql-{}-{} sample#current_transaction={} sample#db_size={}bytes sample#tables=64 \
         sample#active-connections={active:.0} sample#waiting-connections={:.0} sample#max-connections={CONNECTIONS_MAX:.0} \
         sample#connections-percentage-used={:.5} sample#index-cache-hit-rate={:.5} sample#table-cache-hit-rate={:.5} \
         sample#load-avg-1m={:.3} sample#load-avg-5m={:.3} sample#load-avg-15m={:.3} sample#read-iops={:.3} \
         sample#write-iops={:.3} sample#memory-total=8162480kB sample#memory-free={:.0}kB sample#memory-postgres={:.0}kB",
        ["rigid", "sleek", "vivid", "cubic"][(app.index % 4) as usize],
        40_200 + app.index * 37,
        minutes * 1_217,
        8_412_345_678_i64 + (minutes % 1_000_000) * 4_096,
        (strain - 3.0).max(0.0),
        active / CONNECTIONS_MAX,
        random.between(0.994, 0.999),
        random.between(0.981, 0.997),
        load * random.between(0.8, 1.2),
        load,
        load * 0.9,
        random.between(2.0, 9.0) * strain,
        random.between(12.0, 30.0),
        random.between(400_000.0, 620_000.0),
        random.between(60_000.0, 70_000.0),
    )
}
