//! `/apps/:app/errors`: the error lines of an app in groups, with the first and the last of each,
//! how often it came, and which are new since the last release. A group opens its lines. The time
//! is `?back=` or `?from=&to=`, as on the Logs page; a day without either.

use contract::{
    Level, LogQuery, LogTime, LookBack,
    errors_page::{ErrorGroup, ErrorsPage},
};
use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    app_header::{chip, freshness, tabs},
    not_found::{Failed, NotFound},
    table::Page,
};
use crate::{
    Error,
    live::{
        clock::Clock,
        status::{answered, show_still},
    },
    part::{
        address::Address,
        log_address::{log_address, of_address},
        number::grouped,
        time::{clock_seconds, day},
    },
    server_fns,
};

/// Height of the bars of a group, in units of their own.
const BAR_MAX: u32 = 20;

/// Loads the groups that the address asks for, and shows them or says why not.
#[component]
pub fn ErrorsRoute() -> impl IntoView {
    let here = Address::of_page();
    let time = Memo::new(move |_| match here.query.with(of_address).time {
        LogTime::Live => LogTime::Back(LookBack::Day),
        time => time,
    });
    let load = |(app, time): (String, LogTime)| async move { (app.clone(), time, server_fns::errors(app, time).await) };
    let loaded = server_fns::resource(move || (here.app(), time.get()), load);
    let view = move || {
        loaded.get().map(|(app, time, answer)| {
            let shown = match answer {
                Ok(page) => shown(&app, time, page),
                Err(Error::Answer(contract::Error::NotFound(_))) => view! { <NotFound app=app.clone() /> }.into_any(),
                Err(error) => view! { <Failed error /> }.into_any(),
            };
            view! { <Title text=Page::Errors.title(&app) />{shown} }
        })
    };
    answered("Loading…", view)
}

fn shown(app: &str, time: LogTime, page: ErrorsPage) -> AnyView {
    show_still();
    let ErrorsPage { head, span, release, errors } = page;
    let clock = Clock::start(head.at_ms);
    let (losses, summary) = (head.losses, head.summary);
    let now = Signal::stored(summary);
    let since_ms = release.as_ref().map(|it| it.at_s * 1_000).filter(|it| *it > errors.from_ms);
    let is_new = move |it: &ErrorGroup| since_ms.is_some_and(|since_ms| it.first_ms >= since_ms);
    let new = errors.groups.iter().filter(|it| is_new(it)).count();
    let total = errors.groups.iter().map(|it| it.count).sum::<u64>() + errors.others;
    let told = release.filter(|_| since_ms.is_some()).map(|event| {
        let text = format!("{new} new since {} at {}", event.text, clock_seconds(event.at_s));
        view! { <span>{text}</span> }
    });
    let counted = (errors.from_ms > span.from_s() * 1_000)
        .then(|| view! { <span>"Read back to "{moment(errors.from_ms)}" only: choose a shorter time."</span> });
    let none = errors.groups.is_empty().then(|| view! { <p class="none">"No error lines at this time."</p> });
    let others = (errors.others > 0).then(|| {
        view! { <p class="note">{grouped(errors.others as i64)}" further error lines, of groups for which there is no room."</p> }
    });
    let searched = format!(
        "Searched {} MB in {} ms.",
        grouped(errors.scanned_bytes.div_ceil(1_000_000) as i64),
        grouped(errors.took_ms.max(1) as i64)
    );
    let number = |n: i64, noun: &str| format!("{} {noun}{}", grouped(n), if n == 1 { "" } else { "s" });
    let said = format!("{}, {}", number(errors.groups.len() as i64, "group"), number(total as i64, "line"));
    let rows = errors.groups.into_iter().map(|it| row(app, time, is_new(&it), it)).collect_view();
    view! {
        <div class="errors">
            <div class="apphead"><h1>{app.to_owned()}</h1>{chip(now, clock)}<span class="push"></span>{tabs(app, Page::Errors, time.span())}</div>
            <div class="bar">{times(app, time)}<span>{said}</span>{told}{counted}</div>
            <section class="card" aria-label="Error groups"><ol class="error-groups">{rows}</ol>{none}{others}</section>
            <div class="foot">{freshness(now, Signal::stored(losses), clock)}<span>{searched}</span>{crate::part::zone::note("Numbers, ids and quoted values are folded.")}</div>
        </div>
    }
    .into_any()
}

/// Links that choose how far back to look.
fn times(app: &str, time: LogTime) -> AnyView {
    let link = |back: LookBack| {
        let href = format!("/apps/{app}/errors?back={}", back.word());
        view! { <a href=href aria-current=(time == LogTime::Back(back)).then_some("true")>{back.label()}</a> }
    };
    view! { <nav class="seg" aria-label="Time">{LookBack::ALL.map(link).collect_view()}</nav> }.into_any()
}

fn row(app: &str, time: LogTime, is_new: bool, group: ErrorGroup) -> AnyView {
    let lines = LogQuery { filter: group.filter.clone(), level: Some(Level::Error), time, ..LogQuery::default() };
    let newest = log_address(app, &lines);
    let mark = is_new.then(|| view! { <b class="new">"New"</b>" " });
    view! {
        <li>
            <a class="text" href=newest>{mark}<code>{group.text}</code></a>
            <svg class="bars" viewBox=format!("0 0 {} {BAR_MAX}", group.counts.len()) preserveAspectRatio="none" aria-hidden="true"><path d=bars(&group.counts) /></svg>
            <span class="n">{grouped(group.count as i64)}</span>
            <span class="dim who">{group.source}</span>
            <span class="dim">{moment(group.first_ms)}" to "{moment(group.last_ms)}</span>
        </li>
    }
    .into_any()
}

/// Counts as bars, an SVG path. A single line stays visible beside many.
fn bars(counts: &[u32]) -> String {
    let most = counts.iter().copied().max().unwrap_or(0).max(1);
    let mut path = String::new();
    for (at, n) in counts.iter().enumerate().filter(|it| *it.1 > 0) {
        let height = (u64::from(*n) * u64::from(BAR_MAX) / u64::from(most)).max(2);
        path.push_str(&format!("M{at} {BAR_MAX}v-{height}h1v{height}z"));
    }
    path
}

fn moment(at_ms: i64) -> String {
    let at_s = at_ms.div_euclid(1_000);
    [&day(at_s), " ", &clock_seconds(at_s)].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_bars() {
        assert_eq!(bars(&[0, 1, 100]), "M1 20v-2h1v2zM2 20v-20h1v20z");
        assert_eq!(bars(&[]), "");
    }
}
