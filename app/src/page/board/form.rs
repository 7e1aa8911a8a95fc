//! The form of a panel. Its fields are read by `draft` alone, and their text is kept in them.

use contract::{
    Label, Stat,
    board::{BoardDraft, BoardSeries, Combine, Content, Measured, Panel, Search, VARIABLE},
};
use leptos::prelude::*;

use super::saving::Saving;
use crate::{
    page::{
        board_draft::{COMBINES, SHOWS, app_options, measured, panel_of, show},
        form_fields::{group_options, input, labelled, problem_text, select, stat_options},
    },
    part::{
        field::{Form, values},
        type_erasure::{erased_option, erased_view},
    },
};

/// The button that opens the form of a new panel.
pub fn adder(saving: Saving) -> AnyView {
    let is_open = RwSignal::new(false);
    let panel = || {
        let measured = Measured { series: vec![], combine: Combine::Each };
        Panel { title: String::new(), width: Panel::WIDTH, content: Content::Chart(measured) }
    };
    let shown = erased_view(move || {
        if is_open.get() {
            return editor(None, panel(), saving, is_open);
        }
        view! { <button class="btn needs-script" type="button" on:click=move |_| is_open.set(true)>"Add panel"</button> }
            .into_any()
    });
    view! { <div class="adder">{shown}</div> }.into_any()
}

/// The form of the panel at a place, or of a new one.
pub fn editor(place: Option<usize>, panel: Panel, saving: Saving, is_open: RwSignal<bool>) -> AnyView {
    let form = Form::new();
    let problem = RwSignal::new(None::<String>);
    let shown = RwSignal::new(show(&panel.content));
    let series = measured(&panel.content).map(|it| it.series.clone()).unwrap_or_default();
    let rows = RwSignal::new(series.len().max(1));
    let width = panel.width;
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        match panel_of(&values(form), rows.get_untracked(), width) {
            Ok(panel) => {
                let put = move |board: &mut BoardDraft| match place.and_then(|it| board.panels.get_mut(it)) {
                    Some(old) => *old = panel,
                    None => board.panels.push(panel),
                };
                // The form stays until the server has taken the panel.
                saving.change_then(put, move || {
                    is_open.try_set(false);
                });
            }
            Err(text) => problem.set(Some(text)),
        }
    };
    let changed = move |event| {
        let word = event_target_value(&event);
        shown.set(SHOWS.iter().find(|it| it.0 == word).map_or("chart", |it| it.0));
    };
    let options = SHOWS.map(|(word, name)| {
        view! { <option value=word selected={word == show(&panel.content)}>{name}</option> }
    });
    let close = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" {
            event.stop_propagation();
            is_open.set(false);
        }
    };
    let (text, search) = match &panel.content {
        Content::Text(it) => (it.clone(), None),
        Content::Logs(it) => (String::new(), Some(it.clone())),
        _ => (String::new(), None),
    };
    let failed = erased_option(move || {
        Some(view! { <p class="said bad" role="alert">{problem_text(&problem.get()?)}</p> }.into_any())
    });
    view! {
        <form method="get" action="" class="card fields panel-form" node_ref=form data-waits="" data-keys="Escape" on:submit=submit on:keydown=close>
            {labelled("Title", "If empty, says what is shown.", input("title", "text", panel.title.clone(), ""))}
            <label class="field"><span>"Shows"</span><select name="show" on:change=changed>{options}</select></label>
            {series_fields(&panel, series, rows, shown, saving)}
            {search_fields(search, shown, saving)}
            <label class="field wide" hidden=move || shown.get() != "text"><span>"Note"</span><textarea name="text" rows="4" maxlength="4000">{text}</textarea></label>
            <div class="acts wide">
                <button class="btn main" type="submit">{if place.is_some() { "Save panel" } else { "Add panel" }}</button>
                <button class="btn" type="button" on:click=move |_| is_open.set(false)>"Cancel"</button>{failed}
            </div>
        </form>
    }
    .into_any()
}

/// Series, and how they go together.
fn series_fields(
    panel: &Panel,
    series: Vec<BoardSeries>,
    rows: RwSignal<usize>,
    shown: RwSignal<&'static str>,
    saving: Saving,
) -> AnyView {
    let combine = measured(&panel.content).map_or(Combine::Each, |it| it.combine);
    let combines = COMBINES.map(|(word, name)| (word.to_owned(), name.to_owned())).to_vec();
    let series = StoredValue::new(series);
    // Rows are only added, so that what was typed stays in its field.
    let each = move || 0..rows.get();
    let row = move |n: usize| series_row(n, series.with_value(|it| it.get(n).cloned()), saving);
    let is_hidden = move || matches!(shown.get(), "logs" | "text");
    let add = move |_| rows.update(|it| *it = (*it + 1).min(Measured::SERIES_MAX));
    view! {
        <div class="wide series-rows" hidden=is_hidden>
            <For each=each key=|n| *n children=row />
            <button class="btn small" type="button" on:click=add>"Add series"</button>
            {labelled("Together", "", select("combine", combines, combine.word()))}
        </div>
    }
    .into_any()
}

fn series_row(n: usize, series: Option<BoardSeries>, saving: Saving) -> AnyView {
    let fallback = BoardSeries { app: VARIABLE.to_owned(), metric: String::new(), stat: Stat::Rate, by: vec![] };
    let BoardSeries { app, metric, stat, by } = series.unwrap_or(fallback);
    let apps = saving.state.with_untracked(|it| app_options(&it.apps, &app));
    let name = |name: &str| format!("{name}-{n}");
    view! {
        <fieldset class="series-row">
            <legend class="vh">{format!("Series {}", n + 1)}</legend>
            {labelled("App", "", select(&name("app"), apps, &app))}
            {labelled("Metric", "", input(&name("metric"), "text", metric, "router.requests"))}
            {labelled("Statistic", "", select(&name("stat"), stat_options(stat), &stat.to_string()))}
            {labelled("Grouping", "", select(&name("by"), group_options(&by), &Label::join(&by)))}
        </fieldset>
    }
    .into_any()
}

/// A search for log lines.
fn search_fields(search: Option<Search>, shown: RwSignal<&'static str>, saving: Saving) -> AnyView {
    let Search { app, q } = search.unwrap_or(Search { app: VARIABLE.to_owned(), q: String::new() });
    let apps = saving.state.with_untracked(|it| app_options(&it.apps, &app));
    view! {
        <div class="wide series-row" hidden=move || shown.get() != "logs">
            {labelled("App", "", select("app", apps, &app))}
            {labelled("Log lines matching", "If empty, every line.", input("q", "text", q, "level=error status>=500"))}
        </div>
    }
    .into_any()
}
