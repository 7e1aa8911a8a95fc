//! Bodies reduced to deltas: times, the server's own counters, limits, and properties of all
//! bodies. Single formats are tested in their own files.

use pipeline::{
    CELLS_PER_BATCH_MAX, Delta, LATE_MS, Loss, Origin, Reducer, SERIES_PER_BATCH_MAX, unmatched::UNMATCHED_SAMPLES_MAX,
};
use proptest::prelude::*;

use crate::support::{LOGPLEX, RECEIVED_MS, RECEIVED_S, TIME, framed, merged, message, reduce, shown, total};

/// The seconds of one of the server's own counters, with their sums.
fn seconds(delta: &Delta, metric: &str) -> Vec<(i64, f64)> {
    let mut found: Vec<_> = delta
        .cells
        .iter()
        .filter(|it| &*delta.series[it.series as usize].metric == metric)
        .map(|it| (it.second, it.cell.sum))
        .collect();
    found.sort_by_key(|(second, _)| *second);
    found
}

#[test]
fn ok_empty_body() {
    assert_eq!(reduce(b"", &LOGPLEX), Delta::default());
}

#[test]
fn ok_lines_count_in_their_own_second() {
    let at = |second| message(&format!("2022-06-13T14:52:{second}Z"), "app", "web.1", "text");
    let delta = reduce(&framed(&[at("21.9"), at("22"), at("21")]), &LOGPLEX);
    assert_eq!(delta.lines, 3);
    assert_eq!(delta.newest_ms, Some(RECEIVED_MS - 1_622));
    assert_eq!(seconds(&delta, "drain.lines"), [(RECEIVED_S - 2, 2.0), (RECEIVED_S - 1, 1.0)]);
    assert_eq!(seconds(&delta, "drain.unmatched"), [(RECEIVED_S - 2, 2.0), (RECEIVED_S - 1, 1.0)]);
    assert_eq!(delta.series.len(), 2);
    assert_eq!(delta.losses, []);
}

#[test]
fn ok_unmatched_lines_are_counted_and_are_no_loss() {
    let line = |proc_id, msg: &str| message(TIME, "app", proc_id, msg);
    let body = framed(&[
        line("web.1", "count#a=1"),
        line("web.1", "Started GET \"/a/1\" for 1.2.3.4 password=hunter2"),
        line("web.2", "Started GET \"/b\" for 5.6.7.8"),
        line("router", "at=info method=GET path=\"/\" connect=1ms service=2ms status=200 bytes=3"),
        line("web.1", "sample#a=x"),
        line("web.1", " "),
        line("worker.1", "job 17 done"),
        line("worker.1", "plain"),
        line("worker.1", "other words"),
    ]);
    let delta = reduce(&body, &LOGPLEX);
    assert_eq!((delta.lines, delta.unmatched_lines), (9, 5));
    assert_eq!(seconds(&delta, "drain.unmatched"), [(RECEIVED_S, 5.0)]);
    let samples: Vec<_> = delta.unmatched.iter().map(|it| &*it.text).collect();
    assert_eq!(samples.len(), UNMATCHED_SAMPLES_MAX);
    assert!(samples[0].starts_with("web.1: Started GET") && !samples[0].contains("hunter2"), "{samples:?}");
    assert_eq!(samples[1..], ["worker.1: job 17 done", "worker.1: plain"]);
    assert!(delta.losses.iter().all(|it| !it.0.is_whole_frame()));
}

#[test]
fn ok_lines_without_a_time_count_at_receipt() {
    for time in ["-", "yesterday"] {
        let delta = reduce(&framed(&[message(time, "app", "web.1", "text")]), &LOGPLEX);
        assert_eq!(delta.newest_ms, Some(RECEIVED_MS));
        assert_eq!(seconds(&delta, "drain.lines"), [(RECEIVED_S, 1.0)]);
    }
}

