//! `/drains`: every drain with what arrives on it, and the form that adds one. Forms alone: it
//! needs no JavaScript. Its script copies commands and waits for the first line.

/// Where lines can come from.
pub mod platforms;

/// What stands in the places of commands.
pub mod access;

mod part;

/// A drain whose token is shown, with the commands to paste.
pub mod made;

/// One drain.
pub mod detail;

/// The last batch of a drain.
pub mod inspect;

/// What feeds an app.
pub mod sources;

use contract::{drain::Drain, error::excerpt};
use leptos::prelude::*;

use self::{
    part::{ago, apps, losses, rate, size, state, unmatched, unseen},
    platforms::{PLATFORMS, of_word},
};
use super::{Frame, document};
use crate::{page::table::Page, part::number::grouped, shell::Assets};

/// The path of the page.
pub const PATH: &str = "/drains";
/// The script of the pages of drains.
pub(super) const SCRIPT: &str = "/drains.js";

/// What the page shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DrainsPage {
    pub drains: Vec<Drain>,
    /// The time of the page, unix milliseconds.
    pub now_ms: i64,
    /// What was typed into the form: the app, the platform, and whether it is shared.
    pub app: String,
    pub platform: String,
    pub shared: bool,
    /// Whether the form is open.
    pub is_adding: bool,
    /// What was done.
    pub done: Option<&'static str>,
    /// Why it was not done.
    pub problem: Option<String>,
}

/// The page as HTML.
#[must_use]
pub fn drains_page(assets: &Assets, page: DrainsPage) -> String {
    let frame = Frame { assets, title: "Drains", here: Page::Unknown, section: Some(PATH), script: None };
    document(&frame, move || content(page))
}

fn content(page: DrainsPage) -> AnyView {
    let now_ms = page.now_ms;
    let done = page.done.map(|it| view! { <p class="said note" role="status">{it}</p> });
    let problem = page.problem.clone().map(|it| view! { <p class="said bad note" role="alert">{it}</p> });
    let is_open = page.is_adding || page.problem.is_some() || page.drains.iter().all(|it| it.memory.first_ms.is_none());
    let count = page.drains.len();
    let form = form(&page);
    let list = table(&page.drains, now_ms);
    view! {
        <div class="apphead"><h1>"Drains"</h1><span class="dim">{grouped(count as i64)}</span></div>
        <p class="drain-lead">"A drain is a URL with a token. What is sent to it becomes charts, logs and alerts of its app."</p>
        {done}{problem}
        <details class="card drain-add" open=is_open>
            <summary><h2>"Add a drain"</h2></summary>
            {form}
        </details>
        {list}
        <div class="foot">{crate::part::zone::note("Figures are of the last hour, or since the server started.")}</div>
    }
    .into_any()
}

/// The form that adds a drain.
fn form(page: &DrainsPage) -> AnyView {
    let chosen = of_word(if page.platform.is_empty() { "heroku-cedar" } else { &page.platform }).word;
    let choices = PLATFORMS.into_iter().map(|platform| {
        view! {
            <label><input type="radio" name="platform" value=platform.word checked=platform.word == chosen />
                <span>{platform.title}</span></label>
        }
    });
    view! {
        <form method="post" action=PATH class="drain-form">
            <input type="hidden" name="do" value="add" />
            <fieldset><legend>"Where do the lines come from?"</legend>
                <div class="drain-choices">{choices.collect_view()}</div>
            </fieldset>
            <div class="drain-fields">
                <label class="field"><span>"App name"</span>
                    <input type="text" name="app" value=page.app.clone() required maxlength="100" pattern="[A-Za-z0-9][A-Za-z0-9._\\-]*"
                        title="Letters, digits, '-', '_' and '.'" placeholder="checkout" autocomplete="off" />
                </label>
                <label class="drain-check"><input type="checkbox" name="shared" value="1" checked=page.shared />
                    <span>"Share it among many apps, which each name themselves with ?app="</span></label>
                <button class="btn main" type="submit">"Add drain"</button>
            </div>
        </form>
    }
    .into_any()
}

/// The table of drains; nothing where there is none.
pub(super) fn table(drains: &[Drain], now_ms: i64) -> AnyView {
    let rows = drains.iter().map(|drain| row(drain, now_ms)).collect_view();
    let table = (!drains.is_empty()).then(|| {
        view! {
            <section class="card"><div class="scroll" tabindex="0" role="region" aria-label="Drains">
                <table class="drains">
                    <thead><tr>
                        <th scope="col">"Drain"</th><th scope="col">"Last line"</th><th scope="col">"Last hour"</th>
                        <th scope="col" class="num">"Lines"</th><th scope="col" class="num">"Size"</th>
                        <th scope="col">"Lost"</th><th scope="col" class="num">"Not understood"</th>
                        <th scope="col">"Sender"</th><th scope="col">"Not seen yet"</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div></section>
        }
    });
    table.into_any()
}

fn row(drain: &Drain, now_ms: i64) -> AnyView {
    let hour = &drain.hour;
    let last = drain.memory.last_ms.map_or("never".to_owned(), |it| ago(it, now_ms));
    let lost: u64 = hour.losses.iter().map(|it| it.count).sum();
    let lost = match lost {
        0 => view! { <span class="dim">"none"</span> }.into_any(),
        _ => view! { <details><summary>{grouped(lost as i64)}</summary>{losses(&hour.losses)}</details> }.into_any(),
    };
    let sender = drain.memory.senders.first().map(|sender| {
        let more = drain.memory.senders.len() - 1;
        let more = (more > 0).then(|| view! { <small class="dim">{format!(" and {more} more")}</small> });
        view! { <span class="drain-agent">{excerpt(&sender.agent).to_owned()}</span>" "<small class="dim">{sender.address.clone()}</small>{more} }.into_any()
    });
    let sender = sender.unwrap_or_else(|| "–".into_any());
    let unseen: Vec<&str> = unseen(drain).into_iter().map(|it| it.0.title()).collect();
    let (href, platform) = (format!("{PATH}/{}", drain.id), part::platform(drain).title);
    view! {
        <tr>
            <th scope="row"><a href=href>{drain.name.clone()}</a>" "{state(drain, now_ms)}
                <small class="dim">{apps(drain)}" · "{platform}</small></th>
            <td data-name="Last line">{last}</td>
            <td data-name="Last hour">{rate(hour)}</td>
            <td class="num" data-name="Lines">{grouped(hour.lines as i64)}</td>
            <td class="num" data-name="Size">{size(hour.bytes)}</td>
            <td data-name="Lost">{lost}</td>
            <td class="num" data-name="Not understood">{unmatched(hour)}</td>
            <td data-name="Sender">{sender}</td>
            <td data-name="Not seen yet"><small>{if unseen.is_empty() { "–".to_owned() } else { unseen.join(", ") }}</small></td>
        </tr>
    }
    .into_any()
}
