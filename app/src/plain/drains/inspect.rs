//! `/drains/ID/inspect`: the last batch of a drain, line by line, with what each line became.

use contract::drain::{Became, Drain, InspectedBatch, InspectedLine};
use leptos::prelude::*;

use super::{
    PATH,
    part::{ago, lines, size},
};
use crate::{
    page::table::Page,
    part::time::clock_seconds,
    plain::{Frame, document},
    shell::Assets,
};

/// What the page shows: a batch, or why there is none.
#[derive(Clone, Debug, PartialEq)]
pub struct InspectPage {
    pub drain: Drain,
    /// The time of the page, unix milliseconds.
    pub now_ms: i64,
    pub batch: Result<InspectedBatch, &'static str>,
}

/// The page as HTML.
#[must_use]
pub fn inspect_page(assets: &Assets, page: InspectPage) -> String {
    let title = format!("{} last batch", page.drain.name);
    document(&Frame { assets, title: &title, here: Page::Unknown, section: Some(PATH), script: None }, move || {
        content(page)
    })
}

fn content(page: InspectPage) -> AnyView {
    let InspectPage { drain, now_ms, batch } = page;
    let path = format!("{PATH}/{}", drain.id);
    let body = match batch {
        Ok(batch) => table(&batch, now_ms),
        Err(why) => view! { <section class="card"><p>{why}</p></section> }.into_any(),
    };
    view! {
        <div class="apphead"><h1>"Last batch of "{drain.name.clone()}</h1><span class="push"></span>
            <a class="btn" href=format!("{path}/inspect")>"Show the newest"</a></div>
        {body}
        <div class="foot"><a class="more" href=path>"This drain"</a>{crate::part::zone::note("Text that looks like a password, a token or an email address is masked.")}</div>
    }
    .into_any()
}

fn table(batch: &InspectedBatch, now_ms: i64) -> AnyView {
    let shown = batch.lines.len() as u64;
    let cut = if batch.frames > shown { format!(", of which the first {shown} are shown") } else { String::new() };
    let app = batch.app.clone();
    let rows = batch.lines.iter().map(row).collect::<Vec<_>>();
    view! {
        <p class="drain-lead">{format!("{}, {}, received {}{cut}, for ", lines(batch.frames), size(batch.bytes), ago(batch.received_ms, now_ms))}
            <a href=format!("/apps/{app}")>{app.clone()}</a>"."</p>
        <section class="card"><table class="drain-lines">
            <thead><tr><th scope="col">"Time"</th><th scope="col">"Line"</th><th scope="col">"What it became"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table></section>
    }
    .into_any()
}

fn row(line: &InspectedLine) -> AnyView {
    let became = line.became.iter().map(|became| match became {
        Became::Series { series, value } => {
            view! { <li><i class="drain-is series">"series"</i><code>{series.clone()}</code>" "<b>{value.clone()}</b></li> }.into_any()
        }
        Became::Event { event, text } => {
            view! { <li><i class="drain-is event">"event"</i>{event.clone()}": "{text.clone()}</li> }.into_any()
        }
        Became::Loss { reason, means } => {
            view! { <li><i class="drain-is loss">"loss"</i><code>{reason.clone()}</code>" "{means.clone()}</li> }.into_any()
        }
        Became::Nothing { why } => view! { <li><i class="drain-is">"nothing"</i>{why.clone()}</li> }.into_any(),
    });
    view! {
        <tr><td><time>{clock_seconds(line.at_ms.div_euclid(1_000))}</time></td>
            <td><b>{line.source.clone()}</b>" "<code>{line.text.clone()}</code></td>
            <td><ul>{became.collect::<Vec<_>>()}</ul></td></tr>
    }
    .into_any()
}
