//! Counts and percentiles by awk and sorting, as a reference. None of the server's code is used.

use std::{
    collections::BTreeMap,
    io::Write,
    process::{Command, Stdio},
};

/// How often awk sees each value of a key (`status`, `code`, `dyno`) in the lines. Empty values are
/// counted, missing keys are not.
pub fn recount(lines: &[String], key: &str) -> BTreeMap<String, f64> {
    let program = format!(
        "{{ for (i = 1; i <= NF; i++) if (index($i, \"{key}=\") == 1) n[substr($i, length(\"{key}=\") + 1)]++ }} END {{ for (k in n) print k \"\\t\" n[k] }}"
    );
    awk(&program, lines)
        .lines()
        .map(|it| it.split_once('\t').unwrap())
        .map(|(value, n)| (value.to_owned(), n.parse().unwrap()))
        .collect()
}

/// The service times that awk finds, sorted, ms.
pub fn service_ms(lines: &[String]) -> Vec<f64> {
    let program = "{ for (i = 1; i <= NF; i++) if ($i ~ /^service=[0-9]+ms$/) print substr($i, 9) + 0 }";
    let mut values: Vec<f64> = awk(program, lines).lines().map(|it| it.parse().unwrap()).collect();
    values.sort_by(f64::total_cmp);
    values
}

/// The value of nearest rank at a quantile.
pub fn exact(sorted: &[f64], quantile: f64) -> f64 {
    let rank = (quantile * sorted.len() as f64).ceil().max(1.0) as usize;
    sorted[rank - 1]
}

fn awk(program: &str, lines: &[String]) -> String {
    let mut awk = Command::new("awk").arg(program).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = awk.stdin.take().unwrap();
    let text = lines.join("\n") + "\n";
    let writing = std::thread::spawn(move || stdin.write_all(text.as_bytes()).unwrap());
    let output = awk.wait_with_output().unwrap();
    writing.join().unwrap();
    String::from_utf8(output.stdout).unwrap()
}
