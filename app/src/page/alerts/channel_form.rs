//! The form that adds a channel or changes one. Its URL holds a secret: the field has no name, so
//! that no browser puts it into an address, and is empty for a channel that is there.

use contract::alert::{AlertChange, AlertsPage, Channel, ChannelDraft, ChannelId, ChannelKind, Severity};
use leptos::prelude::*;

use super::{
    changes::{Changes, outcome_note},
    tab::Tab,
};
use crate::{
    page::alert_fields::{app_boxes, chosen_apps, severities, severity_of},
    page::form_fields::{input, labelled},
    part::{
        address::Address,
        command::Command,
        field::{Form, reset, suggest_zone, text_by_id, values},
        type_erasure::{erased_option, erased_text},
    },
};

/// The key of the change that adds a channel.
const ADDED: &str = "channel";
/// The key of the change that saves one that is there.
pub const SAVED: &str = "channel-saved";
/// The id of the field for the URL.
const URL_ID: &str = "channel-url";

/// Where to get the URL of a kind of channel.
const fn where_from(kind: ChannelKind) -> &'static str {
    match kind {
        ChannelKind::Slack => "At api.slack.com/apps: your app, Incoming Webhooks, Add New Webhook.",
        ChannelKind::Mattermost => "In Mattermost: Integrations, Incoming Webhooks, Add Incoming Webhook.",
        ChannelKind::Discord => "In Discord: channel settings, Integrations, Webhooks, Copy Webhook URL.",
        ChannelKind::Teams => {
            "In Teams: the channel's Workflows, “When a Teams webhook request is received”. The last step shows the URL."
        }
        ChannelKind::PagerDuty => {
            "In PagerDuty: the service's Integrations, Events API v2. The integration key is the ROUTING_KEY."
        }
        ChannelKind::Ntfy => "Choose a topic that is hard to guess. A server with access control also needs a token.",
        ChannelKind::Telegram => {
            "@BotFather gives you the token. Send the bot a message; getUpdates then shows the chat ID."
        }
        ChannelKind::Email => {
            "Any SMTP server that accepts your mail. smtps:// uses TLS from the start, smtp:// STARTTLS. \
             Percent-encode special characters."
        }
        ChannelKind::Webhook => {
            "Your own receiver. Requests are signed as in Standard Webhooks; the signing secret is shown here, once."
        }
        ChannelKind::Alertmanager => "The base URL of a Prometheus Alertmanager. Its receivers deliver the alerts.",
    }
}

/// The address of the form that changes a channel.
#[must_use]
pub fn address(id: ChannelId) -> String {
    format!("{}&edit={id}", Tab::Channels.address())
}

/// The section: the form of a new channel, or of the one that the address names.
pub fn section(state: RwSignal<AlertsPage>, changes: Changes, here: Address) -> AnyView {
    let edited = Memo::new(move |_| here.query.with(|it| it.word("edit").parse::<ChannelId>().ok()));
    // Another form is made of new fields: those of the one before keep what was entered.
    let each = move || [edited.get()];
    let form = move |id: Option<ChannelId>| {
        let known = state.with_untracked(|page| page.channels.iter().find(|it| Some(it.id) == id).cloned());
        form(state, changes, here, known)
    };
    view! { <For each=each key=|id| *id children=form />{secret(changes)} }.into_any()
}

