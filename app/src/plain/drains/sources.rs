//! `/apps/:app/sources`: the drains that feed an app, and the forms that rename the app or remove
//! it with all its data.

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
    let SourcesPage { app, drains, now_ms, problem } = page;
    let problem = problem.map(|it| view! { <p class="said bad note" role="alert">{it}</p> });
    let path = format!("/apps/{app}/sources");
    let none = drains.is_empty().then(|| {
        view! { <section class="card"><p>"No drain has fed this app lately. Its data stays until its retention ends."</p></section> }
    });
    let (home, add, confirm) =
        (format!("/apps/{app}"), filled(PATH, &[("add", "1"), ("app", &*app)]), format!("Type {app} to confirm"));
    view! {
        <div class="apphead"><h1>"Sources of "{app.clone()}</h1><span class="push"></span><a class="btn" href=add>"Add a drain"</a></div>
        {problem}{none}{table(&drains, now_ms)}
        <section class="card drain-changes"><h2>"Change this app"</h2>
            <form method="post" action=path.clone() class="drain-act">
                <input type="hidden" name="do" value="rename" />
                <label class="field"><span>"App name"</span><input type="text" name="name" value=app.clone() required maxlength="100" autocomplete="off" /></label>
                <button class="btn" type="submit">"Rename app"</button>
                <p class="dim">"Its data and drains stay. URLs of shared drains that name it must use the new name."</p>
            </form>
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
