//! Releases, deploys, config changes and scaling, as Heroku's API logs them. Source of the forms: lines of drains.
//!
//! Each line becomes an event. The mail address of the person who did it is masked. `Running release v99 commands` is
//! no event, since the release has a line of its own.

use super::{Context, EventText, Example, Reader, Sink, Writer};
use crate::{EventKind, Line};

pub(super) const READER: Reader = Reader {
    name: "platform_api",
    title: "Platform API",
    writers: &[Writer::PlatformApi],
    examples: &[
        Example { app: "app", proc_id: "api", msg: "Release v42 created by user ann@example.com" },
        Example { app: "app", proc_id: "api", msg: "Deploy 1a2b3c4d by user ann@example.com" },
        Example { app: "app", proc_id: "api", msg: "Set A, B config vars by user ann@example.com" },
        Example { app: "app", proc_id: "api", msg: "Scaled to web@3:Standard-2X by user ann@example.com" },
    ],
    metrics: &[],
    events: &[EventKind::Release, EventKind::Deploy, EventKind::Config, EventKind::Scale],
    parts: None,
};

/// How the lines begin, and the events that they are.
const FORMS: [(&str, EventKind); 24] = [
    ("Release v", EventKind::Release),
    ("Initial release", EventKind::Release),
    ("Rollback to v", EventKind::Release),
    ("Roll back to v", EventKind::Release),
    ("Deploy ", EventKind::Deploy),
    ("Deployed ", EventKind::Deploy),
    ("Build started", EventKind::Deploy),
    ("Build succeeded", EventKind::Deploy),
    ("Build failed", EventKind::Deploy),
    ("Slug compilation ", EventKind::Deploy),
    ("Set ", EventKind::Config),
    ("Remove ", EventKind::Config),
    ("Unset ", EventKind::Config),
    ("Attach ", EventKind::Config),
    ("Detach ", EventKind::Config),
    ("Update ", EventKind::Config),
    ("Add ", EventKind::Config),
    ("Enable ", EventKind::Config),
    ("Disable ", EventKind::Config),
    ("Stack changed ", EventKind::Config),
    ("Upgrade stack ", EventKind::Config),
    ("Scaled to ", EventKind::Scale),
    ("Scale to ", EventKind::Scale),
    ("Starting process with command ", EventKind::Start),
];

/// Reads a line; whether it is of this format.
pub(super) fn read(line: &Line<'_>, _: &mut Context<'_>, sink: &mut impl Sink) -> bool {
    let msg = line.msg;
    let Some((_, kind)) = FORMS.into_iter().find(|(form, _)| msg.starts_with(form.as_bytes())) else { return false };
    sink.event(&EventText { kind, text: msg, ..EventText::default() });
    true
}
