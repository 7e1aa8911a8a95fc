//! Figures and the advice that they come to.

use contract::sizing::MemoryGrowth;

use super::*;

fn peak(per_s: f64, mean_ms: f64, dynos: u32) -> PeakLoad {
    let at_once = at_once(per_s, mean_ms, dynos);
    PeakLoad { per_s, mean_ms, dynos, at_once, ..PeakLoad::default() }
}

fn memory(peak_mb: f64, growth: Option<(f64, i64)>) -> MemorySizing {
    let growth = growth.map(|(mb_per_day, full_in_s)| MemoryGrowth {
        dyno: "web.3".into(),
        mb_per_day,
        full_in_s: Some(full_in_s),
    });
    MemorySizing { dyno: "web.2".into(), peak_mb, quota_mb: Some(512.0), growth }
}

fn web<'a>(dynos: u32, limit: u32, peak: &'a PeakLoad, memory: Option<&'a MemorySizing>) -> Figures<'a> {
    let (work, peak) = (Work::Requests, Some(peak));
    let measured_s = MEASURED_S_MIN;
    Figures {
        process: "web",
        work,
        dynos,
        at_once: limit,
        peak,
        measured_s,
        memory,
        wait_ms: None,
        ..Figures::default()
    }
}

#[track_caller]
fn check(figures: &Figures<'_>, verdict: Verdict, dynos: Option<u32>, says: &str) {
    assert_eq!(advise(figures), Advice { verdict, dynos, says: says.to_owned() });
}

#[test]
fn ok_enough() {
    check(
        &web(4, 1, &peak(20.0, 180.0, 4), None),
        Verdict::Enough,
        Some(4),
        "4 web dynos are enough: at the peak each handled 0.90 requests at once; 3 would have handled 1.20.",
    );
    check(
        &web(1, 1, &peak(2.0, 150.0, 1), None),
        Verdict::Enough,
        Some(1),
        "1 web dyno is enough: at the peak it handled 0.30 requests at once.",
    );
    check(
        &web(2, 1, &peak(2.0, 150.0, 2), None),
        Verdict::Enough,
        Some(2),
        "2 web dynos are enough: at the peak each handled 0.15 requests at once; 1 would have handled 0.30. \
         Two stay, so that one can restart.",
    );
}

#[test]
fn ok_more() {
    check(
        &web(4, 1, &peak(41.2, 180.0, 4), None),
        Verdict::More,
        Some(9),
        "4 web dynos are too few if each handles 1 request at once: at the peak each had 1.85; \
         9 would have handled 0.82 each.",
    );
    // Five threads are enough for the same work.
    let verdict = advise(&web(4, 5, &peak(41.2, 180.0, 4), None)).verdict;
    assert_eq!(verdict, Verdict::Fewer);
    check(
        &web(1, 5, &peak(100.0, 60.0, 1), Some(&memory(510.0, None))),
        Verdict::More,
        Some(2),
        "1 web dyno is too few if each handles 5 requests at once: at the peak it had 6.00; \
         2 would have handled 3.00 each. Memory is a limit too: web.2 used 510 of 512 MB.",
    );
}

#[test]
fn ok_fewer_but_never_the_second_last() {
    check(
        &web(8, 1, &peak(10.0, 100.0, 8), None),
        Verdict::Fewer,
        Some(2),
        "2 web dynos would be enough: at the peak each would have handled 0.50 requests at once; with 8 it was 0.12.",
    );
    check(
        &web(3, 5, &peak(10.0, 100.0, 3), None),
        Verdict::Fewer,
        Some(2),
        "2 web dynos would be enough: at the peak each would have handled 0.50 requests at once; with 3 it was 0.33. \
         Two stay, so that one can restart.",
    );
    for n in 1..60 {
        for dynos in 1..12 {
            let found = advise(&web(dynos, 1, &peak(f64::from(n), 90.0, dynos), None));
            let least = dynos.min(2);
            assert!(found.dynos.is_some_and(|it| it >= least), "{n} {dynos} {found:?}");
            let stays = advise(&web(found.dynos.unwrap_or(0), 1, &peak(f64::from(n), 90.0, dynos), None));
            assert_eq!((stays.verdict, stays.dynos), (Verdict::Enough, found.dynos), "{n} {dynos}: {}", stays.says);
        }
    }
}

