//! What 1,000 apps cost that each send a batch of 20 lines a second, over 20 connections into
//! SQLite with raw lines kept: CPU of the server as a share of one core, beside `awk
//! '{print $10,$11,$12}'` on as many such lines in the same run, and its memory. `SEED=` repeats a
//! run.
//!
//! The lines have many labels, so that an app gets some hundred series. The first half, in which
//! most of them are new, is given apart. Asserts that every line was counted. Senders are not
//! measured; seconds that they could not send in time are told.
#![expect(clippy::print_stdout, reason = "the result of a bench is its output")]
#![allow(clippy::unwrap_used, reason = "a bench that can't go on should say where")]

use std::{
    fs,
    sync::mpsc::{self, Receiver, Sender as Queue},
    thread,
    time::{Duration, Instant},
};

use testing::{
    clock::now_ms,
    http::Sender,
    mixes::{self, APPS, APPS_PER_DRAIN, Batch, MIXES, Mix, counted},
    process::{self, Server},
    wait::wait_for,
};

/// Lines of a batch.
const LINES: u64 = 20;
const SECONDS: usize = 60;
const CONNECTIONS: usize = 20;

/// The batches of a second that one connection sends, with their ids.
type Share = Vec<(Batch, String)>;

fn main() {
    let seed = mixes::seed();
    let mix = MIXES.iter().find(|it| it.name == "1,000 apps").unwrap();
    let awk_s = awk_s(mix, seed);
    let server = Server::start();
    let (queues, is_sent) = connections(&server);
    let mut late = 0;
    let mut cpu_s = vec![server.cpu_s()];
    for second in 0..SECONDS {
        let began = Instant::now();
        let made = mix.make(seed.wrapping_add(second as u64 * 2), APPS * LINES, now_ms());
        let mut shares: Vec<Share> = queues.iter().map(|_| vec![]).collect();
        for (number, batch) in made.batches.into_iter().enumerate() {
            let connection = usize::try_from(batch.app).unwrap() * CONNECTIONS / APPS as usize;
            shares[connection].push((batch, format!("{:032X}", second * 10_000 + number)));
        }
        queues.iter().zip(shares).for_each(|(queue, share)| queue.send(share).unwrap());
        queues.iter().for_each(|_| is_sent.recv().unwrap());
        late += u32::from(began.elapsed() > Duration::from_secs(1));
        // The pace is what is measured.
        thread::sleep(Duration::from_secs(1).saturating_sub(began.elapsed()));
        cpu_s.push(server.cpu_s());
    }
    let lines = APPS * LINES * SECONDS as u64;
    wait_for("every line to be counted", || counted(&server, APPS) == lines);
    println!("seed {seed}, {APPS} apps, {LINES} lines a second each, {SECONDS} s, {late} of them late");
    for (what, from, to) in [("new series", 0, SECONDS / 2), ("then", SECONDS / 2, SECONDS)] {
        let share = (cpu_s[to] - cpu_s[from]) / (to - from) as f64;
        println!("{what:<12} {share:>6.3} of a core, {:>6.1} times awk", share / awk_s);
    }
    println!("{:<12} {:>6} MB at most", "memory", server.memory_kb("VmHWM") / 1_024);
}

/// A thread for each connection: the queue of its batches, and where each tells that it has sent a
/// second's.
fn connections(server: &Server) -> (Vec<Queue<Share>>, Receiver<()>) {
    let drain = |number: u64| server.add_drain(&[&format!("drain{number}"), "--shared"]);
    let drains: Vec<String> = (0..APPS.div_ceil(APPS_PER_DRAIN)).map(drain).collect();
    let (sent, is_sent) = mpsc::channel();
    let connection = |number: usize| {
        let mut sender = Sender::new(server.address, &drains[number * drains.len() / CONNECTIONS]);
        let (queue, shares) = mpsc::channel::<Share>();
        let sent = sent.clone();
        thread::spawn(move || {
            for share in shares {
                for (batch, id) in share {
                    sender.post_of(&format!("app{}", batch.app), &batch.body, &id);
                }
                sent.send(()).unwrap();
            }
        });
        queue
    };
    ((0..CONNECTIONS).map(connection).collect(), is_sent)
}

/// CPU seconds that awk takes for the lines of a second.
fn awk_s(mix: &Mix, seed: u64) -> f64 {
    const TIMES: u64 = 20;
    let dir = tempfile::TempDir::new().unwrap();
    fs::write(dir.path().join("lines"), mix.make(seed, TIMES * APPS * LINES, now_ms()).text).unwrap();
    process::cpu_s(dir.path(), "awk '{print $10,$11,$12}' lines") / TIMES as f64
}
