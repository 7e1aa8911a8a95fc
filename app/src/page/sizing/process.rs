//! The card of one process type: what is advised, the arithmetic behind it, and its dynos' memory,
//! load and waits.

use contract::{
    Range,
    sizing::{DynoChoice, LoadAverage, MemorySizing, PeakLoad, ProcessSizing, RouterWait, Verdict, Work},
};
use leptos::prelude::*;

use crate::part::{
    number::{digits, figure_text, grouped, latency, percent},
    time::{day_clock, length},
};

/// The Dashboard shows this much time before and after a step, seconds.
const AROUND_S: i64 = 1_800;

/// What is said of a step in which requests took longer than at the peak.
const SLOWEST: &str = ". Each took longer then: more dynos don't make a slow database faster.";

/// Growth of memory from this on is shown by the hour, MB a day.
const FAST_MB_PER_DAY: f64 = 240.0;

/// The card.
pub fn card(app: &str, process: ProcessSizing, step_s: i64) -> AnyView {
    let ProcessSizing { process: name, dynos, work, peak, slowest, choices, memory, load, wait, advice } = process;
    let label = name.clone();
    let count = if dynos == 1 { "1 dyno".to_owned() } else { format!("{} dynos", grouped(i64::from(dynos))) };
    let tone = match advice.verdict {
        Verdict::More | Verdict::Waiting | Verdict::Memory => "chip degraded",
        Verdict::Enough | Verdict::Fewer => "chip healthy",
        Verdict::TooLittle | Verdict::Unknown => "chip silent",
    };
    let peak_name = if step_s > 60 { "Peak hour" } else { "Peak minute" };
    let facts = [
        peak.map(|it| fact(peak_name, at(app, &it, step_s), "")),
        slowest.map(|it| fact("Slowest", at(app, &it, step_s), SLOWEST)),
        memory.map(|it| fact("Memory", memory_text(&it).into_any(), "")),
        load.map(|it| fact("Load", load_text(&it).into_any(), "")),
        wait_text(wait).map(|it| fact("Before a dyno", it.into_any(), "")),
    ];
    view! {
        <section class="card story" aria-label=label>
            <div class="card-head"><h2>{name}<small>{count}</small></h2><span class=tone>{advice.verdict.label()}</span></div>
            <p class="advice">{advice.says}</p>
            {table(&choices, dynos, work)}
            <dl>{facts.into_iter().flatten().collect_view()}</dl>
        </section>
    }
    .into_any()
}

fn fact(name: &'static str, value: AnyView, note: &'static str) -> AnyView {
    view! { <div><dt>{name}</dt><dd>{value}{note}</dd></div> }.into_any()
}

/// What one dyno fewer and one more give.
fn table(choices: &[DynoChoice], now: u32, work: Work) -> Option<AnyView> {
    let row = |choice: &DynoChoice| {
        let is_now = choice.dynos == now;
        let note = if is_now { " now" } else { "" };
        let strong = if is_now { "num strong" } else { "num" };
        let class = if choice.busy > 1.0 { "num bad" } else { "num" };
        view! {
            <tr>
                <th scope="row">{grouped(i64::from(choice.dynos))}{note}</th><td class=strong>{digits(choice.at_once)}</td>
                <td class=class>{figure_text(Some(percent(choice.busy)))}</td>
            </tr>
        }
    };
    let things = if work == Work::Jobs { "Jobs at once a dyno" } else { "Requests at once a dyno" };
    (!choices.is_empty()).then(|| {
        view! {
            <table>
                <thead>
                    <tr><th scope="col">"Dynos"</th><th scope="col" class="num">{things}</th><th scope="col" class="num">"Busy"</th></tr>
                </thead>
                <tbody>{choices.iter().map(row).collect_view()}</tbody>
            </table>
        }
        .into_any()
    })
}

