//! The frames of one request by app: those of a drain's own app, or of the apps that the records of
//! a shared drain name.
//!
//! # Limits
//! [`APPS_MAX`] apps of one request, and [`FRAMES_BYTES_MAX`] for all of them together. Further
//! records are lost and counted.

use std::sync::Arc;

use super::frames::{FRAMES_BYTES_MAX, FrameWriter, Frames, Header};
use crate::access::App;

/// Most apps that the records of one request may name.
pub(crate) const APPS_MAX: usize = 50;

/// Writes the frames of one request.
#[derive(Debug)]
pub(crate) struct AppFrames {
    /// The app of all records; `None` if each names its own.
    app: Option<Arc<str>>,
    groups: Vec<Group>,
    /// Records that could not be used, and the first reason.
    lost: u64,
    why: String,
    bytes: usize,
}

#[derive(Debug)]
struct Group {
    app: Arc<str>,
    writer: FrameWriter,
}

impl AppFrames {
    /// Frames of an app, or of the apps that records name if `app` is empty.
    pub(crate) fn of(app: &Arc<str>) -> Self {
        let app = (!app.is_empty()).then(|| Arc::clone(app));
        Self { app, groups: vec![], lost: 0, why: String::new(), bytes: 0 }
    }

    /// Writes a line of a record that names this app; empty for none. Whether it was used.
    pub(crate) fn line(&mut self, app: &str, header: &Header<'_>, text: &[u8]) -> bool {
        if self.bytes > FRAMES_BYTES_MAX {
            self.lose(|| "expected records that take at most 24 MiB as lines in one request".into());
            return false;
        }
        let Some(group) = self.group(app) else { return false };
        let before = self.groups[group].writer.bytes();
        let is_used = self.groups[group].writer.line(header, text);
        self.bytes += self.groups[group].writer.bytes() - before;
        is_used
    }

    /// Counts a record that could not be used. The first reason is kept.
    pub(crate) fn lose(&mut self, why: impl FnOnce() -> String) {
        self.lost += 1;
        if self.lost == 1 {
            self.why = why();
        }
    }

    /// The frames of each app, with a report of what was lost among those of the first.
    ///
    /// # Errors
    /// Why nothing at all could be used, if no app is known that the loss could be counted for.
    pub(crate) fn end(mut self) -> Result<Vec<(Arc<str>, Frames)>, String> {
        if self.lost > 0 {
            if self.groups.is_empty() {
                let Some(app) = self.app.clone() else { return Err(self.why) };
                self.groups.push(Group { app, writer: FrameWriter::default() });
            }
            self.groups[0].writer.lose(self.lost, &self.why);
        }
        Ok(self.groups.into_iter().map(|it| (it.app, it.writer.end())).collect())
    }

    /// The place of an app's group.
    fn group(&mut self, named: &str) -> Option<usize> {
        let app = self.app.as_deref().unwrap_or(named);
        // Neighbours mostly belong to the same app.
        if let Some(at) = self.groups.iter().rposition(|it| &*it.app == app) {
            return Some(at);
        }
        if app.is_empty() {
            self.lose(|| "expected ?app=NAME in the URL of a shared drain, or an app's name in each record".into());
            return None;
        }
        if let Err(why) = App::check_name(app) {
            self.lose(|| why);
            return None;
        }
        if self.groups.len() >= APPS_MAX {
            self.lose(|| format!("expected records of at most {APPS_MAX} apps in one request"));
            return None;
        }
        self.groups.push(Group { app: Arc::from(app), writer: FrameWriter::default() });
        Some(self.groups.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_each_app_has_its_frames() {
        let mut frames = AppFrames::of(&Arc::from(""));
        for app in ["shop", "mail", "shop", "", "a b"] {
            frames.line(app, &Header::default(), b"text");
        }
        let all = frames.end().unwrap_or_default();
        let found: Vec<_> = all.iter().map(|it| (&*it.0, it.1.lost, it.1.bodies.len())).collect();
        assert_eq!(found, [("shop", 2, 1), ("mail", 0, 1)]);
    }

    #[test]
    fn ok_a_drain_of_one_app_asks_no_record() {
        let mut frames = AppFrames::of(&Arc::from("own"));
        assert!(frames.line("other", &Header::default(), b"text") && frames.line("", &Header::default(), b"text"));
        assert_eq!(
            frames.end().map(|all| all.iter().map(|it| it.0.to_string()).collect::<Vec<_>>()),
            Ok(vec!["own".into()])
        );
    }

    #[test]
    fn err_nobody_to_count_for() {
        let mut frames = AppFrames::of(&Arc::from(""));
        frames.line("", &Header::default(), b"text");
        assert!(frames.end().is_err_and(|it| it.contains("?app=NAME")));
        let mut frames = AppFrames::of(&Arc::from(""));
        let used = (0..2 * APPS_MAX).filter(|it| frames.line(&format!("app-{it}"), &Header::default(), b"")).count();
        assert_eq!(used, APPS_MAX);
    }
}
