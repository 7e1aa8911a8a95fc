//! `/settings/server`: how the server is, what it stores and until when, the settings that it runs
//! with, and a backup. Settings come from the environment and can't be changed here.

use contract::{
    alert::ServerHealth,
    storage::{Limit, Storage, TierInfo},
};
use leptos::prelude::*;

use super::{Outcome, settings, table};
use crate::{
    page::alerts::server::figures,
    part::{
        number::{digits, grouped},
        time::{length, moment},
    },
    shell::Assets,
};

/// A setting of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The name of its environment variable.
    pub variable: String,
    /// Its value; `None` where it is not set.
    pub value: Option<String>,
    /// `environment`, `flag` or `default`.
    pub source: &'static str,
    pub what: String,
}

/// The page.
#[derive(Clone, Debug, PartialEq)]
pub struct ServerPage {
    pub outcome: Outcome,
    pub version: &'static str,
    /// When the process started, unix milliseconds.
    pub started_ms: i64,
    pub now_ms: i64,
    pub health: ServerHealth,
    pub storage: Storage,
    pub settings: Vec<Setting>,
}

/// The page as HTML.
#[must_use]
pub fn server_page(assets: &Assets, page: ServerPage) -> String {
    settings(assets, "/settings/server", page.outcome, move || {
        let now_s = page.now_ms.div_euclid(1_000);
        let running = length(now_s - page.started_ms.div_euclid(1_000));
        let figures = figures(&page.health, now_s);
        let rows = page.settings.into_iter().map(setting).collect_view();
        view! {
            <section class="card server">
                <h2>"This server"<small>{format!("version {}, running for {running} since {}", page.version, moment(page.started_ms))}</small></h2>
                <dl>{figures}</dl>
                <p class="dim">"Who gets messages of alerts is set on the Alerts page, under "<a href="/alerts?show=channels">"Channels"</a>"."</p>
            </section>
            {stored(&page.storage, now_s)}
            <section class="card saving">
                <h2>"Backup"</h2>
                <p class="dim">{format!("One consistent file of about {} with everything, passwords as hashes. The server keeps running; restore it with ", size(page.storage.file_bytes - page.storage.free_bytes.min(page.storage.file_bytes)))}<code>"streamgauge restore FILE"</code>"."</p>
                <form method="post" action="/settings/backup" class="acts"><button class="btn" type="submit">"Download a backup"</button></form>
            </section>
            {table("Settings", &["Variable", "Value", "From", "What it is for"], rows, "")}
            <p class="settled dim">"Settings come from the environment or from flags of "<code>"streamgauge serve"</code>", and take effect when the server starts."</p>
        }
        .into_any()
    })
}

/// Bytes as text.
fn size(bytes: u64) -> String {
    match bytes as f64 {
        0.0 => "0 kB".to_owned(),
        it if it < 1e6 => format!("{} kB", digits(it / 1e3)),
        it if it < 1e9 => format!("{} MB", digits(it / 1e6)),
        it => format!("{} GB", digits(it / 1e9)),
    }
}

/// A length of time, in days where it is whole ones.
fn whole(seconds: i64) -> String {
    if seconds > 0 && seconds % 86_400 == 0 { format!("{} d", grouped(seconds / 86_400)) } else { length(seconds) }
}

fn stored(storage: &Storage, now_s: i64) -> AnyView {
    let rows = storage.tiers.iter().map(|it| tier(it, now_s)).collect_view();
    let file = format!(
        "The file has {}, of which {} are free for new data; the write-ahead log beside it has {}.",
        size(storage.file_bytes),
        size(storage.free_bytes),
        size(storage.log_bytes)
    );
    let of = table("Storage", &["Data", "#Rows", "#Size", "Kept", "Oldest", "Oldest data goes"], rows, "");
    view! { {of}<p class="settled dim">{file}</p> }.into_any()
}

fn tier(it: &TierInfo, now_s: i64) -> AnyView {
    let (name, variable) = match it.tier.as_str() {
        "10s" => ("Metrics, 10 s", "10S"),
        "1m" => ("Metrics, 1 min", "1M"),
        "1h" => ("Metrics, 1 h", "1H"),
        _ => ("Log lines", "LOGS"),
    };
    let kept = format!("{} or {}", whole(it.limit_s), size(u64::try_from(it.limit_bytes).unwrap_or(0)));
    let oldest = it.oldest_s.map_or("–".to_owned(), |at_s| format!("{} ago", length(now_s - at_s)));
    let by = |limit: Option<Limit>| if limit == Some(Limit::Size) { "by size" } else { "by age" };
    let full = match it.full_s {
        None => "Too little data to say".to_owned(),
        Some(at_s) if at_s <= now_s => format!("Now, {}", by(it.full_by)),
        Some(at_s) => format!("In {}, {}", length(at_s - now_s), by(it.full_by)),
    };
    view! {
        <tr>
            <th scope="row">{name}<small class="dim">{format!(" RETENTION_{variable}, SIZE_{variable}")}</small></th>
            <td class="num" data-name="Rows">{grouped(it.rows)}</td><td class="num" data-name="Size">{size(u64::try_from(it.bytes).unwrap_or(0))}</td>
            <td data-name="Kept">{kept}</td><td data-name="Oldest">{oldest}</td><td data-name="Oldest data goes">{full}</td>
        </tr>
    }
    .into_any()
}

fn setting(it: Setting) -> AnyView {
    let is_set = it.source != "default";
    let value = match it.value {
        Some(value) => view! { <code>{value}</code> }.into_any(),
        None => view! { <span class="dim">"not set"</span> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row"><code>{it.variable}</code></th><td data-name="Value">{value}</td>
            <td data-name="From" class:dim=!is_set>{it.source}</td><td class="what">{it.what}</td>
        </tr>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_sizes() {
        let texts = [0, 999, 43_000, 43_000_000, 4_300_000_000].map(size);
        assert_eq!(texts, ["0 kB", "1.00 kB", "43.0 kB", "43.0 MB", "4.30 GB"]);
    }
}
