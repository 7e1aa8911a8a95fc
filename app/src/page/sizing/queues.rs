//! The card of queues: how many jobs waited, and for how long, as metrics of the log say.

use contract::sizing::{QueueFigure, QueueSizing};
use leptos::prelude::*;

use crate::part::{
    address::add,
    number::{figure_text, grouped, latency},
};

/// The card; `None` where no metric describes a queue.
pub fn card(app: &str, queues: &[QueueSizing]) -> Option<AnyView> {
    let row = |queue: &QueueSizing| {
        let mut href = format!("/apps/{app}/metrics");
        add(&mut href, "metric", &queue.metric);
        let what = match queue.figure {
            QueueFigure::Depth => "Depth",
            QueueFigure::Wait => "Wait",
        };
        view! {
            <tr>
                <th scope="row"><a href=href>{queue.metric.clone()}</a>" "{queue.source.clone()}</th><td>{what}</td>
                <td class="num">{value(queue.figure, queue.peak)}</td><td class="num">{value(queue.figure, queue.last)}</td>
            </tr>
        }
    };
    (!queues.is_empty()).then(|| {
        view! {
            <section class="card story" aria-label="Queues">
                <div class="card-head"><h2>"Queues"<small>"metrics such as queue.depth and queue.latency"</small></h2></div>
                <div class="scroll">
                    <table>
                        <thead>
                            <tr>
                                <th scope="col">"Metric"</th><th scope="col">"Kind"</th>
                                <th scope="col" class="num">"Max"</th><th scope="col" class="num">"Last"</th>
                            </tr>
                        </thead>
                        <tbody>{queues.iter().map(row).collect_view()}</tbody>
                    </table>
                </div>
            </section>
        }
        .into_any()
    })
}

fn value(figure: QueueFigure, value: f64) -> String {
    match figure {
        QueueFigure::Depth => grouped(value.round() as i64),
        QueueFigure::Wait => figure_text(Some(latency(value))),
    }
}