#[test]
fn ok_future_and_late() {
    let received = |received_ms| reduce(&framed(&[message(TIME, "app", "p", "x")]), &Origin { received_ms, ..LOGPLEX });
    for shift_ms in [-LATE_MS, LATE_MS] {
        let delta = received(RECEIVED_MS + shift_ms);
        assert_eq!((seconds(&delta, "drain.late"), seconds(&delta, "drain.future")), (vec![], vec![]));
        assert_eq!(delta.newest_ms, Some(RECEIVED_MS));
    }
    let late = received(RECEIVED_MS + LATE_MS + 1);
    assert_eq!(seconds(&late, "drain.late"), [(RECEIVED_S, 1.0)]);
    assert_eq!(seconds(&late, "drain.lines"), [(RECEIVED_S, 1.0)]);
    let future = received(RECEIVED_MS - LATE_MS - 1);
    let at_s = (RECEIVED_MS - LATE_MS - 1) / 1_000;
    assert_eq!(seconds(&future, "drain.future"), [(at_s, 1.0)]);
    assert_eq!(seconds(&future, "drain.lines"), [(at_s, 1.0)]);
    assert_eq!(future.newest_ms, Some(RECEIVED_MS - LATE_MS - 1));
}

#[test]
fn ok_times_before_1970_and_at_the_ends() {
    let body = framed(&[message("1969-12-31T23:59:59.5Z", "app", "p", "x")]);
    assert_eq!(seconds(&reduce(&body, &LOGPLEX), "drain.lines"), [(-1, 1.0)]);
    for received_ms in [i64::MIN, i64::MAX] {
        assert_eq!(reduce(&body, &Origin { received_ms, ..LOGPLEX }).lines, 1);
    }
}

#[test]
fn err_broken_frames_cost_no_good_line() {
    let good = message(TIME, "app", "p", "count#a=2");
    let body = framed(&[&good[..], b"<999>1 x", b"<13>1 - h", &good[..]]);
    let delta = reduce(&[b"junk ", &body[..]].concat(), &LOGPLEX);
    assert_eq!(delta.lines, 2);
    assert_eq!(delta.losses, [(Loss::FrameCount, 1), (Loss::HeaderPriority, 1), (Loss::HeaderFields, 1)]);
    assert_eq!(
        shown(&delta),
        "a 4/2\ndrain.losses{code=frame_count} 1\ndrain.losses{code=header_fields} 1\ndrain.losses{code=header_priority} 1"
    );
}

#[test]
fn err_series_limit() {
    // Several lines, since one frame can't hold this many names.
    let messages: Vec<_> = (0..SERIES_PER_BATCH_MAX)
        .step_by(4_000)
        .map(|from| (from..from + 4_000).map(|it| format!("count#n{it} ")).collect::<String>())
        .map(|names| message(TIME, "app", "p", &names))
        .collect();
    let delta = reduce(&framed(&messages), &LOGPLEX);
    let named = delta.series.iter().filter(|it| it.metric.starts_with('n')).count();
    assert_eq!(named, SERIES_PER_BATCH_MAX);
    let refused = total(&delta, "drain.losses", "series_limit");
    assert_eq!(refused, (messages.len() * 4_000 - SERIES_PER_BATCH_MAX) as f64);
    assert_eq!(delta.losses, [(Loss::SeriesLimit, refused as u64)]);
    assert_eq!(total(&delta, "drain.lines", ""), messages.len() as f64);
}

#[test]
fn err_cell_limit() {
    // Each line has its own second and gives two cells: its own, and one of `drain.lines`.
    let messages: Vec<_> = (0..CELLS_PER_BATCH_MAX)
        .map(|n| {
            let (hour, minute, second) = (n / 3_600, n / 60 % 60, n % 60);
            let (day, hour) = (1 + hour / 24, hour % 24);
            message(&format!("2022-06-{day:02}T{hour:02}:{minute:02}:{second:02}Z"), "app", "p", "count#a")
        })
        .collect();
    let delta = reduce(&framed(&messages), &LOGPLEX);
    assert_eq!(total(&delta, "drain.lines", ""), messages.len() as f64);
    assert_eq!(total(&delta, "a", "") + total(&delta, "drain.losses", "cell_limit"), messages.len() as f64);
    assert!(total(&delta, "a", "") <= CELLS_PER_BATCH_MAX as f64 / 2.0);
}

