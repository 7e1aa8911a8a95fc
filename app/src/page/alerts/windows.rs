//! Maintenance windows: by the wall clock of a zone, with the next five times.

use contract::alert::{AlertChange, AlertsPage, Window, WindowDraft};
use leptos::prelude::*;

use super::{
    changes::{Changes, outcome_note},
    list::{list, none},
};
use crate::{
    page::{
        alert_words::chosen_length,
        form_fields::{app_options, careful_button, input, labelled, select},
    },
    part::{
        field::{Form, reset, suggest_zone, values},
        time::{clock, day},
    },
};

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
/// The key of the form's change.
const KEY: &str = "window";

/// The section.
pub fn section(state: RwSignal<AlertsPage>, changes: Changes) -> AnyView {
    let windows = list(
        "rules",
        move || state.with(|it| it.windows.clone()),
        || none("No maintenance windows."),
        move |it| row(it, changes),
    );
    view! {
        <section class="card story">
            <h2>"Maintenance windows"<small>"no messages at a fixed time on chosen days"</small></h2>
            {outcome_note(changes, "window-gone".to_owned(), |_| "Removed.".to_owned())}{windows}
        </section>
        {form(state, changes)}
    }
    .into_any()
}

fn row(window: Window, changes: Changes) -> AnyView {
    let id = window.id;
    let next =
        |(from_s, to_s): (i64, i64)| view! { <li>{format!("{} {}–{}", day(from_s), clock(from_s), clock(to_s))}</li> };
    let next = window.next.iter().copied().map(next).collect_view();
    let app = window.draft.app.clone().unwrap_or_else(|| "all apps".to_owned());
    let remove = move || changes.make("window-gone".to_owned(), AlertChange::RemoveWindow(id), || ());
    view! {
        <li>
            <div class="rule-text">
                <b>{window.draft.name.clone()}</b><p>{times(&window.draft)}", "{app}</p><p class="dim">"By "{window.by}</p>
            </div>
            <div class="verdicts"><p class="dim">"Next, in "{crate::part::zone::name()}</p><ol class="next">{next}</ol></div>
            <div class="acts">{careful_button("Remove", "Remove for good?", remove)}</div>
        </li>
    }
    .into_any()
}

/// When a window is, such as `Mon, Tue 02:30 for 90 min, Europe/Berlin`.
#[must_use]
pub fn times(window: &WindowDraft) -> String {
    let days: Vec<&str> = DAYS.iter().zip(window.weekdays).filter(|it| it.1).map(|it| *it.0).collect();
    let days = match days.len() {
        7 => "Every day".to_owned(),
        _ => days.join(", "),
    };
    let (start, length) = (clock(i64::from(window.start_min) * 60), chosen_length(i64::from(window.length_min) * 60));
    format!("{days} {start} for {length}, {}", window.zone)
}

fn form(state: RwSignal<AlertsPage>, changes: Changes) -> AnyView {
    let form = Form::new();
    suggest_zone(form, "zone");
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let values = values(form);
        let word = |name: &str| values.word(name).trim().to_owned();
        let window = WindowDraft {
            name: word("name"),
            app: Some(word("app")).filter(|it| !it.is_empty()),
            zone: word("zone"),
            weekdays: std::array::from_fn(|day| values.all("day").any(|it| it == DAYS[day])),
            start_min: minutes(values.word("start")).unwrap_or(0),
            length_min: values.word("length").parse().unwrap_or(60),
        };
        changes.make(KEY.to_owned(), AlertChange::SaveWindow { id: None, window }, move || reset(form));
    };
    let apps = app_options(&state.with_untracked(|it| it.apps.clone()), "All apps");
    let day = |it: &'static str| view! { <label class="box"><input type="checkbox" name="day" value=it />{it}</label> };
    view! {
        <section class="card story needs-script">
            <h2>"Add a maintenance window"</h2>
            <form method="get" action="" class="fields" node_ref=form data-waits="" on:submit=submit>
                {labelled("Name", "", input("name", "text", String::new(), "Nightly import"))}
                {labelled("App", "", select("app", apps, ""))}
                {labelled("Starts at", "", input("start", "time", "02:00".to_owned(), ""))}
                {labelled("Length", "In minutes.", input("length", "number", "60".to_owned(), ""))}
                {labelled("Time zone", "", input("zone", "text", String::new(), "UTC"))}
                <fieldset class="field boxes"><legend>"Days"</legend>{DAYS.map(day)}</fieldset>
                <div class="acts">
                    <button class="btn main" type="submit">"Add window"</button>
                    {outcome_note(changes, KEY.to_owned(), |_| "Added.".to_owned())}
                </div>
            </form>
        </section>
    }
    .into_any()
}

/// The minutes after midnight of a time such as `02:30`.
fn minutes(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    Some(hours.parse::<u16>().ok()? * 60 + minutes.get(..2)?.parse::<u16>().ok()?).filter(|it| *it < 1_440)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_times_of_a_window() {
        let window = WindowDraft {
            name: String::new(),
            app: None,
            zone: "Europe/Berlin".to_owned(),
            weekdays: [true, false, true, false, false, false, false],
            start_min: 150,
            length_min: 90,
        };
        assert_eq!(times(&window), "Mon, Wed 02:30 for 90 min, Europe/Berlin");
        let daily = WindowDraft { weekdays: [true; 7], length_min: 120, ..window };
        assert_eq!(times(&daily), "Every day 02:30 for 2 h, Europe/Berlin");
    }

    #[test]
    fn ok_and_err_minutes() {
        assert_eq!([minutes("02:30"), minutes("23:59:00")], [Some(150), Some(1_439)]);
        assert_eq!([minutes(""), minutes("24:00"), minutes("x:30"), minutes("2:3")], [None; 4]);
    }
}
