//! `/drains/ID`: what has arrived on a drain, what it has not sent yet and how to enable that, who
//! sends, its tokens, and the forms that rotate, pause, rename and remove it.

use contract::drain::{Drain, TokenAge};
use leptos::prelude::*;

use super::{
    PATH, SCRIPT,
    access::Access,
    made::commands,
    part::{ago, apps, losses, platform, rate, sentence, size, state, unmatched},
};
use crate::{
    page::table::Page,
    part::{
        number::grouped,
        time::{length, moment},
    },
    plain::{Frame, document},
    shell::Assets,
};

/// How long an old token may stay valid: seconds and their name.
pub const OVERLAPS: [(u64, &str); 4] = [(86_400, "24 h"), (3_600, "1 h"), (604_800, "7 days"), (0, "not at all")];

/// How long after a rotation a use of the old token may still be noted as one of the new token: the
/// receiver reads the stored tokens once a second.
const NOTICED_MS: i64 = 2_000;

/// What the page shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DrainPage {
    pub drain: Drain,
    /// The time of the page, unix milliseconds.
    pub now_ms: i64,
    /// Where senders reach this server. A word stands in the place of the token.
    pub access: Access,
    /// Whether only this machine can use the address.
    pub is_local: bool,
    /// What was done.
    pub done: Option<&'static str>,
    /// Why it was not done.
    pub problem: Option<String>,
}

/// The page as HTML.
#[must_use]
pub fn drain_page(assets: &Assets, page: DrainPage) -> String {
    let title = format!("{} drain", page.drain.name);
    document(
        &Frame { assets, title: &title, here: Page::Unknown, section: Some(PATH), script: Some(SCRIPT) },
        move || content(&page),
    )
}

fn content(page: &DrainPage) -> AnyView {
    let DrainPage { drain, now_ms, access, is_local, done, problem } = page;
    let path = format!("{PATH}/{}", drain.id);
    view! {
        <div class="apphead"><h1>{drain.name.clone()}</h1>{state(drain, *now_ms)}
            <span class="dim">"Feeds "{apps(drain)}</span><span class="push"></span>
            <a class="btn" href=format!("{path}/inspect")>"Inspect the last batch"</a></div>
        {done.map(|it| view! { <p class="said note" role="status">{it}</p> })}
        {problem.clone().map(|it| view! { <p class="said bad note" role="alert">{it}</p> })}
        <div class="drain-grid">
            {hour(drain, *now_ms)}
            {seen(drain, *now_ms)}
            {senders(drain, *now_ms)}
            {token(drain, *now_ms, &path)}
        </div>
        <details class="card drain-add"><summary><h2>"Set-up commands"</h2></summary>
            <p class="dim">"Put the token in the place of "<code>"TOKEN"</code>". It is shown only once; a rotation gives a new one."</p>
            {commands(drain, access, *is_local)}</details>
        {changes(drain, &path)}
        <div class="foot"><a class="more" href=PATH>"All drains"</a>
            <span>{format!("Created {}. Figures are of the last hour, or since the server started.", moment(drain.created_ms))}</span></div>
    }
    .into_any()
}

fn hour(drain: &Drain, now_ms: i64) -> AnyView {
    let hour = &drain.hour;
    let last = drain.memory.last_ms.map_or("never".to_owned(), |it| ago(it, now_ms));
    let lost = if hour.losses.is_empty() {
        view! { <span class="dim">"none"</span> }.into_any()
    } else {
        losses(&hour.losses)
    };
    let sample = hour.unmatched_sample.clone().map(|it| view! { <code class="drain-sample">{it}</code> });
    let refusal = hour.refusal.clone().map(|why| {
        view! { <div><dt>"Refused"</dt><dd>{grouped(hour.refused_batches as i64)}" batches, the last: "{why}</dd></div> }
    });
    view! {
        <section class="card"><h2>"Last hour"</h2>
            {rate(hour)}
            <dl class="terms">
                <div><dt>"Last line"</dt><dd>{last}</dd></div>
                <div><dt>"Lines"</dt><dd>{grouped(hour.lines as i64)}</dd></div>
                <div><dt>"Size"</dt><dd>{size(hour.bytes)}</dd></div>
                <div><dt>"Not understood"</dt><dd>{unmatched(hour)}{sample}</dd></div>
                <div><dt>"Lost"</dt><dd>{lost}</dd></div>
                {refusal}
            </dl>
        </section>
    }
    .into_any()
}

/// What the platform can send: when it was last seen, or what must be done for it.
fn seen(drain: &Drain, now_ms: i64) -> AnyView {
    let platform = platform(drain);
    let app = drain.fed().first().cloned().unwrap_or_else(|| drain.name.clone());
    let rows = platform.sends.iter().map(|(what, hint)| match drain.memory.seen_ms(*what) {
        Some(at_ms) => view! { <li class="yes"><b>{what.title()}</b><span>{ago(at_ms, now_ms)}</span></li> }.into_any(),
        None => {
            let hint = if hint.is_empty() {
                "not yet".to_owned()
            } else {
                format!("not yet: {}", hint.replace("{app}", &app))
            };
            view! { <li><b>{what.title()}</b><span>{sentence(&hint)}</span></li> }.into_any()
        }
    });
    let others = drain.memory.seen.iter().filter(|it| platform.sends.iter().all(|known| known.0 != it.what));
    let others =
        others.map(|it| view! { <li class="yes"><b>{it.what.title()}</b><span>{ago(it.at_ms, now_ms)}</span></li> });
    view! {
        <section class="card"><h2>"What it sends"<small>{platform.title}</small></h2>
            <ul class="drain-seen">{rows.collect::<Vec<_>>()}{others.collect::<Vec<_>>()}</ul>
        </section>
    }
    .into_any()
}

