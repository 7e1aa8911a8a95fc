//! Follows files as `tail -F` does: by polling, which works on every file system.
//!
//! One thread looks at all files in turn. When the batcher has no room it waits, and nothing is
//! lost as long as the files are there.

/// What is asked of a file.
pub(crate) mod followed;

/// Joins the parts of container lines.
pub(crate) mod parts;

/// Cuts bytes into lines.
pub(crate) mod file_lines;

/// Finds a file that was renamed or copied.
pub(crate) mod rotated;

/// One followed file.
pub(crate) mod file;

use std::{
    sync::mpsc::SyncSender,
    thread,
    time::{Duration, Instant},
};

use self::{file::FollowedFile, followed::Followed};
use super::input::Input;
use crate::clock;

/// How long after a look that found nothing the next one comes.
const POLL: Duration = Duration::from_millis(250);

/// Looks at the files until the batcher has ended, and only while `has_room`.
pub(crate) fn run(files: Vec<Followed>, has_room: impl Fn() -> bool, out: &SyncSender<Input>) {
    let mut files: Vec<_> = files.into_iter().map(FollowedFile::new).collect();
    loop {
        let mut has_read = false;
        for file in &mut files {
            if !has_room() {
                break;
            }
            let look = file.look(Instant::now(), clock::now_us());
            has_read |= look.has_read;
            if let Some(lines) = look.lines
                && out.send(Input::Lines(lines)).is_err()
            {
                return;
            }
        }
        if !has_read {
            thread::sleep(POLL);
        }
    }
}
