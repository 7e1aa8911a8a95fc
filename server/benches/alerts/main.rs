//! A simulated year of three apps, with 60 incidents each, judged by the built-in rules and by
//! fixed thresholds. `cargo bench -p server --bench alerts -- --seed N [--seeds M] [--days D]
//! [--rate R] [--stretch S] [--verbose]`
#![expect(clippy::print_stdout, reason = "the result of a bench is its output")]

mod app;
mod dice;
mod fixed;
mod incident;
mod usual;
mod year;

use std::{collections::BTreeMap, time::Instant};

use year::{Play, Year, play, said_s};

/// Requests a second, and how many times as long as elsewhere short incidents are: an outage of ten
/// minutes is thirty requests of the quiet app, which is therefore played with longer ones too.
const PLAYED: [(f64, f64); 4] = [(0.05, 1.0), (0.05, 6.0), (5.0, 1.0), (500.0, 1.0)];
const MONTH_DAYS: f64 = 30.4;

/// What follows a name among the arguments.
fn argument<T: std::str::FromStr>(name: &str) -> Option<T> {
    let arguments: Vec<String> = std::env::args().collect();
    let at = arguments.iter().position(|it| it == name)?;
    arguments.get(at + 1)?.parse().ok()
}

fn main() {
    let (first, seeds) = (argument("--seed").unwrap_or(1), argument("--seeds").unwrap_or(1));
    let days = argument("--days").unwrap_or(365);
    let is_verbose = std::env::args().any(|it| it == "--verbose");
    let only: Option<f64> = argument("--rate");
    let stretch: Option<f64> = argument("--stretch");
    let is_wanted = |played: &&(f64, f64)| {
        only.is_none_or(|it| it.total_cmp(&played.0).is_eq())
            && stretch.is_none_or(|it| it.total_cmp(&played.1).is_eq())
    };
    for (per_s, stretch) in PLAYED.iter().filter(is_wanted).copied() {
        let begun = Instant::now();
        let years: Vec<[Year; 2]> =
            (first..first + seeds).map(|seed| play(Play { seed, per_s, days, stretch })).collect();
        let longer = if stretch > 1.0 { format!(", short incidents {stretch}× as long") } else { String::new() };
        println!(
            "\n{per_s} requests/s{longer}, seeds {first} to {}, {days} days each, {:.0} s",
            first + seeds - 1,
            begun.elapsed().as_secs_f64()
        );
        for (name, at) in [("built-in rules", 0), ("fixed thresholds", 1)] {
            let outcomes: Vec<&Year> = years.iter().map(|it| &it[at]).collect();
            print(name, &outcomes);
            if is_verbose && at == 0 {
                outcomes.iter().for_each(|it| print_each(it));
            }
        }
    }
}

fn print(name: &str, years: &[&Year]) {
    let sum = |of: fn(&Year) -> (usize, usize)| {
        years.iter().map(|it| of(it)).fold((0, 0), |sum, it| (sum.0 + it.0, sum.1 + it.1))
    };
    let ((found, all), (in_time, grave)) = (sum(Year::found), sum(Year::grave_in_time));
    let months = years.iter().map(|it| it.days as f64).sum::<f64>() / MONTH_DAYS;
    let mut by_rule: BTreeMap<String, usize> = BTreeMap::new();
    for (rule, n) in years.iter().flat_map(|it| it.false_by_rule()) {
        *by_rule.entry(rule).or_default() += n;
    }
    let false_a_month = by_rule.values().sum::<usize>() as f64 / months;
    println!(
        "  {name}: found {found} of {all} ({:.0} %), grave within 2 min {in_time} of {grave}, {false_a_month:.2} false alarms a month",
        found as f64 / all as f64 * 100.0
    );
    for kind in incident::Kind::ALL {
        let (mut found, mut all, mut times) = (0, 0, vec![]);
        for year in years {
            if let Some((some, of, after_s)) = year.by_kind().remove(&kind) {
                (found, all) = (found + some, all + of);
                times.extend(after_s);
            }
        }
        times.sort_unstable();
        let at = |at: usize| times.get(at).map_or("-".to_owned(), |it| format!("{it} s"));
        let mark = if kind.is_grave() { "grave" } else { "" };
        println!(
            "    {:20} {mark:5} {found:3} of {all:3}  median {:>8}  worst {:>8}",
            kind.name(),
            at(times.len() / 2),
            at(times.len().saturating_sub(1))
        );
    }
    let by_rule: Vec<String> = by_rule.iter().map(|(rule, n)| format!("{rule} {:.2}", *n as f64 / months)).collect();
    println!("    false a month: {}", if by_rule.is_empty() { "none".to_owned() } else { by_rule.join(", ") });
}

/// Each false alarm, and each incident that was found late or not at all.
fn print_each(year: &Year) {
    for said in &year.false_alarms {
        let at_s = said_s(said);
        println!(
            "      false at day {} {:05.2} h: {} {} {} ({})",
            at_s / 86_400,
            (at_s % 86_400) as f64 / 3_600.0,
            said.rule,
            said.severity.word(),
            said.what,
            said.detail
        );
    }
    for (incident, after_s) in year.incidents.iter().zip(&year.found_after_s) {
        if after_s.is_none_or(|it| it > 120 && incident.kind.is_grave()) {
            println!(
                "      {after_s:?} {incident:?} at {:.1} h for {} min",
                (incident.from_s % 86_400) as f64 / 3_600.0,
                (incident.to_s - incident.from_s) / 60
            );
        }
    }
}
