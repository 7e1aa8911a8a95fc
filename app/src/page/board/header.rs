//! The header of a board: its name, the app it is looked at for, the range, and what is done with
//! the board as a whole.

use contract::{
    Range, Span,
    board::{BoardChange, BoardDraft},
};
use leptos::prelude::*;

use super::{editing::Editing, saving::Saving};
use crate::{
    page::form_fields::{app_options, careful_button, problem_text, select},
    part::{
        address::{Address, Query, visit},
        board_address,
        field::{Form, field_text},
        span::{range_links, span_form},
        type_erasure::{erased_option, erased_text},
    },
    server_fns,
};

/// The header.
pub fn header(saving: Saving, span: Span, editing: Option<Editing>, here: Address) -> AnyView {
    let state = saving.state;
    let name = erased_text(move || state.with(|it| it.board.draft.name.clone()));
    let variable = state.with_untracked(|it| it.board.draft.has_variable().then(|| (it.apps.clone(), it.app.clone())));
    let variable = variable.map(|(apps, app)| variable_form(&apps, &app, here));
    let range = state.with_untracked(|it| it.range);
    let kept = vec![("app", here.query.with_untracked(|query| query.word("app").to_owned()))];
    let id = state.with_untracked(|it| it.board.id);
    let other = match editing {
        Some(_) => board_address::of_board(id),
        None => board_address::of_editing(id),
    };
    let other = move || here.query.with(|query| query.address(&other));
    let failed = erased_option(move || {
        Some(view! { <p class="said bad" role="alert">{problem_text(&saving.problem.get()?)}</p> }.into_any())
    });
    let whole = editing.map(|it| (it.whole)(saving));
    view! {
        <div class="apphead">
            <h1>{name}</h1>{variable}<span class="push"></span>
            {ranges(range, here)}{span_form(span.ends(), kept, range.span_s().is_some())}
            <a class="btn hide-s" href=move || here.changed("wall", "1")>"Wall view"</a>
            <a class="btn" href=other>{if editing.is_some() { "Done" } else { "Edit" }}</a>
        </div>
        {editing.map(|_| view! { <p class="no-script note">"Editing requires JavaScript."</p> })}
        {whole}{failed}
    }
    .into_any()
}

/// The app that the board is looked at for. Without JavaScript the form has a button.
fn variable_form(apps: &[String], app: &str, here: Address) -> AnyView {
    let options = app_options(apps, "").into_iter().skip(1).collect();
    let kept = here.query.with_untracked(|it| it.others("app"));
    let kept =
        kept.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value /> }).collect_view();
    let go = move |event| here.go(&here.changed("app", &event_target_value(&event)));
    view! {
        <form method="get" action="" class="pick" on:change=go>
            {kept}<label><span class="vh">"App"</span>{select("app", options, app)}</label>
            <button class="btn no-script" type="submit">"Show"</button>
        </form>
    }
    .into_any()
}

/// The choice of a range that ends now.
fn ranges(chosen: Range, here: Address) -> AnyView {
    let href = move |range: Range| here.query.with(without_ends).changed(&here.path(), "range", range.word());
    let html = move || range_links(&Range::ALL, chosen, href);
    view! { <nav class="seg" aria-label="Range" inner_html=html></nav> }.into_any()
}

/// A query without the ends of a custom range.
fn without_ends(query: &Query) -> Query {
    Query::of(query.others("from").into_iter().filter(|it| it.0 != "to").collect())
}

/// What is done with the whole board while it is edited.
pub fn whole(saving: Saving) -> AnyView {
    let form = Form::new();
    let (id, name) = saving.state.with_untracked(|it| (it.board.id, it.board.draft.name.clone()));
    let rename = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let name = field_text(form, "name");
        saving.change(move |board| board.name = name);
    };
    let copy = move |_| {
        let board = saving.state.with_untracked(|it| it.board.draft.clone());
        let board = BoardDraft { name: format!("Copy of {}", board.name), ..board };
        leave(saving, BoardChange::Save { id: None, version: None, board });
    };
    let remove = move || leave(saving, BoardChange::Remove(id));
    let export = format!("/api/v1/boards/{id}");
    let file = format!("board-{id}.json");
    view! {
        <form method="get" action="" class="bar board-bar needs-script" node_ref=form data-waits="" on:submit=rename>
            <label class="pick"><span class="vh">"Name of the board"</span><input type="text" name="name" value=name required maxlength="200" autocomplete="off" /></label>
            <button class="btn" type="submit">"Rename"</button><span class="push"></span>
            <a class="btn" rel="external" href=export download=file>"Export JSON"</a>
            <button class="btn" type="button" on:click=copy>"Duplicate"</button>
            {careful_button("Remove board", "Remove this board?", remove)}
        </form>
    }
    .into_any()
}

/// Makes a change after which another page is shown.
fn leave(saving: Saving, change: BoardChange) {
    let is_removal = matches!(change, BoardChange::Remove(_));
    leptos::task::spawn_local(async move {
        match server_fns::change_board(change).await {
            Ok(_) if is_removal => visit(board_address::PATH),
            Ok(id) => visit(&board_address::of_board(id)),
            Err(error) => {
                saving.problem.try_set(Some(error.to_string()));
            }
        }
    });
}
