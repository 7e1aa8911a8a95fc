//! Ten kinds of traffic that nothing was tuned to, each read by `tap` and by the whole server over
//! HTTP into SQLite with raw lines kept, beside `awk '{print $10,$11,$12}'` and `wc -l` on the same
//! lines in the same run. The seed changes with each run; `SEED=` repeats one, `MIX=` chooses by
//! name.
//!
//! CPU seconds, user and system: best of three for the tools, once for the server, whose senders
//! are not measured. Asserts that every line was counted. The worst mix is the headline.
#![expect(clippy::print_stdout, reason = "the result of a bench is its output")]
#![allow(clippy::unwrap_used, reason = "a bench that can't go on should say where")]

use std::{env, fs};

use testing::{
    clock::now_ms,
    http::Sender,
    mixes::{self, APPS_PER_DRAIN, MIXES, Made, Mix, counted},
    process::{self, Server},
    wait::wait_for,
};

const LINES: u64 = 400_000;
/// Batches of a line or two cost much more a line: fewer of them are enough.
const BATCHES_MAX: usize = 40_000;
const ROUNDS: usize = 3;

/// What a mix cost, CPU seconds.
struct Cost {
    tap_to_awk: f64,
    server_to_awk: f64,
}

fn main() {
    let seed = mixes::seed();
    let chosen = env::var("MIX").unwrap_or_default();
    println!("seed {seed}, {LINES} lines of each mix");
    println!(
        "{:<18} {:>8} {:>8} {:>8} {:>8} {:>8} {:>9} {:>9} {:>11} {:>10}",
        "mix", "wc s", "awk s", "tap s", "tap/awk", "server s", "srv/awk", "lines", "M lines/s", "µs/batch"
    );
    let costs: Vec<(&str, Cost)> =
        MIXES.iter().filter(|it| it.name.contains(&chosen)).map(|mix| (mix.name, measure(mix, seed))).collect();
    for (what, of) in [("tap", (|it| it.tap_to_awk) as fn(&Cost) -> f64), ("server", |it| it.server_to_awk)] {
        let worst = costs.iter().max_by(|a, b| of(&a.1).total_cmp(&of(&b.1)));
        let Some((name, cost)) = worst else { continue };
        println!("worst for {what}: {name}, {:.2} of awk's CPU", of(cost));
    }
}

fn measure(mix: &Mix, seed: u64) -> Cost {
    let mut made = mix.make(seed, LINES, now_ms());
    let dir = tempfile::TempDir::new().unwrap();
    fs::write(dir.path().join("lines"), &made.text).unwrap();
    let tap = process::path().display().to_string();
    let best = |command: &str| (0..ROUNDS).map(|_| process::cpu_s(dir.path(), command)).fold(f64::INFINITY, f64::min);
    let wc_s = best("wc -l lines");
    let awk_s = best("awk '{print $10,$11,$12}' lines");
    let tap_s = best(&format!("{tap} tap < lines"));
    made.batches.truncate(BATCHES_MAX);
    let lines: u64 = made.batches.iter().map(|it| it.lines).sum();
    let server_s = server_s(&made, lines);
    // Where batches were left out, awk is charged for the lines that were sent alone.
    let awk_share_s = awk_s * lines as f64 / LINES as f64;
    let cost = Cost { tap_to_awk: tap_s / awk_s, server_to_awk: server_s / awk_share_s };
    println!(
        "{:<18} {wc_s:>8.3} {awk_s:>8.3} {tap_s:>8.3} {:>8.2} {server_s:>8.3} {:>9.2} {lines:>9} {:>11.3} {:>10.1}",
        mix.name,
        cost.tap_to_awk,
        cost.server_to_awk,
        lines as f64 / server_s / 1e6,
        server_s * 1e6 / made.batches.len() as f64
    );
    cost
}

/// CPU seconds of the server while it takes all batches, one after the other, and stores them.
fn server_s(made: &Made, lines: u64) -> f64 {
    let server = Server::start();
    let apps = made.batches.iter().map(|it| it.app).max().unwrap() + 1;
    let drain = |number: u64| server.add_drain(&[&format!("drain{number}"), "--shared"]);
    let sender = |number| Sender::new(server.address, &drain(number));
    let mut senders: Vec<Sender> = (0..apps.div_ceil(APPS_PER_DRAIN)).map(sender).collect();
    let before_s = server.cpu_s();
    for (number, batch) in made.batches.iter().enumerate() {
        let sender = &mut senders[usize::try_from(batch.app / APPS_PER_DRAIN).unwrap()];
        sender.post_of(&format!("app{}", batch.app), &batch.body, &format!("{number:032X}"));
    }
    let spent_s = server.cpu_s() - before_s;
    wait_for("every line to be counted", || counted(&server, apps) == lines);
    spent_s
}