/// The arithmetic of a step, and a link to the Dashboard around it.
fn at(app: &str, load: &PeakLoad, step_s: i64) -> AnyView {
    let range = Range::between(load.at_s - AROUND_S, load.at_s + step_s + AROUND_S);
    let (from_s, to_s) = range.span_s().map_or((0, 0), |it| it.ends());
    let href = format!("/apps/{app}?from={from_s}&to={to_s}");
    view! { <a class="more" href=href>{day_clock(load.at_s)}</a>": "{load.says.clone()} }.into_any()
}

fn megabytes(mb: f64) -> String {
    grouped(mb.round() as i64)
}

fn memory_text(memory: &MemorySizing) -> String {
    let MemorySizing { dyno, peak_mb, quota_mb, growth } = memory;
    let mut text = match quota_mb.filter(|it| *it > 0.0) {
        Some(quota_mb) => {
            let share = figure_text(Some(percent(peak_mb / quota_mb)));
            format!("{dyno} used up to {} of {} MB, {share}.", megabytes(*peak_mb), megabytes(quota_mb))
        }
        None => format!("{dyno} used up to {} MB.", megabytes(*peak_mb)),
    };
    match growth {
        Some(growth) => {
            let (mb, unit) = match growth.mb_per_day {
                per_day @ ..FAST_MB_PER_DAY => (per_day, "a day"),
                per_day => (per_day / 24.0, "an hour"),
            };
            text += &format!(" {} grows by {} MB {unit}", growth.dyno, megabytes(mb));
            match growth.full_in_s {
                Some(..=0) => text += " and is full",
                Some(full_in_s) => text += &format!(": full in {}", length(full_in_s)),
                None => {}
            }
            text += ".";
        }
        None => text += " No dyno grew steadily over the last day.",
    }
    text
}

fn load_text(load: &LoadAverage) -> String {
    format!("{} on average, up to {} on {}", digits(load.mean), digits(load.peak), load.dyno)
}

/// The waits that were measured; `None` without any.
fn wait_text(wait: RouterWait) -> Option<String> {
    let part = |name: &str, ms: Option<f64>| Some(format!("p95 of {name} {}", figure_text(Some(latency(ms?)))));
    let parts = [part("connect", wait.connect_p95_ms), part("queue time", wait.queue_p95_ms)];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

#[cfg(test)]
mod tests {
    use contract::sizing::MemoryGrowth;

    use super::*;

    #[test]
    fn ok_memory() {
        let memory = MemorySizing { dyno: "web.2".into(), peak_mb: 384.2, quota_mb: Some(512.0), growth: None };
        assert_eq!(
            memory_text(&memory),
            "web.2 used up to 384 of 512 MB, 75.0 %. No dyno grew steadily over the last day."
        );
        let growth = Some(MemoryGrowth { dyno: "web.1".into(), mb_per_day: 31.0, full_in_s: Some(360_000) });
        let growing = MemorySizing { growth, ..memory.clone() };
        let expected = "web.2 used up to 384 of 512 MB, 75.0 %. web.1 grows by 31 MB a day: full in 4 d 4 h.";
        assert_eq!(memory_text(&growing), expected);
        let growth = Some(MemoryGrowth { dyno: "web.1".into(), mb_per_day: 4_800.0, full_in_s: Some(0) });
        let leaking = MemorySizing { growth, ..memory.clone() };
        let expected = "web.2 used up to 384 of 512 MB, 75.0 %. web.1 grows by 200 MB an hour and is full.";
        assert_eq!(memory_text(&leaking), expected);
        let unlimited = MemorySizing { quota_mb: None, ..memory };
        assert_eq!(memory_text(&unlimited), "web.2 used up to 384 MB. No dyno grew steadily over the last day.");
    }

    #[test]
    fn ok_waits() {
        assert_eq!(wait_text(RouterWait::default()), None);
        let both = RouterWait { connect_p95_ms: Some(2.0), queue_p95_ms: Some(1_500.0) };
        assert_eq!(wait_text(both).as_deref(), Some("p95 of connect 2 ms, p95 of queue time 1.50 s"));
    }
}
