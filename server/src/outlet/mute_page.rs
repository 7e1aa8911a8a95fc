//! The page behind a mute link: `GET /mute/{token}` says what would be muted and asks for one
//! click, `POST` does it. Neither asks for a password, since the token proves enough.
//!
//! A GET changes nothing: scanners of mail and previews of chats follow every link.

use std::time::Instant;

use axum::{
    body::Body,
    extract::{Path, Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    response::Response,
};
use contract::alert::{Incident, IncidentState, Mute};
use dashboard::{MuteNotice, mute_notice};

use super::{
    guard::headers::POLICY,
    mute_link::{Length, LinkError, MuteLink},
    page::assets::assets,
    state::Outlet,
};
use crate::{
    access::{audit::Note, password_throttle::TooManyAttempts},
    clock::now_ms,
    net::trusted_proxies::client_of,
    store::alert::{channels, incidents, mutes},
    watch::{mute, zone::Zone},
};

/// What the page says, and with which status.
struct Answer {
    status: StatusCode,
    notice: MuteNotice,
}

/// What a link is about, as far as it still exists.
struct About {
    incident: Incident,
    /// The name of the link's channel.
    channel: String,
    /// The zone of that channel, for times.
    zone: Zone,
}

/// Answers a GET with the question, and a POST by muting.
pub(crate) async fn page(State(outlet): State<Outlet>, Path(token): Path<String>, request: Request) -> Response {
    let (parts, _body) = request.into_parts();
    let note = parts.extensions.get::<Note>().cloned();
    let answer = match outlet.alerting.guesses.reserve(client_of(&parts.extensions), Instant::now()) {
        Err(TooManyAttempts(wait)) => {
            let mut response = send(later());
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs() + 1));
            return response;
        }
        Ok(turn) => {
            if !turn.wait.is_zero() {
                tokio::time::sleep(turn.wait).await;
            }
            let link = MuteLink::read(&outlet.alerting.notifier.key, &token, now_ms());
            // A link of ours costs nothing, also when its time is over.
            if link != Err(LinkError::Wrong) {
                outlet.alerting.guesses.refund(turn);
            }
            match link {
                Ok(link) => follow(&outlet, link, (parts.method == Method::POST, note.as_ref())).await,
                Err(error) => Ok(refused(error)),
            }
        }
    };
    send(answer.unwrap_or_else(|error| {
        tracing::error!(%error, "a mute link could not be followed");
        failed()
    }))
}

async fn follow(
    outlet: &Outlet,
    link: MuteLink,
    (is_clicked, note): (bool, Option<&Note>),
) -> Result<Answer, mutes::MuteError> {
    let Some(about) = about(outlet, link).await? else { return Ok(refused(LinkError::Expired)) };
    let store = &outlet.reader.store;
    let now_ms = now_ms();
    let by = format!("link in {}", about.channel);
    if is_clicked && about.incident.state != IncidentState::Resolved {
        let mut db = store.connect().await?;
        mutes::extend(&mut db, link.incident, link.length.until_ms(now_ms), &by, now_ms).await?;
        drop(db);
        note.inspect(|note| note.say(&format!("mute incident {} by a {by}", link.incident)));
        mute::read(store, &outlet.alerting.mutes).await?;
    }
    let Incident { app, rule, .. } = &about.incident;
    let mut held = mutes::list(&store.readers, now_ms).await?;
    held.retain(|it| mute::holds(&it.draft, app, *rule, link.incident));
    Ok(if about.incident.state == IncidentState::Resolved {
        resolved(&about)
    } else if is_clicked {
        done(&about, &held)
    } else {
        question(&about, link, &held, now_ms)
    })
}

/// The incident and the channel of a link; `None` once one of them is removed.
async fn about(outlet: &Outlet, link: MuteLink) -> Result<Option<About>, sqlx::Error> {
    let db = &outlet.reader.store.readers;
    let Some(found) = incidents::find(db, link.incident).await? else { return Ok(None) };
    let incident = found.incident;
    let Some(found) = channels::find(db, link.channel).await? else { return Ok(None) };
    // The system's list of zones may have become shorter since the channel was saved.
    let zone = Zone::named(&found.channel.zone).unwrap_or(Zone::UTC);
    Ok(Some(About { incident, channel: found.channel.name, zone }))
}

fn question(about: &About, link: MuteLink, held: &[Mute], now_ms: i64) -> Answer {
    let Incident { id, app, what, detail, began_ms, .. } = &about.incident;
    let until = about.zone.text(link.length.until_ms(now_ms));
    let mut sentences = vec![
        format!("Incident {id} of {app}, since {}: {detail}.", about.zone.text(*began_ms)),
        format!("Messages about it are held back in every channel until {until}. It is recorded all the same."),
    ];
    sentences.extend(held.iter().map(|it| muted(it, &about.zone)));
    let button = match link.length {
        Length::Minutes(minutes) => format!("Mute for {} h", minutes / 60),
        Length::Until(_) => format!("Mute until {until}"),
    };
    let title = format!("Mute {app}: {what}?");
    Answer { status: StatusCode::OK, notice: MuteNotice { title, sentences, button: Some(button) } }
}

fn done(about: &About, held: &[Mute]) -> Answer {
    let Incident { id, app, what, .. } = &about.incident;
    let mut sentences = vec![format!("Messages about incident {id} are held back in every channel.")];
    sentences.extend(held.iter().map(|it| muted(it, &about.zone)));
    Answer {
        status: StatusCode::OK,
        notice: MuteNotice { title: format!("Muted {app}: {what}"), sentences, button: None },
    }
}

/// Who mutes, until when, and what was hidden.
fn muted(mute: &Mute, zone: &Zone) -> String {
    let hidden = match mute.hidden {
        0 => "no messages hidden so far".to_owned(),
        1 => "1 message hidden so far".to_owned(),
        n => format!("{n} messages hidden so far"),
    };
    format!("Muted by {} until {}; {hidden}.", mute.by, zone.text(mute.draft.until_ms))
}

fn resolved(about: &About) -> Answer {
    let Incident { id, app, resolved_ms, .. } = &about.incident;
    let since = resolved_ms.map_or(String::new(), |it| format!(" at {}", about.zone.text(it)));
    let sentences = vec![format!("Incident {id} of {app} was resolved{since}. There is nothing to mute.")];
    notice(StatusCode::OK, "This incident is over", sentences)
}

fn refused(error: LinkError) -> Answer {
    match error {
        LinkError::Expired => notice(
            StatusCode::GONE,
            "This link has expired",
            vec!["Nothing was muted. Mute the incident on the Alerts page, or use the link of a newer message.".into()],
        ),
        LinkError::Wrong => notice(
            StatusCode::NOT_FOUND,
            "This link is not valid",
            vec!["Nothing was muted. The link may have been cut off: copy all of it from the message.".into()],
        ),
    }
}

fn later() -> Answer {
    let sentences = vec!["Too many links that are not valid came from this address. Try again in a minute.".into()];
    notice(StatusCode::TOO_MANY_REQUESTS, "Try again later", sentences)
}

fn failed() -> Answer {
    let sentences = vec!["Nothing may have been muted. See the server's log for details.".into()];
    notice(StatusCode::INTERNAL_SERVER_ERROR, "Server error", sentences)
}

fn notice(status: StatusCode, title: &str, sentences: Vec<String>) -> Answer {
    Answer { status, notice: MuteNotice { title: title.to_owned(), sentences, button: None } }
}

fn send(Answer { status, notice }: Answer) -> Response {
    let mut response = Response::new(Body::from(mute_notice(&assets(), notice)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
