//! The Sizing page: a web process that is busy, a worker whose jobs wait, and a queue.

use contract::{
    AppHeader,
    sizing::{
        Advice, DynoChoice, LoadAverage, MemoryGrowth, MemorySizing, PeakLoad, ProcessSizing, QueueFigure, QueueSizing,
        RouterWait, Sizing, SizingPage, SizingQuery, Verdict, Work,
    },
};

use crate::NOW_S;

pub(crate) fn page(head: AppHeader, query: SizingQuery) -> SizingPage {
    let span = query.range.until(NOW_S);
    let queue = |metric: &str, figure, peak| QueueSizing {
        metric: metric.into(),
        source: "mailers".into(),
        figure,
        peak,
        last: 3.0,
    };
    let queues =
        vec![queue("queue.latency", QueueFigure::Wait, 192_000.0), queue("queue.depth", QueueFigure::Depth, 1_240.0)];
    let (processes, queues) =
        if head.summary.app == "staging" { (vec![], vec![]) } else { (vec![web(), worker()], queues) };
    let sizing = Sizing { query, span, step_s: 60, processes, queues, processes_left_out: 0, queues_left_out: 0 };
    SizingPage { head, sizing }
}

fn web() -> ProcessSizing {
    let choice = |dynos, at_once| DynoChoice { dynos, at_once, busy: at_once };
    ProcessSizing {
        process: "web".into(),
        dynos: 4,
        work: Work::Requests,
        peak: Some(peak(4, 41.2, 180.0, "41.2 requests/s × 180 ms ÷ 4 dynos = 1.85 requests at once a dyno")),
        slowest: Some(peak(4, 28.0, 910.0, "28.0 requests/s × 910 ms ÷ 4 dynos = 6.37 requests at once a dyno")),
        choices: vec![choice(3, 2.47), choice(4, 1.85), choice(5, 1.48)],
        memory: Some(MemorySizing {
            dyno: "web.2".into(),
            peak_mb: 384.0,
            quota_mb: Some(512.0),
            growth: Some(MemoryGrowth { dyno: "web.1".into(), mb_per_day: 31.0, full_in_s: Some(360_000) }),
        }),
        load: Some(LoadAverage { dyno: "web.2".into(), peak: 2.41, mean: 0.62 }),
        wait: RouterWait { connect_p95_ms: Some(2.0), queue_p95_ms: Some(14.0) },
        advice: Advice {
            verdict: Verdict::More,
            dynos: Some(9),
            says: "4 web dynos are too few if each handles 1 request at once: at the peak each had 1.85; \
                   9 would have handled 0.82 each."
                .into(),
        },
    }
}

fn worker() -> ProcessSizing {
    ProcessSizing {
        process: "worker".into(),
        dynos: 1,
        work: Work::Jobs,
        peak: Some(peak(1, 0.6, 900.0, "0.60 jobs/s × 900 ms ÷ 1 dyno = 0.54 jobs at once a dyno")),
        advice: Advice {
            verdict: Verdict::Waiting,
            dynos: Some(2),
            says: "Jobs waited up to 3 min: more worker dynos or threads shorten that. \
                   At the peak it ran 0.54 jobs at once."
                .into(),
        },
        ..ProcessSizing::default()
    }
}

fn peak(dynos: u32, per_s: f64, mean_ms: f64, says: &str) -> PeakLoad {
    let at_once = per_s * mean_ms / 1_000.0 / f64::from(dynos);
    PeakLoad { at_s: NOW_S - 3_600, dynos, per_s, mean_ms, at_once, says: says.into() }
}
