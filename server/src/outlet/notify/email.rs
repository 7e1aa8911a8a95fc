//! Mail: plain text beside HTML. All messages of an incident are one thread: they reply to the same
//! message id, of a message that was never sent.
//!
//! Lines are at most 998 bytes, as lettre encodes them, and the text has no non-breaking spaces:
//! `text` has replaced them. `Auto-Submitted` (RFC 3834) keeps out-of-office replies away. There
//! is no `List-Unsubscribe`: who is told is decided by the channel, not by a reader.

use contract::alert::Incident;
use lettre::{
    Message as Mail,
    message::{
        Mailbox as Name, MultiPart, SinglePart,
        header::{ContentType, HeaderName, HeaderValue},
    },
};

use super::{
    cut::{Unit, cut, escaped, list, plain},
    html::escape,
    target::Mailbox,
    text::{Link, Message, Text},
};

/// Longest subject, characters.
const SUBJECT_CHARS_MAX: usize = 200;
/// Longest list of a digest, characters: no limit of mail, but nobody reads more.
const LIST_MAX: usize = 60_000;

/// The mail of a message.
///
/// # Errors
/// When it has no valid form, which a checked target does not lead to.
pub(crate) fn mail(message: &Message, mailbox: &Mailbox) -> Result<Mail, lettre::error::Error> {
    let text = &message.text;
    let domain = mailbox.from.domain();
    let mut builder = Mail::builder()
        .from(Name::new(Some("Streamgauge".to_owned()), mailbox.from.clone()))
        .subject(cut(&text.title, SUBJECT_CHARS_MAX, Unit::Chars, plain))
        .message_id(Some(format!("<{}@{domain}>", message.id)))
        .raw_header(header("Auto-Submitted", "auto-generated"));
    for address in &mailbox.to {
        builder = builder.to(Name::new(None, address.clone()));
    }
    if let [notice] = message.notices.as_slice()
        && let Some(incident) = &notice.incident
    {
        let thread = thread(incident, domain);
        builder = builder.in_reply_to(thread.clone()).references(thread);
    }
    let part = |kind: ContentType, body: String| SinglePart::builder().header(kind).body(body);
    let plain = part(ContentType::TEXT_PLAIN, plain_text(text));
    builder
        .multipart(MultiPart::alternative().singlepart(plain).singlepart(part(ContentType::TEXT_HTML, html_text(text))))
}

/// The message that all messages of an incident answer.
fn thread(incident: &Incident, domain: &str) -> String {
    format!("<incident-{}-{}@{domain}>", incident.id.0, incident.began_ms)
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

fn plain_text(text: &Text) -> String {
    let mut out = format!("{}\n", text.title);
    for sentence in text.sentences(&[]) {
        out += &format!("\n{sentence}\n");
    }
    if !text.facts.is_empty() {
        out.push('\n');
    }
    for line in text.fact_lines() {
        out += &format!("{line}\n");
    }
    if !text.groups.is_empty() {
        out += &format!("\n{}\n", list(&text.groups, LIST_MAX, Unit::Chars, plain));
    }
    for row in text.link_rows() {
        out.push('\n');
        row.iter().for_each(|it| out += &format!("{}: {}\n", it.text, it.url));
    }
    out
}

fn html_text(text: &Text) -> String {
    let escaped = |text: &str| escaped(text, escape);
    let mut out = format!("<h2>{}</h2>\n", escaped(&text.title));
    for sentence in text.sentences(&[]) {
        out += &format!("<p>{}</p>\n", escaped(sentence));
    }
    if !text.facts.is_empty() {
        let row =
            |(name, value): &(&str, String)| format!("<tr><td>{name}</td><td><b>{}</b></td></tr>\n", escaped(value));
        out += &format!("<table>\n{}</table>\n", text.facts.iter().map(row).collect::<String>());
    }
    for line in list(&text.groups, LIST_MAX, Unit::Chars, escape).lines() {
        out += &format!("<p>{line}</p>\n");
    }
    let link = |it: &Link| format!("<a href=\"{}\">{}</a>", escaped(&it.url), escaped(&it.text));
    for row in text.link_rows() {
        out += &format!("<p>{}</p>\n", row.iter().map(link).collect::<Vec<_>>().join(" &middot; "));
    }
    format!("<!doctype html>\n<html><body>\n{out}</body></html>\n")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use super::*;
    use crate::{
        outlet::notify::{sample, target::Security},
        store::alert::notice::NoticeKind,
    };

    fn mailbox() -> Mailbox {
        let to = vec!["b@example.com".parse().unwrap(), "c@example.com".parse().unwrap()];
        let (host, from) = ("smtp.example.com".to_owned(), "a@example.com".parse().unwrap());
        Mailbox { host, port: 465, security: Security::Tls, login: None, from, to }
    }

    #[test]
    fn ok_every_message_is_within_the_limits() {
        for message in sample::messages() {
            let mail = mail(&message, &mailbox()).unwrap().formatted();
            let mail = String::from_utf8(mail).unwrap();
            for line in mail.split("\r\n") {
                assert!(line.len() <= 998 && !line.contains(['\n', '\r', '\0']), "{line:?}");
            }
            let (head, body) = mail.split_once("\r\n\r\n").unwrap();
            let names: Vec<&str> = head.split("\r\n").filter(|it| !it.starts_with([' ', '\t'])).collect();
            let mut names: Vec<&str> = names.iter().map(|it| it.split_once(": ").unwrap().0).collect();
            names.retain(|it| !matches!(*it, "In-Reply-To" | "References"));
            names.sort_unstable();
            let expected =
                ["Auto-Submitted", "Content-Type", "Date", "From", "MIME-Version", "Message-ID", "Subject", "To"];
            assert_eq!(names, expected);
            assert!(body.contains("text/plain; charset=utf-8") && body.contains("text/html; charset=utf-8"));
            assert!(!plain_text(&message.text).contains('\u{a0}'));
            assert!(!html_text(&message.text).contains("<script"));
        }
    }

    #[test]
    fn ok_an_incident_is_a_thread() {
        let of = |kind| {
            let mail = mail(&sample::message(vec![sample::notice(kind, 12, "checkout")]), &mailbox()).unwrap();
            let header = |name| mail.headers().get_raw(name).unwrap().to_owned();
            (header("References"), header("In-Reply-To"), header("Message-ID"), header("Subject"))
        };
        let (opened, over) = (of(NoticeKind::Opened), of(NoticeKind::Resolved));
        assert_eq!((&opened.0, &opened.1), (&over.0, &over.1));
        assert_eq!(opened.2, "<msg_AAAAAAAAAAAAAAAAAAAAAA@example.com>");
        assert_eq!(
            (opened.3.as_str(), over.3.as_str()),
            ("Critical: checkout: H12 request timeouts 41/min", "Resolved: checkout: H12 request timeouts 41/min",)
        );
    }
}
