//! `/searches`: saved searches, to be opened, renamed and removed; and the form that saves the
//! search from which somebody came. Forms alone: it needs no JavaScript.

use contract::{
    LogQuery, LogTime,
    saved_search::{SavedSearch, SearchDraft},
};
use leptos::prelude::*;

use super::{Frame, document, export::terms};
use crate::{
    page::table::Page,
    part::{
        address::filled,
        log_address::{log_address, query_words},
        time::day_clock,
    },
    shell::Assets,
};

/// The path of the page.
pub const PATH: &str = "/searches";

/// What the page shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SearchesPage {
    /// The app whose Logs page leads here; empty for none. Only searches that it can open are
    /// listed.
    pub app: String,
    /// The names of all apps, in which a search of every app can be opened.
    pub apps: Vec<String>,
    pub searches: Vec<SavedSearch>,
    /// The search that may be saved.
    pub new: Option<LogQuery>,
    /// What was typed as its name.
    pub name: String,
    /// Whether it is to be saved for every app.
    pub is_for_all: bool,
    /// What was done.
    pub done: Option<&'static str>,
    /// Why it was not done.
    pub problem: Option<String>,
}

/// The page as HTML.
#[must_use]
pub fn searches_page(assets: &Assets, page: SearchesPage) -> String {
    let frame = Frame { assets, title: "Saved searches", here: Page::Unknown, section: None, script: None };
    document(&frame, move || content(page))
}

fn content(page: SearchesPage) -> AnyView {
    let SearchesPage { app, apps, searches, new, name, is_for_all, done, problem } = page;
    let done = done.map(|it| view! { <p class="said note" role="status">{it}</p> });
    let problem = problem.map(|it| view! { <p class="said bad note" role="alert">{it}</p> });
    let form = new.map(|query| form(&app, &query, name, is_for_all));
    let all = (!app.is_empty()).then(|| view! { <a class="more" href=PATH>"Searches of all apps"</a> });
    let is_any_open = app.is_empty() && searches.iter().any(|it| it.draft.app.is_none());
    let apps = is_any_open.then(|| {
        let options = apps.into_iter().map(|it| view! { <option value=it></option> }).collect_view();
        view! { <datalist id="apps">{options}</datalist> }
    });
    let heading = if app.is_empty() { "Saved searches".to_owned() } else { format!("Saved searches for {app}") };
    view! {
        <div class="apphead"><h1>{heading}</h1><span class="push"></span>{all}</div>
        {done}{problem}{form}
        {list(searches, &app)}
        {apps}
        <div class="foot">{crate::part::zone::note("")}</div>
    }
    .into_any()
}

/// The form that saves a search of an app.
fn form(app: &str, query: &LogQuery, name: String, is_for_all: bool) -> AnyView {
    let hidden = query_words(query).into_iter().filter(|it| !it.1.is_empty());
    let hidden = hidden.map(|(name, value)| view! { <input type="hidden" name=name value=value /> }).collect_view();
    let note = query.time.span().is_some().then(|| {
        view! { <p class="dim">"The range is not saved: the search opens live. Choose a time such as “Last 6 h” to save it."</p> }
    });
    view! {
        <form method="post" action=PATH class="card saving">
            <h2>"Save this search"</h2>
            <p class="what">{what(query)}</p>
            {note}
            <input type="hidden" name="do" value="add" />{of_page(app)}{hidden}
            <div class="saving-fields">
                <label class="field"><span>"Name"</span>
                    <input type="text" name="name" value=name required maxlength=SearchDraft::NAME_BYTES_MAX.to_string() autocomplete="off" />
                </label>
                <label class="field"><span>"For"</span>
                    <select name="scope">
                        <option value="app" selected=!is_for_all>{app.to_owned()}</option>
                        <option value="all" selected=is_for_all>"Every app"</option>
                    </select>
                </label>
                <button class="btn main" type="submit">"Save search"</button>
            </div>
        </form>
    }
    .into_any()
}

/// Says which page a form stands on, so that the same one is shown again.
fn of_page(app: &str) -> AnyView {
    view! { <input type="hidden" name="app" value=app.to_owned() /> }.into_any()
}

