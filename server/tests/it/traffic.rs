//! Seeded router lines in the form that `heroku logs -t` prints, the same as frames, and a recount of them by awk and sort: nothing of
//! our own reads them back.

use std::{
    collections::BTreeMap,
    io::Write,
    process::{Command, Stdio},
};

/// A generator of numbers: splitmix64.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides
    }
}

/// `n` lines as `heroku logs -t` prints them, over the last `span_s` seconds.
pub fn lines(seed: u64, n: usize, span_s: i64) -> Vec<String> {
    let mut dice = Dice(seed);
    let start_s = now_ms() / 1_000 - span_s;
    let line = |index: usize| {
        let at_us = start_s * 1_000_000 + index as i64 * span_s * 1_000_000 / n as i64;
        let dyno = format!("web.{}", 1 + dice.roll(6));
        let path = format!("/orders/{}/items?q=a=b", dice.roll(90_000));
        let head = |at: &str| {
            format!(
                "{at} method=GET path=\"{path}\" host=shop.example.com request_id=5c2b fwd=\"203.0.113.{}\"",
                index % 250
            )
        };
        let message = match dice.roll(100) {
            0 => format!(
                "{} dyno={dyno} connect=1ms service=30000ms status=503 bytes=0 protocol=https",
                head("at=error code=H12 desc=\"Request timeout\"")
            ),
            1 => format!(
                "{} dyno= connect= service= status=503 bytes= protocol=https",
                head("at=error code=H10 desc=\"App crashed\"")
            ),
            roll => {
                let status = match roll {
                    2..=6 => 404,
                    7..=14 => 302,
                    15 => 500,
                    16 => 201,
                    _ => 200,
                };
                // A long tail: a product of uniform numbers.
                let service = 3 + dice.roll(40) + dice.roll(50) * dice.roll(50) * dice.roll(50) / 400;
                format!(
                    "{} dyno={dyno} connect={}ms service={service}ms status={status} bytes={} protocol=https",
                    head("at=info"),
                    dice.roll(4),
                    200 + dice.roll(9_000)
                )
            }
        };
        format!("{} heroku[router]: {message}", stamp(at_us))
    };
    (0..n).map(line).collect()
}

/// The same lines as octet-counted frames, as logplex posts them.
pub fn frames(lines: &[String]) -> Vec<u8> {
    lines.iter().flat_map(|it| frame(it)).collect()
}

/// One line as `heroku logs -t` prints it, as a frame.
pub fn frame(line: &str) -> Vec<u8> {
    let (time, rest) = line.split_once(' ').unwrap();
    let (source, message) = rest.split_once(": ").unwrap();
    let (app, process) = source.trim_end_matches(']').split_once('[').unwrap();
    let text = format!("<158>1 {time} host {app} {process} - {message}\n");
    format!("{} {text}", text.len()).into_bytes()
}

/// A router line of now.
pub fn now_line(service_ms: u64) -> String {
    router_line(&stamp(now_ms() * 1_000), service_ms)
}

/// A router line of any time.
pub fn router_line(time: &str, service_ms: u64) -> String {
    format!(
        "{time} heroku[router]: at=info method=GET path=\"/\" host=h request_id=1 fwd=\"192.0.2.1\" dyno=web.1 connect=1ms service={service_ms}ms status=200 bytes=5 protocol=https"
    )
}

/// How often awk sees each value of a key (`status`, `code`, `dyno`) in the lines; an empty value counts as such, a missing key
/// does not.
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

/// The service times that awk sees, sorted.
pub fn service_ms(lines: &[String]) -> Vec<f64> {
    let program = "{ for (i = 1; i <= NF; i++) if ($i ~ /^service=[0-9]+ms$/) print substr($i, 9) + 0 }";
    let mut values: Vec<f64> = awk(program, lines).lines().map(|it| it.parse().unwrap()).collect();
    values.sort_by(f64::total_cmp);
    values
}

/// The value of nearest rank.
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

pub fn now_ms() -> i64 {
    i64::try_from(std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis()).unwrap()
}

/// Unix microseconds as logplex writes them (civil-from-days after H. Hinnant's description).
pub fn stamp(at_us: i64) -> String {
    let (days, us) = (at_us.div_euclid(86_400_000_000), at_us.rem_euclid(86_400_000_000));
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let (day, month) = (doy - (153 * mp + 2) / 5 + 1, if mp < 10 { mp + 3 } else { mp - 9 });
    let year = yoe + era * 400 + i64::from(month <= 2);
    let s = us / 1_000_000;
    format!("{year}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{:06}+00:00", s / 3_600, s / 60 % 60, s % 60, us % 1_000_000)
}
