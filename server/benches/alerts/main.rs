//! A simulated year of three apps, with 60 incidents each, judged by the built-in rules and by
//! fixed thresholds. `cargo bench -p server --bench alerts -- --seed N [--seeds M] [--days D]
//! [--verbose]`
#![expect(clippy::print_stdout, reason = "the result of a bench is its output")]

mod app;
mod dice;
mod fixed;
mod incident;
mod machine;
mod usual;
mod year;

use std::time::Instant;

use year::{Outcome, play};

const RATES: [f64; 3] = [0.05, 5.0, 500.0];

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let number = |name: &str, default: u64| {
        let at = arguments.iter().position(|it| it == name);
        at.and_then(|at| arguments.get(at + 1)?.parse().ok()).unwrap_or(default)
    };
    let (first, seeds, days) = (number("--seed", 1), number("--seeds", 1), number("--days", 365) as i64);
    let is_verbose = arguments.iter().any(|it| it == "--verbose");
    let rates: Vec<f64> = arguments
        .iter()
        .position(|it| it == "--rate")
        .and_then(|at| arguments.get(at + 1)?.parse().ok())
        .map_or(RATES.to_vec(), |it| vec![it]);
    for per_s in rates {
        let begun = Instant::now();
        let years: Vec<[Outcome; 2]> = (first..first + seeds).map(|seed| play(seed, per_s, days)).collect();
        println!(
            "\n{per_s} requests/s, seeds {first} to {}, {days} days each, {:.0} s",
            first + seeds - 1,
            begun.elapsed().as_secs_f64()
        );
        for (name, at) in [("built-in rules", 0), ("fixed thresholds", 1)] {
            let outcomes: Vec<&Outcome> = years.iter().map(|it| &it[at]).collect();
            print(name, &outcomes, is_verbose && at == 0);
        }
    }
}

fn print(name: &str, years: &[&Outcome], is_verbose: bool) {
    let sum = |of: &dyn Fn(&Outcome) -> (usize, usize)| {
        years.iter().map(|it| of(it)).fold((0, 0), |sum, it| (sum.0 + it.0, sum.1 + it.1))
    };
    let (found, all) = sum(&Outcome::found);
    let (in_time, grave) = sum(&Outcome::grave_in_time);
    let false_a_month = years.iter().map(|it| it.false_a_month()).sum::<f64>() / years.len() as f64;
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
        println!(
            "    {:22} {found:3} of {all:3}  median {:>8}  worst {:>8}",
            kind.name(),
            at(times.len() / 2),
            at(times.len().saturating_sub(1))
        );
    }
    let mut by_rule = std::collections::BTreeMap::new();
    for (rule, n) in years.iter().flat_map(|it| it.false_by_rule()) {
        *by_rule.entry(rule).or_insert(0) += n;
    }
    println!("    false: {by_rule:?}");
    if is_verbose {
        for year in years {
            for it in year.false_alarms.iter().take(60) {
                println!(
                    "      false at day {} {:05.2} h: {} {} {}",
                    it.at_s / 86_400,
                    (it.at_s % 86_400) as f64 / 3_600.0,
                    it.rule,
                    it.severity.word(),
                    it.text
                );
            }
            for (incident, after_s) in year.incidents.iter().zip(&year.found_after_s) {
                if after_s.is_none_or(|it| it > 120 && incident.kind.is_grave()) {
                    println!(
                        "      {after_s:?} {:?} at {:.1} h for {} min",
                        incident,
                        (incident.from_s % 86_400) as f64 / 3_600.0,
                        (incident.to_s - incident.from_s) / 60
                    );
                }
            }
        }
    }
}