fn form(state: RwSignal<AlertsPage>, changes: Changes, here: Address, known: Option<Channel>) -> AnyView {
    let form = Form::new();
    suggest_zone(form, "zone");
    let apps = state.with_untracked(|it| it.apps.clone());
    let id = known.as_ref().map(|it| it.id);
    let kind = RwSignal::new(known.as_ref().map_or(ChannelKind::Slack, |it| it.kind));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let change = AlertChange::SaveChannel { id, channel: entered(form, kind.get_untracked()) };
        let key = if id.is_some() { SAVED } else { ADDED };
        changes.make(key.to_owned(), change, move || {
            if id.is_some() {
                here.go(&Tab::Channels.address());
            } else {
                reset(form);
                kind.set(ChannelKind::Slack);
            }
        });
    };
    let (heading, about, button, kept) = match &known {
        None => ("Add a channel", "its URL is encrypted and never shown again", "Add channel", String::new()),
        Some(it) => {
            ("Edit channel", "its URL is never shown", "Save", format!("Leave it empty to keep {}.", it.target))
        }
    };
    let url = match &known {
        None => view! {
            <input type="text" id=URL_ID inputmode="url" required autocomplete="off" spellcheck="false" placeholder=move || kind.get().example() />
        }
        .into_any(),
        Some(_) => view! {
            <input type="text" id=URL_ID inputmode="url" autocomplete="off" spellcheck="false" placeholder="Unchanged" />
        }
        .into_any(),
    };
    let hint = erased_text(move || if kept.is_empty() { where_from(kind.get()).to_owned() } else { kept.clone() });
    let note = match id {
        None => outcome_note(changes, ADDED.to_owned(), |_| "Added. Send a test to see if it works.".to_owned()),
        Some(_) => view! { <a class="btn" href=Tab::Channels.address()>"Cancel"</a> }.into_any(),
    };
    let boxes = app_boxes(&apps, known.as_ref().map_or(&[], |it| &it.apps));
    let severity = severities(known.as_ref().map_or(Severity::Warning, |it| it.severity));
    let (name, zone) = known.as_ref().map(|it| (it.name.clone(), it.zone.clone())).unwrap_or_default();
    view! {
        <section class="card story needs-script">
            <h2>{heading}<small>{about}</small></h2>
            <form method="get" action="" class="fields" node_ref=form data-waits="" on:submit=submit>
                {known.is_none().then(|| kinds(kind))}
                {labelled("Name", "", input("name", "text", name, "#ops"))}
                {labelled("Minimum severity", "", severity)}
                {labelled("Time zone in messages", "", input("zone", "text", zone, "UTC"))}
                <label class="field wide"><span>"URL"</span>{url}<small>{hint}</small></label>
                {boxes}
                <div class="acts"><button class="btn main" type="submit">{button}</button>{note}</div>
            </form>
        </section>
    }
    .into_any()
}

/// The choice of a kind. A channel keeps its kind: the URL of one says nothing to another.
fn kinds(kind: RwSignal<ChannelKind>) -> AnyView {
    let choose = move |event| kind.set(kind_of(&event_target_value(&event)));
    let kinds = ChannelKind::ALL.map(|it| view! { <option value=it.word()>{it.name()}</option> });
    labelled("Kind", "", view! { <select name="kind" on:change=choose>{kinds}</select> }.into_any())
}

/// What the form says of a channel of a kind.
fn entered(form: Form, kind: ChannelKind) -> ChannelDraft {
    let values = values(form);
    let word = |name: &str| values.word(name).trim().to_owned();
    ChannelDraft {
        kind,
        name: word("name"),
        url: text_by_id(form, URL_ID),
        zone: word("zone"),
        severity: severity_of(values.word("severity")),
        apps: chosen_apps(values.all("app")),
    }
}

fn kind_of(word: &str) -> ChannelKind {
    ChannelKind::ALL.into_iter().find(|it| it.word() == word).unwrap_or(ChannelKind::Slack)
}

/// The signing secret of a webhook that was just added, or whose URL was just changed.
fn secret(changes: Changes) -> AnyView {
    let secret = erased_option(move || {
        let outcome = changes.outcome.get().filter(|it| it.key == ADDED || it.key == SAVED)?;
        let text = outcome.result?.ok()?.secret?;
        Some(view! { <div class="secret"><p><b>"Signing secret"</b>", shown only now. Copy it to your receiver."</p><Command text /></div> }.into_any())
    });
    view! { {secret} }.into_any()
}