#[test]
fn ok_memory_is_the_limit() {
    check(
        &web(4, 1, &peak(10.0, 100.0, 4), Some(&memory(505.0, None))),
        Verdict::Memory,
        Some(4),
        "Memory is the limit, not requests: web.2 used 505 of 512 MB; at the peak a dyno handled 0.25 requests at once.",
    );
    check(
        &web(4, 1, &peak(10.0, 100.0, 4), Some(&memory(400.0, Some((160.0, 50_000))))),
        Verdict::Memory,
        Some(4),
        "Memory is the limit, not requests: web.3 grows by 7 MB an hour and is full in 13 h 53 min; \
         at the peak a dyno handled 0.25 requests at once.",
    );
    let slow = memory(400.0, Some((10.0, 900_000)));
    assert_eq!(advise(&web(4, 1, &peak(10.0, 300.0, 4), Some(&slow))).verdict, Verdict::Enough);
    let unlimited = MemorySizing { quota_mb: None, ..memory(9_999.0, None) };
    assert_eq!(advise(&web(4, 1, &peak(10.0, 300.0, 4), Some(&unlimited))).verdict, Verdict::Enough);
}

#[test]
fn ok_too_little_to_tell() {
    let peak = peak(10.0, 100.0, 4);
    let says = "Too little data: 12 min with requests in this range, advice needs 30 min.";
    check(&Figures { measured_s: 720, ..web(4, 1, &peak, None) }, Verdict::TooLittle, None, says);
    let says = "No web dyno ran at the end of this range.";
    check(&Figures { dynos: 0, ..web(4, 1, &peak, Some(&memory(600.0, None))) }, Verdict::Unknown, None, says);
    let says = "Nothing in the log says how much 2 clock dynos do.";
    let idle = Figures { process: "clock", dynos: 2, at_once: 1, ..Figures::default() };
    check(&idle, Verdict::Unknown, None, says);
    let full = memory(600.0, None);
    let says = "Memory is the limit: web.2 used 600 of 512 MB.";
    check(&Figures { memory: Some(&full), ..idle }, Verdict::Memory, None, says);
}

#[test]
fn ok_a_span_that_has_data_at_its_end_only() {
    let peak = peak(2.0, 150.0, 1);
    let says = |known_s| advise(&Figures { known_s, span_s: 604_800, ..web(1, 1, &peak, None) }).says;
    assert!(says(11_520).ends_with("0.30 requests at once. Only the last 3 h 12 min have data."), "{}", says(11_520));
    assert!(says(600_000).ends_with("0.30 requests at once."), "{}", says(600_000));
}

#[test]
fn ok_workers_by_the_wait_of_their_jobs() {
    let peak = peak(2.0, 900.0, 2);
    let worker = Figures { process: "worker", work: Work::Jobs, ..web(2, 1, &peak, None) };
    let says = "2 worker dynos are enough: jobs waited at most 3.20 s, and at the peak each ran 0.90 jobs at once.";
    check(&Figures { wait_ms: Some(3_200.0), ..worker }, Verdict::Enough, Some(2), says);
    let says = "Jobs waited up to 4 min: more worker dynos or threads shorten that. \
                At the peak each ran 0.90 jobs at once.";
    check(&Figures { wait_ms: Some(240_000.0), ..worker }, Verdict::Waiting, Some(3), says);
    let says = "At the peak each ran 0.90 jobs at once. \
                Log how long jobs wait, such as sample#queue.latency=2s, for advice.";
    check(&worker, Verdict::Unknown, None, says);
}

#[test]
fn ok_the_arithmetic() {
    let says = "41.2 requests/s × 180 ms ÷ 4 dynos = 1.85 requests at once a dyno";
    assert_eq!(arithmetic(Work::Requests, 41.2, 180.0, 4), says);
    let says = "0.20 jobs/s × 1.50 s ÷ 1 dyno = 0.30 jobs at once a dyno";
    assert_eq!(arithmetic(Work::Jobs, 0.2, 1_500.0, 1), says);
    let given =
        choices(4, 2, &peak(41.2, 180.0, 4)).into_iter().map(|it| (it.dynos, number(it.at_once), number(it.busy)));
    let expected = [(3, "2.47", "1.24"), (4, "1.85", "0.93"), (5, "1.48", "0.74")];
    assert!(given.eq(expected.map(|(n, a, b)| (n, a.to_owned(), b.to_owned()))));
    assert_eq!(choices(1, 1, &peak(1.0, 1.0, 1)).len(), 2);
    assert_eq!(choices(0, 1, &peak(1.0, 1.0, 1)), []);
}
