//! `/settings/time`: the zone in which this browser shows times. Works without JavaScript, except
//! that only a script knows the zone of the browser.

use leptos::prelude::*;

use super::{Outcome, settings};
use crate::{part::zone, shell::Assets};

/// The page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TimePage {
    pub outcome: Outcome,
    /// What the clocks of the zone show now, such as `Sat 28 10:31 CET`.
    pub now: String,
    /// Every zone that can be chosen.
    pub zones: Vec<String>,
    /// Where to go once a zone is chosen: a path of this server.
    pub to: String,
}

/// The page as HTML.
#[must_use]
pub fn time_page(assets: &Assets, page: TimePage) -> String {
    let TimePage { outcome, now, zones, to } = page;
    settings(assets, "/settings/time", outcome, move || {
        let options = zones.into_iter().map(|it| view! { <option value=it></option> }).collect_view();
        view! {
            <section class="card saving">
                <h2>"Time zone"</h2>
                <p>"This browser shows times in "<b>{zone::name()}</b>", where it is "<time>{now}</time>"."</p>
                <p class="dim">"Charts, logs and events use it, and days begin at its midnight. The address of a page names it, so whoever you send the page to sees the same times."</p>
                <form method="post" action="/settings/time" class="zone-form">
                    <input type="hidden" name="to" value=to />
                    <label class="field"><span>"Zone"</span>
                        <input type="text" name="zone" list="zones" required maxlength="64" autocomplete="off" placeholder="Europe/Berlin" />
                    </label>
                    <datalist id="zones">{options}</datalist>
                    <button class="btn main" type="submit">"Use this zone"</button>
                    <button class="btn" type="submit" name="zone" value="UTC" formnovalidate=true>"UTC"</button>
                    <button class="btn" type="submit" name="zone" formnovalidate=true hidden=true data-browser-zone="">"This browser's zone"</button>
                </form>
            </section>
        }
        .into_any()
    })
}