#[test]
fn ok_a_reducer_keeps_no_values() {
    let mut reducer = Reducer::new();
    let one = framed(&[message(TIME, "heroku", "router", "at=info dyno=web.1 service=3ms status=200")]);
    let other = framed(&[message(TIME, "app", "web.1", "measure#a=1 source=s")]);
    let first = reducer.reduce(&one, &LOGPLEX);
    reducer.reduce(&other, &Origin { prefix: "p", source_prefix: "q", ..LOGPLEX });
    assert_eq!(reducer.reduce(&one, &LOGPLEX), first);
    assert_eq!(reducer.reduce(b"", &LOGPLEX), Delta::default());
}

#[test]
fn ok_names_of_losses_are_distinct() {
    let mut words: Vec<_> = Loss::ALL.into_iter().map(Loss::word).collect();
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), Loss::COUNT);
    for (place, loss) in Loss::ALL.into_iter().enumerate() {
        assert_eq!(loss as usize, place, "{}", loss.word());
    }
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        (1u8..9, 0u32..40_000, prop::sample::select(vec!["200", "302", "404", "503", "101", ""])).prop_map(
            |(dyno, service, status)| format!(
                "at=info method=GET path=\"/a b\" host=h fwd=\"1.2.3.4\" dyno=web.{dyno} connect=1ms service={service}ms status={status} bytes=2"
            )
        ),
        (0u32..9, 0u32..100).prop_map(|(name, value)| format!("measure#n{name}={value}ms count#c sample#s={value}")),
        "[ -~]{0,40}",
    ]
}

fn body() -> impl Strategy<Value = Vec<u8>> {
    let line = (55u32..60, 0u32..1_000, prop::sample::select(vec!["router", "web.1", "logplex"]), text());
    prop::collection::vec(line, 0..30).prop_map(|lines| {
        let messages: Vec<_> = lines
            .into_iter()
            .map(|(second, ms, proc_id, text)| {
                message(&format!("2022-06-13T14:51:{second}.{ms:03}Z"), "heroku", proc_id, &text)
            })
            .collect();
        framed(&messages)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn ok_a_body_is_the_sum_of_its_parts(one in body(), other in body()) {
        let whole = reduce(&[&one[..], &other[..]].concat(), &LOGPLEX);
        let (one, other) = (reduce(&one, &LOGPLEX), reduce(&other, &LOGPLEX));
        prop_assert_eq!(merged(&[&whole]), merged(&[&one, &other]));
        prop_assert_eq!(whole.lines, one.lines + other.lines);
        prop_assert_eq!(whole.newest_ms, one.newest_ms.max(other.newest_ms));
    }

    #[test]
    fn ok_series_and_cells_occur_once(body in body()) {
        let delta = reduce(&body, &LOGPLEX);
        prop_assert_eq!(merged(&[&delta]).len(), delta.cells.len());
        let mut series = delta.series.clone();
        series.sort();
        series.dedup();
        prop_assert_eq!(series.len(), delta.series.len());
    }

    #[test]
    fn err_every_frame_is_a_line_or_a_loss(
        mut body in body(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..20),
        from_logplex: bool,
    ) {
        for (place, byte) in damage {
            if !body.is_empty() {
                let at = place.index(body.len());
                body[at] = byte;
            }
        }
        let delta = reduce(&body, &Origin { from_logplex, ..LOGPLEX });
        let frames = pipeline::Frames::new(&body).count() as u64;
        let lost: u64 = delta.losses.iter().filter(|(loss, _)| loss.is_whole_frame()).map(|(_, count)| count).sum();
        prop_assert_eq!(delta.lines + lost, frames);
        prop_assert_eq!(total(&delta, "drain.lines", ""), delta.lines as f64);
        for (loss, count) in &delta.losses {
            prop_assert_eq!(total(&delta, "drain.losses", loss.word()), *count as f64);
        }
    }

    #[test]
    fn err_random_bytes_never_panic(body in prop::collection::vec(any::<u8>(), 0..500), received_ms: i64) {
        let delta = reduce(&body, &Origin { received_ms, ..LOGPLEX });
        prop_assert_eq!(total(&delta, "drain.lines", ""), delta.lines as f64);
    }
}
