//! `/apps/:app/sources`: the drains that feed an app, and the forms that rename the app, merge it
//! into another one or remove it with all its data.

use contract::drain::Drain;
use leptos::prelude::*;

use super::{PATH, table};
use crate::{
    page::table::Page,
    part::address::filled,
    plain::{Frame, document},
    shell::Assets,
};

/// What the page shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SourcesPage {
    pub app: String,
    /// The drains that feed it.
    pub drains: Vec<Drain>,
    /// The names of the other apps.
    pub others: Vec<String>,
    /// How many apps were merged into it whose data is still being moved.
    pub arriving: i64,
    /// The time of the page, unix milliseconds.
    pub now_ms: i64,
    /// Why something was not done.
    pub problem: Option<String>,
}

/// The page as HTML.
#[must_use]
pub fn sources_page(assets: &Assets, page: SourcesPage) -> String {
    let title = format!("{} sources", page.app);
    document(&Frame { assets, title: &title, here: Page::Unknown, section: Some(PATH), script: None }, move || {
        content(page)
    })
}

fn content(page: SourcesPage) -> AnyView {
    let SourcesPage { app, drains, others, arriving, now_ms, problem } = page;
    let problem = problem.map(|it| view! { <p class="said bad note" role="alert">{it}</p> });
    let path = format!("/apps/{app}/sources");
    let none = drains.is_empty().then(|| {
        view! { <section class="card"><p>"No drain has fed this app lately. Its data stays until its retention ends."</p></section> }
    });
    let arriving = (arriving > 0).then(|| {
        view! { <p class="said note" role="status">"Data of an app that was merged into this one is still being moved: its older numbers and lines follow within minutes."</p> }
    });
    let (home, add, confirm) =
        (format!("/apps/{app}"), filled(PATH, &[("add", "1"), ("app", &*app)]), format!("Type {app} to confirm"));
    view! {
        <div class="apphead"><h1>"Sources of "{app.clone()}</h1><span class="push"></span><a class="btn" href=add>"Add a drain"</a></div>
        {problem}{arriving}{none}{table(&drains, now_ms)}
        <section class="card drain-changes"><h2>"Change this app"</h2>
            <form method="post" action=path.clone() class="drain-act">
                <input type="hidden" name="do" value="rename" />
                <label class="field"><span>"App name"</span><input type="text" name="name" value=app.clone() required maxlength="100" autocomplete="off" /></label>
                <button class="btn" type="submit">"Rename app"</button>
                <p class="dim">"Its data and drains stay. URLs of shared drains that name it must use the new name."</p>
            </form>
            {merge_form(&path, &confirm, others)}
            <form method="post" action=path class="drain-act">
                <input type="hidden" name="do" value="remove" />
                <label class="field"><span>{confirm}</span><input type="text" name="confirm" required autocomplete="off" /></label>
                <button class="btn drain-danger" type="submit">"Remove app and all its data"</button>
                <p class="dim">"Its charts, logs, events and own drains are deleted for good. A shared drain that goes on sending makes it anew."</p>
            </form>
        </section>
        <div class="foot"><a class="more" href=home>"Dashboard of "{app}</a><a class="more" href=PATH>"All drains"</a></div>
    }
    .into_any()
}

/// The form that merges the app into another one; none where there is no other.
fn merge_form(path: &str, confirm: &str, others: Vec<String>) -> Option<AnyView> {
    let options: Vec<_> =
        others.into_iter().map(|name| view! { <option value=name.clone()>{name.clone()}</option> }).collect();
    (!options.is_empty()).then(|| {
        view! {
            <form method="post" action=path.to_owned() class="drain-act">
                <input type="hidden" name="do" value="merge" />
                <label class="field"><span>"Merge into"</span>
                    <select name="into" required><option value="">"Choose an app"</option>{options}</select></label>
                <label class="field"><span>{confirm.to_owned()}</span><input type="text" name="confirm" required autocomplete="off" /></label>
                <button class="btn drain-danger" type="submit">"Merge app"</button>
                <p class="dim">"The other app gets its charts, logs, events, rules and drains, and this one ends. Nobody can take them apart again. Tokens and share links that are limited to this app do not open the other one."</p>
            </form>
        }
        .into_any()
    })
}
