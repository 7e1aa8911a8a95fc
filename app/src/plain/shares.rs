//! `/settings/shares`: makes, lists and ends share links. A form alone: it needs no JavaScript.

use contract::Range;
use leptos::prelude::*;

use super::settings::{Outcome, moment, one_button, settings, table};
use crate::{part::number::grouped, shell::Assets};

const PATH: &str = "/settings/shares";

/// A share link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharedLink {
    pub name: String,
    pub created_by: String,
    /// What it shows.
    pub page: String,
    pub address: String,
    pub apps: Vec<String>,
    /// The only range that it shows, in words.
    pub range: Option<&'static str>,
    pub shows_lines: bool,
    pub expires_s: Option<i64>,
    /// Whether it can't be used any more.
    pub is_over: bool,
    pub views: i64,
    pub viewed_s: Option<i64>,
}

/// All share links, and what can be shared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SharesPage {
    pub outcome: Outcome,
    pub links: Vec<SharedLink>,
    /// The names of all apps.
    pub apps: Vec<String>,
    /// The numbers and names of all boards.
    pub boards: Vec<(i64, String)>,
    /// Whether there is no password, so that nobody needs a link.
    pub is_open: bool,
}

/// The page of share links as HTML.
#[must_use]
pub fn shares_page(assets: &Assets, page: SharesPage) -> String {
    settings(assets, PATH, page.outcome, move || {
        let rows = page.links.into_iter().map(link).collect_view();
        let open = page.is_open.then(|| {
            view! { <p class="said note">"ADMIN_PASSWORD is not set: this server answers this machine alone, and shows it everything. A link limits nobody until there is a password."</p> }
        });
        view! {
            {open}
            <section class="card saving">
                <h2>"Make a link"</h2>
                <p class="dim">"Whoever has the link sees one page of the chosen apps, without signing in, and changes nothing."</p>
                {form(&page.apps, &page.boards)}
            </section>
            {table("Share links", &["Name", "Page", "Apps", "Expires", "Views", ""], rows, "There are no share links yet.")}
        }
        .into_any()
    })
}

fn form(apps: &[String], boards: &[(i64, String)]) -> AnyView {
    let dashboards = apps.iter().map(|it| view! { <option value=format!("/apps/{it}")>{it.clone()}</option> });
    let dashboards = dashboards.collect_view();
    let boards =
        boards.iter().map(|(id, name)| view! { <option value=format!("/boards/{id}")>{name.clone()}</option> });
    let boards = boards.collect_view();
    let choices = apps.iter().map(|app| {
        view! { <label><input type="checkbox" name="app" value=app.clone() />{app.clone()}</label> }
    });
    let ranges = Range::ALL.into_iter().map(|it| view! { <option value=it.word()>{it.label()}</option> });
    view! {
        <form method="post" action=PATH class="sharing">
            <input type="hidden" name="do" value="add" />
            <div class="saving-fields four">
                <label class="field"><span>"Name"</span>
                    <input type="text" name="name" required maxlength="60" autocomplete="off" placeholder="Screen in the lobby" />
                </label>
                <label class="field"><span>"Page"</span>
                    <select name="page">
                        <option value="/">"Wall of the chosen apps"</option>
                        {(!dashboards.is_empty()).then(|| view! { <optgroup label="Dashboard">{dashboards}</optgroup> })}
                        {(!boards.is_empty()).then(|| view! { <optgroup label="Board">{boards}</optgroup> })}
                    </select>
                </label>
                <label class="field"><span>"Range"</span>
                    <select name="span"><option value="">"Any"</option>{ranges.collect_view()}</select>
                </label>
                <label class="field"><span>"Expires after"</span>
                    <select name="days">
                        <option value="1">"1 day"</option>
                        <option value="7">"7 days"</option>
                        <option value="30" selected>"30 days"</option>
                        <option value="365">"1 year"</option>
                        <option value="0">"Never"</option>
                    </select>
                </label>
            </div>
            <fieldset>
                <legend>"Apps of the wall or board"</legend>
                <p class="dim">"A dashboard shows its own app. Panels of a board with other apps are left out."</p>
                <div class="choices" tabindex="0" role="group" aria-label="Apps">{choices.collect_view()}</div>
            </fieldset>
            <label class="choice"><input type="checkbox" name="lines" value="yes" />"Show log lines: those behind a point of a chart, samples, and searches on a board"</label>
            <p class="acts"><button class="btn main" type="submit">"Make link"</button></p>
        </form>
    }
    .into_any()
}

fn link(it: SharedLink) -> AnyView {
    let label = format!("End link {}", it.name);
    let end = one_button(PATH, "end", ("name", it.name.clone()), "End link", label);
    let lines = if it.shows_lines { "with log lines" } else { "no log lines" };
    let shows = match it.range {
        _ if it.address.starts_with("/?") => lines.to_owned(),
        Some(range) => format!("range {range}, {lines}"),
        None => format!("any range, {lines}"),
    };
    let expires = match it.expires_s {
        _ if it.is_over => "Over".to_owned(),
        Some(at_s) => moment(at_s),
        None => "Never".to_owned(),
    };
    let viewed = it.viewed_s.map(|at_s| view! { <small class="dim">" last "<time>{moment(at_s)}</time></small> });
    view! {
        <tr>
            <th scope="row">{it.name}<small class="dim">{format!(" by {}", it.created_by)}</small></th>
            <td data-name="Page"><a href=it.address>{it.page}</a><small class="dim">{format!(" {shows}")}</small></td>
            <td data-name="Apps">{it.apps.join(", ")}</td>
            <td class="moment" data-name="Expires">{expires}</td>
            <td class="moment" data-name="Views">{grouped(it.views)}{viewed}</td>
            <td class="act">{end}</td>
        </tr>
    }
    .into_any()
}
