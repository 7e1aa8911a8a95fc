//! What the platform's API says of an app: releases, deploys, config, scaling. Source of the forms: lines seen in drains.
//!
//! Each becomes an event. Who did it is masked: the addresses are of persons. `Running release v99 commands` is none: the
//! release itself has a line of its own.

use super::{EventText, Sink};
use crate::EventKind;

/// The beginnings of the lines, and what they mean.
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

/// Reads such a line; whether the text is one.
pub(super) fn read(msg: &[u8], sink: &mut impl Sink) -> bool {
    let Some((_, kind)) = FORMS.into_iter().find(|(form, _)| msg.starts_with(form.as_bytes())) else { return false };
    sink.event(&EventText { kind, text: msg, ..EventText::default() });
    true
}
