//! The foot of the App page: how new its data is, and what is missing from it.

use contract::{AppSummary, LossCount, Unmatched};
use leptos::prelude::*;

use crate::{
    live::clock::Clock,
    page::app_header::freshness,
    part::{
        markup::{push_link, push_text},
        number::grouped,
        type_erasure::erased_option,
    },
};

/// Age of the newest line, lost lines, and measurements beyond the limit of series.
pub fn foot(now: Signal<AppSummary>, losses: Signal<Vec<LossCount>>, clock: Clock) -> AnyView {
    let folded = erased_option(move || {
        let n = now.with(|it| it.overflowed);
        let text = || {
            format!(
                "Series limit reached: {} measurements in the last hour were grouped as (other).",
                grouped(n as i64)
            )
        };
        (n > 0).then(|| view! { <span class="stale">{text()}</span> }.into_any())
    });
    let mut sizing = String::new();
    push_link(&mut sizing, "", &format!("/apps/{}/sizing", now.with_untracked(|it| it.app.clone())), "Sizing");
    view! {
        <div class="foot">
            {freshness(now, losses, clock)}
            {folded}
            {crate::part::zone::note("Data at the faded end of a chart may be incomplete.")}
            <span inner_html=sizing></span>
        </div>
    }
    .into_any()
}

/// The share of lines that gave no metric, which opens to show samples of them.
pub fn unmatched(now: Signal<Unmatched>) -> AnyView {
    let line = move || {
        let Unmatched { lines, of, samples } = now.get();
        let text = share(lines, of)?;
        let mut html = String::new();
        for sample in &samples {
            html.push_str("<li><code>");
            push_text(&mut html, sample);
            html.push_str("</code></li>");
        }
        Some(view! { <details class="foot"><summary>{text}</summary><ul inner_html=html></ul></details> }.into_any())
    };
    erased_option(line).into_any()
}

/// A sentence such as `38 % of log lines in the last hour matched no metric.`; `None` when all
/// lines matched one.
fn share(lines: u64, of: u64) -> Option<String> {
    let percent = match (lines * 100).checked_div(of)? {
        _ if lines == 0 => return None,
        0 => "Less than 1".to_owned(),
        it => it.min(100).to_string(),
    };
    Some(format!("{percent} % of log lines in the last hour matched no metric."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_share_of_lines_without_metric() {
        for (lines, of, expected) in [
            (0, 0, None),
            (0, 9, None),
            (1, 1_000, Some("Less than 1 % of log lines in the last hour matched no metric.")),
            (38, 100, Some("38 % of log lines in the last hour matched no metric.")),
            (9, 9, Some("100 % of log lines in the last hour matched no metric.")),
        ] {
            assert_eq!(share(lines, of).as_deref(), expected);
        }
    }
}