fn senders(drain: &Drain, now_ms: i64) -> AnyView {
    let rows = drain.memory.senders.iter().map(|sender| {
        let agent = if sender.agent.is_empty() { "–".to_owned() } else { sender.agent.clone() };
        let old = (sender.token == TokenAge::Old).then(|| view! { <small class="drain-old">"old token"</small> });
        view! {
            <tr><th scope="row">{agent}" "{old}</th><td>{sender.address.clone()}</td>
                <td class="num">{grouped(sender.batches as i64)}</td><td class="num">{ago(sender.last_ms, now_ms)}</td></tr>
        }
    });
    let rows = rows.collect::<Vec<_>>();
    let table = if rows.is_empty() {
        view! { <p class="dim">"No sender is known yet."</p> }.into_any()
    } else {
        view! {
            <table class="drain-senders"><thead><tr><th scope="col">"Sender"</th><th scope="col">"Address"</th>
                <th scope="col" class="num">"Batches"</th><th scope="col" class="num">"Last"</th></tr></thead><tbody>{rows}</tbody></table>
        }
        .into_any()
    };
    view! { <section class="card"><h2>"Who sends"</h2><div class="scroll" tabindex="0" role="region" aria-label="Who sends">{table}</div></section> }.into_any()
}

/// The token and its rotation.
fn token(drain: &Drain, now_ms: i64, path: &str) -> AnyView {
    let since = drain.rotated_ms.unwrap_or(drain.created_ms);
    let surely_ms = drain.rotated_ms.map_or(since, |it| it + NOTICED_MS);
    let used = |age: TokenAge| match drain.memory.last_user(age) {
        Some(it) if age == TokenAge::Old || it.last_ms >= surely_ms => {
            let agent = if it.agent.is_empty() { String::new() } else { format!(" ({})", it.agent) };
            format!("used {} by {}{agent}", ago(it.last_ms, now_ms), it.address)
        }
        _ => "not used yet".to_owned(),
    };
    let old = drain.old_until_ms.map(|until_ms| {
        let left = length((until_ms - now_ms).div_euclid(1_000));
        view! { <div><dt>"Old token"</dt><dd>{used(TokenAge::Old)}"; ends in "{left}</dd></div> }
    });
    let options =
        OVERLAPS.into_iter().map(|(seconds, name)| view! { <option value=seconds.to_string()>{name}</option> });
    view! {
        <section class="card"><h2>"Token"</h2>
            <dl class="terms">
                <div><dt>"Token"</dt><dd>{format!("since {}, {}", moment(since), used(TokenAge::Current))}</dd></div>
                {old}
            </dl>
            <form method="post" action=path.to_owned() class="drain-act">
                <input type="hidden" name="do" value="rotate" />
                <label class="field"><span>"Old token stays valid"</span><select name="overlap">{options.collect::<Vec<_>>()}</select></label>
                <button class="btn" type="submit">"Rotate token"</button>
            </form>
        </section>
    }
    .into_any()
}

fn changes(drain: &Drain, path: &str) -> AnyView {
    let (word, name, note) = match drain.paused_ms {
        Some(_) => ("resume", "Resume", "Paused: what arrives is taken with 204, not kept, and counted as lost."),
        None => {
            ("pause", "Pause", "While it is paused, what arrives is taken with 204, not kept, and counted as lost.")
        }
    };
    let confirm = format!("Type {} to confirm", drain.name);
    let app = drain.app.clone().map(|app| {
        let href = format!("/apps/{app}/sources");
        view! { <p class="drain-act"><a class="more" href=href>"Rename, merge or remove the app "{app}</a></p> }
    });
    view! {
        <section class="card drain-changes"><h2>"Change this drain"</h2>
            <form method="post" action=path.to_owned() class="drain-act">
                <input type="hidden" name="do" value=word /><button class="btn" type="submit">{name}</button><p class="dim">{note}</p>
            </form>
            <form method="post" action=path.to_owned() class="drain-act">
                <input type="hidden" name="do" value="rename" />
                <label class="field"><span>"Name"</span><input type="text" name="name" value=drain.name.clone() required
                    maxlength=Drain::NAME_BYTES_MAX.to_string() autocomplete="off" /></label>
                <button class="btn" type="submit">"Rename"</button>
            </form>
            <form method="post" action=path.to_owned() class="drain-act">
                <input type="hidden" name="do" value="remove" />
                <label class="field"><span>{confirm}</span><input type="text" name="confirm" required autocomplete="off" /></label>
                <button class="btn drain-danger" type="submit">"Remove drain"</button>
                <p class="dim">"Its senders get 401 from then on. The app and its data stay."</p>
            </form>
            {app}
        </section>
    }
    .into_any()
}
