//! The form that adds a channel. Its URL holds a secret: the field has no name, so that no browser
//! puts it into an address.

use contract::alert::{AlertChange, AlertsPage, ChannelDraft, ChannelKind, Severity};
use leptos::prelude::*;

use super::changes::{Changes, outcome_note};
use crate::{
    page::alert_fields::{app_boxes, chosen_apps, input, labelled, severities, severity_of},
    part::{
        command::Command,
        field::{Form, reset, suggest_zone, text_by_id, values},
        type_erasure::{erased_option, erased_text},
    },
};

/// The key of the form's change.
const KEY: &str = "channel";
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

/// The section.
pub fn section(state: RwSignal<AlertsPage>, changes: Changes) -> AnyView {
    let form = Form::new();
    suggest_zone(form, "zone");
    let kind = RwSignal::new(ChannelKind::Slack);
    let choose = move |event| kind.set(kind_of(&event_target_value(&event)));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let values = values(form);
        let word = |name: &str| values.word(name).trim().to_owned();
        let channel = ChannelDraft {
            kind: kind_of(values.word("kind")),
            name: word("name"),
            url: text_by_id(form, URL_ID),
            zone: word("zone"),
            severity: severity_of(values.word("severity")),
            apps: chosen_apps(values.all("app")),
        };
        changes.make(KEY.to_owned(), AlertChange::SaveChannel { id: None, channel }, move || {
            reset(form);
            kind.set(ChannelKind::Slack);
        });
    };
    let kinds = ChannelKind::ALL.map(|it| view! { <option value=it.word()>{it.name()}</option> });
    let url = view! {
        <input type="text" id=URL_ID inputmode="url" required autocomplete="off" spellcheck="false" placeholder=move || kind.get().example() />
    };
    let apps = state.with_untracked(|it| it.apps.clone());
    view! {
        <section class="card story needs-script">
            <h2>"Add a channel"<small>"its URL is encrypted and never shown again"</small></h2>
            <form method="get" action="" class="fields" node_ref=form data-waits="" on:submit=submit>
                {labelled("Kind", "", view! { <select name="kind" on:change=choose>{kinds}</select> }.into_any())}
                {labelled("Name", "", input("name", "text", String::new(), "#ops"))}
                {labelled("Minimum severity", "", severities(Severity::Warning))}
                {labelled("Time zone in messages", "", input("zone", "text", String::new(), "UTC"))}
                <label class="field wide">
                    <span>"URL"</span>{url}<small>{erased_text(move || where_from(kind.get()).to_owned())}</small>
                </label>
                {app_boxes(&apps)}
                <div class="acts">
                    <button class="btn main" type="submit">"Add channel"</button>
                    {outcome_note(changes, KEY.to_owned(), |_| "Added. Send a test to see if it works.".to_owned())}
                </div>
            </form>
            {secret(changes)}
        </section>
    }
    .into_any()
}

fn kind_of(word: &str) -> ChannelKind {
    ChannelKind::ALL.into_iter().find(|it| it.word() == word).unwrap_or(ChannelKind::Slack)
}

/// The signing secret of a webhook that was just added.
fn secret(changes: Changes) -> AnyView {
    let secret = erased_option(move || {
        let outcome = changes.outcome.get().filter(|it| it.key == KEY)?;
        let text = outcome.result?.ok()?.secret?;
        Some(view! { <div class="secret"><p><b>"Signing secret"</b>", shown only now. Copy it to your receiver."</p><Command text /></div> }.into_any())
    });
    view! { {secret} }.into_any()
}
