//! `/boards`: the list of boards, where they are made, imported, and opened. With `?metric=` or
//! `?q=` it offers to put that on one of them.

use contract::board::{BoardChange, BoardDraft, BoardInfo, BoardsPage, Panel};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::{
    live::{
        clock::Clock,
        status::{answered, show_still},
    },
    page::{
        board_draft::{imported, sent_along, title_of},
        form_fields::problem_text,
        not_found::Failed,
        table::Page,
    },
    part::{
        address::{Address, visit},
        board_address,
        field::{Form, field_text},
        time::{clock, day},
        type_erasure::erased_option,
    },
    server_fns,
};

/// Requests the list.
#[component]
pub fn BoardsRoute() -> impl IntoView {
    let here = Address::of_page();
    show_still();
    let page = server_fns::resource(|| (), |()| server_fns::boards());
    let view = move || {
        page.get().map(|answer| {
            let shown = match answer {
                Ok(page) => list(page, here),
                Err(error) => view! { <Failed error /> }.into_any(),
            };
            view! { <Title text=Page::Boards.title("") />{shown} }
        })
    };
    answered("Loading…", view)
}

fn list(page: BoardsPage, here: Address) -> AnyView {
    let _runs = Clock::start(page.at_ms);
    let problem = RwSignal::new(None::<String>);
    let panel = here.query.with_untracked(sent_along);
    let banner = panel.clone().map(|panel| {
        let what = title_of(&panel);
        view! { <p class="note adding">"Choose a board for "<b>{what}</b>", or create one."</p> }
    });
    let failed = erased_option(move || {
        Some(view! { <p class="said bad" role="alert">{problem_text(&problem.get()?)}</p> }.into_any())
    });
    let none = page.boards.is_empty();
    let rows = page.boards.into_iter().map(|it| row(it, panel.clone(), problem)).collect_view();
    let table = if none {
        view! {
            <section class="card none-yet">
                <h2>"No boards yet"</h2>
                <p>"A board shows any metric of any app on one page: charts, numbers, tables, log searches and notes."</p>
            </section>
        }
        .into_any()
    } else {
        view! {
            <section class="card"><div class="scroll" tabindex="0" role="region" aria-label="Boards">
                <table class="boards">
                    <thead><tr><th scope="col">"Board"</th><th scope="col" class="num">"Panels"</th><th scope="col">"Last changed"</th><th scope="col"><span class="vh">"Action"</span></th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div></section>
        }
        .into_any()
    };
    view! {
        <div class="apphead"><h1>"Boards"</h1></div>
        <p class="no-script note">"Creating and editing boards requires JavaScript."</p>
        {banner}
        {table}
        {failed}
        <div class="board-forms">{new_form(panel, problem)}{import_form(problem)}</div>
        <div class="foot">{crate::part::zone::note("")}</div>
    }
    .into_any()
}

fn row(board: BoardInfo, panel: Option<Panel>, problem: RwSignal<Option<String>>) -> AnyView {
    let at_s = board.changed_ms.div_euclid(1_000);
    let (href, id) = (board_address::of_board(board.id), board.id);
    let add = panel.map(|panel| {
        let name = format!("Add to {}", board.name);
        let add = move |_| send(BoardChange::AddPanel { id, panel: panel.clone() }, problem);
        view! { <button class="btn small main needs-script" type="button" aria-label=name on:click=add>"Add"</button> }
    });
    view! {
        <tr>
            <th scope="row"><a href=href>{board.name}</a></th>
            <td class="num">{board.panels}</td>
            <td><time>{format!("{} {}", day(at_s), clock(at_s))}</time><small class="dim">{format!(" by {}", board.changed_by)}</small></td>
            <td class="act">{add}</td>
        </tr>
    }
    .into_any()
}

/// Sends a change, and goes to the board.
fn send(change: BoardChange, problem: RwSignal<Option<String>>) {
    leptos::task::spawn_local(async move {
        match server_fns::change_board(change).await {
            Ok(id) => visit(&board_address::of_board(id)),
            Err(error) => {
                problem.try_set(Some(error.to_string()));
            }
        }
    });
}

fn new_form(panel: Option<Panel>, problem: RwSignal<Option<String>>) -> AnyView {
    let form = Form::new();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let board = BoardDraft { name: field_text(form, "name"), panels: panel.iter().cloned().collect() };
        send(BoardChange::Save { id: None, version: None, board }, problem);
    };
    view! {
        <form method="get" action="" class="card needs-script" node_ref=form data-waits="" on:submit=submit>
            <h2>"New board"</h2>
            <label class="field"><span>"Name"</span>
                <input type="text" name="name" required maxlength="200" autocomplete="off" placeholder="Checkout at night" />
            </label>
            <button class="btn main" type="submit">"Create board"</button>
        </form>
    }
    .into_any()
}

fn import_form(problem: RwSignal<Option<String>>) -> AnyView {
    let form = Form::new();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        match imported(&field_text(form, "json")) {
            Ok(board) => send(BoardChange::Save { id: None, version: None, board }, problem),
            Err(text) => problem.set(Some(text)),
        }
    };
    view! {
        <form method="get" action="" class="card needs-script" node_ref=form data-waits="" on:submit=submit>
            <h2>"Import"</h2>
            <label class="field"><span>"JSON of an exported board"</span>
                <textarea name="json" rows="3" required spellcheck="false" autocomplete="off"></textarea>
            </label>
            <button class="btn" type="submit">"Import board"</button>
        </form>
    }
    .into_any()
}
