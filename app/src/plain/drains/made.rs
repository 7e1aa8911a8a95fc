//! The page that shows a drain's new token: the commands to paste, and whether the first line has
//! come. The token is on this page alone, so a reload can't show it again.

use contract::drain::Drain;
use leptos::prelude::*;

use super::{
    PATH, SCRIPT,
    access::{Access, SyslogTcp},
    part::{apps, lines, platform, sentence},
    platforms::Needs,
};
use crate::{
    page::table::Page,
    part::time::{length, moment},
    plain::{Frame, document},
    shell::Assets,
};

/// What the page shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MadePage {
    pub drain: Drain,
    pub access: Access,
    /// Whether an old token was replaced.
    pub is_rotated: bool,
    /// Whether only this machine can use the address.
    pub is_local: bool,
}

/// The page as HTML.
#[must_use]
pub fn made_page(assets: &Assets, page: MadePage) -> String {
    let title = if page.is_rotated { "New token" } else { "New drain" };
    document(&Frame { assets, title, here: Page::Unknown, section: Some(PATH), script: Some(SCRIPT) }, move || {
        content(page)
    })
}

/// The page that waits for the first line of a drain, as HTML.
#[must_use]
pub fn wait_page(assets: &Assets, drain: Drain) -> String {
    let title = format!("{}: first line", drain.name);
    document(
        &Frame { assets, title: &title, here: Page::Unknown, section: Some(PATH), script: Some(SCRIPT) },
        move || {
            view! { <div class="apphead"><h1>{drain.name.clone()}</h1></div>{waiting(&drain)}{onward(&drain)} }
                .into_any()
        },
    )
}

fn content(page: MadePage) -> AnyView {
    let MadePage { drain, access, is_rotated, is_local } = page;
    let (heading, old) = if is_rotated {
        let until = drain.old_until_ms.map_or("The old token has ended.".to_owned(), |until_ms| {
            format!("The old token stays valid until {}.", moment(until_ms))
        });
        (format!("New token for {}", drain.name), Some(until))
    } else {
        (format!("Drain {} is ready", drain.name), None)
    };
    view! {
        <div class="apphead"><h1>{heading}</h1></div>
        {old.map(|it| view! { <p class="said note" role="status">{it}</p> })}
        {commands(&drain, &access, is_local)}
        <p class="said note">"The token is shown only now. Whoever has it can send lines, and read nothing."</p>
        {waiting(&drain)}
        {onward(&drain)}
    }
    .into_any()
}

/// The commands of a drain's platform.
pub(super) fn commands(drain: &Drain, access: &Access, is_local: bool) -> AnyView {
    let platform = platform(drain);
    let needs = match (platform.needs, access.port, access.syslog_tcp) {
        (Needs::Syslog | Needs::SyslogPlain | Needs::SyslogTls, None, _) => {
            Some("The syslog receiver is off. Start the server with `SYSLOG_PORT=6514` before you run this.")
        }
        (Needs::SyslogTls, _, SyslogTcp::Plain) => Some(
            "This platform speaks TLS only: give the server a certificate (`TLS_CERT`, `TLS_KEY`), or let a proxy in front end TLS.",
        ),
        (Needs::SyslogPlain, _, SyslogTcp::Tls) => {
            Some("This platform speaks no TLS: start the server with `SYSLOG_PLAIN=1` before you run this.")
        }
        _ => None,
    };
    let needs = needs.map(|it| view! { <p class="said bad">{sentence(it)}</p> });
    let local = is_local.then(|| {
        view! { <p class="said bad">"Only this machine can reach this address. Open this page at the server's public address, or set "<code>"PUBLIC_URL"</code>"."</p> }
    });
    let steps = platform.steps.iter().map(|step| {
        let text = access.fill(step.text);
        view! {
            <p class="drain-step">{step.label}</p>
            <div class="cmd drain-cmd"><code tabindex="0">{text}</code><button class="btn needs-script" type="button" data-copy="">"Copy"</button></div>
        }
    });
    view! {
        <section class="card drain-steps">
            <h2>{platform.title}</h2>
            {local}{needs}
            {steps.collect_view()}
            <p class="dim">{sentence(platform.note)}</p>
        </section>
    }
    .into_any()
}

/// Whether the first line has come. The script asks for it again and puts it in its place.
fn waiting(drain: &Drain) -> AnyView {
    let href = format!("{PATH}/{}/wait", drain.id);
    let data = href.clone();
    let refusal =
        drain.hour.refusal.clone().map(|it| view! { <p class="said bad">"A batch arrived and was refused: "{it}</p> });
    let Some(first_ms) = drain.memory.first_ms.filter(|_| drain.memory.seen_ms(contract::drain::Seen::Lines).is_some())
    else {
        return view! {
            <section class="card drain-wait" data-wait=data role="status">
                <h2>"Waiting for the first line…"</h2>
                {refusal}
                <p><a class="more" href=href>"Check again"</a></p>
            </section>
        }
        .into_any();
    };
    let after = length((first_ms - drain.created_ms).div_euclid(1_000));
    let seen: Vec<&str> = drain.memory.seen.iter().map(|it| it.what.title()).collect();
    let open = drain.fed().first().map(|app| {
        view! { <p><a class="btn main" href=format!("/apps/{app}")>"Open the dashboard of "{app.clone()}</a></p> }
    });
    view! {
        <section class="card drain-wait done" role="status" data-came="">
            <h2>"First line arrived after "{after}</h2>
            <p>"Understood: "{seen.join(", ")}". "{lines(drain.hour.lines)}" so far, "{lines(drain.hour.unmatched)}" in no known form."</p>
            {open}
        </section>
    }
    .into_any()
}

fn onward(drain: &Drain) -> AnyView {
    let href = format!("{PATH}/{}", drain.id);
    view! { <div class="foot"><a class="more" href=href>"This drain"</a><a class="more" href=PATH>"All drains"</a><span>"Feeds "{apps(drain)}</span></div> }.into_any()
}