/// What a search looks for.
fn what(query: &LogQuery) -> AnyView {
    let terms = terms(query).into_iter().enumerate().map(|(n, (name, value))| {
        let name = (n > 0).then(|| view! { <i>{format!("{} ", name.to_lowercase())}</i> });
        view! { <code>{name}{value}</code>" " }
    });
    let back = match query.time {
        LogTime::Back(back) => format!("last {}", back.label()),
        _ => "live".to_owned(),
    };
    view! { {terms.collect_view()}<small class="dim">{back}</small> }.into_any()
}

fn list(searches: Vec<SavedSearch>, app: &str) -> AnyView {
    if searches.is_empty() {
        return view! {
            <section class="card none-yet">
                <h2>"No saved searches yet"</h2>
                <p>"Search on the Logs page of an app, then choose “Save search” beside the search field."</p>
            </section>
        }
        .into_any();
    }
    let rows = searches.into_iter().map(|it| row(it, app)).collect_view();
    view! {
        <section class="card"><div class="scroll" tabindex="0" role="region" aria-label="Saved searches">
            <table class="boards searches">
                <thead><tr>
                    <th scope="col">"Name"</th><th scope="col">"Search"</th><th scope="col">"App"</th>
                    <th scope="col">"Last changed"</th><th scope="col"><span class="vh">"Action"</span></th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div></section>
    }
    .into_any()
}

fn row(search: SavedSearch, here: &str) -> AnyView {
    let SavedSearch { id, changed_ms, changed_by, draft } = search;
    let query = draft.query();
    let app = draft.app.clone().unwrap_or_else(|| here.to_owned());
    let name = if app.is_empty() {
        view! { <b>{draft.name.clone()}</b> }.into_any()
    } else {
        view! { <a href=log_address(&app, &query)>{draft.name.clone()}</a> }.into_any()
    };
    let scope = match &draft.app {
        Some(app) => app.clone().into_any(),
        None if here.is_empty() => opener(id, &draft.name),
        None => "Every app".into_any(),
    };
    let at_s = changed_ms.div_euclid(1_000);
    view! {
        <tr>
            <th scope="row">{name}</th>
            <td class="what">{what(&query)}</td>
            <td class="scope">{scope}</td>
            <td><time>{day_clock(at_s)}</time><small class="dim">{format!(" by {changed_by}")}</small></td>
            <td class="act">{changes(id, draft.name, here)}</td>
        </tr>
    }
    .into_any()
}

/// Opens a search of every app in one of them.
fn opener(id: i64, name: &str) -> AnyView {
    view! {
        <form method="get" action="/searches/open" class="opener">
            <input type="hidden" name="id" value=id.to_string() />
            <input type="text" name="app" list="apps" required placeholder="Every app" autocomplete="off" aria-label=format!("App in which to open {name}") />
            <button class="btn small" type="submit" aria-label=format!("Open {name}")>"Open"</button>
        </form>
    }
    .into_any()
}

/// Forms that rename and remove a search.
fn changes(id: i64, name: String, app: &str) -> AnyView {
    let label = format!("Edit {name}");
    view! {
        <details class="changes">
            <summary class="btn small" aria-label=label>"Edit"</summary>
            <div>
                <form method="post" action=PATH>
                    <input type="hidden" name="do" value="rename" /><input type="hidden" name="id" value=id.to_string() />{of_page(app)}
                    <label class="field"><span>"Name"</span>
                        <input type="text" name="name" value=name required maxlength=SearchDraft::NAME_BYTES_MAX.to_string() autocomplete="off" />
                    </label>
                    <button class="btn small" type="submit">"Rename"</button>
                </form>
                <form method="post" action=PATH>
                    <input type="hidden" name="do" value="remove" /><input type="hidden" name="id" value=id.to_string() />{of_page(app)}
                    <button class="btn small" type="submit">"Remove"</button>
                </form>
            </div>
        </details>
    }
    .into_any()
}

/// The address of the page after a change.
#[must_use]
pub fn address_after(app: &str, done: &str) -> String {
    filled(PATH, &[("app", app), ("done", done)])
}
