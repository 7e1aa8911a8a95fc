//! A deadline for code that polls. Allocates its timer on first use only.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::time::{Instant, Sleep, sleep_until};

/// A deadline that can be set, checked and cleared, any number of times.
#[derive(Debug, Default)]
pub(crate) struct Deadline {
    sleep: Option<Pin<Box<Sleep>>>,
    is_set: bool,
}

impl Deadline {
    /// Whether it is set.
    #[must_use]
    pub(crate) const fn is_set(&self) -> bool {
        self.is_set
    }

    /// Sets it to `due`, replacing an earlier one.
    pub(crate) fn set(&mut self, due: Instant) {
        match &mut self.sleep {
            Some(sleep) => sleep.as_mut().reset(due),
            None => self.sleep = Some(Box::pin(sleep_until(due))),
        }
        self.is_set = true;
    }

    /// Clears it: what was waited for has happened.
    pub(crate) const fn clear(&mut self) {
        self.is_set = false;
    }

    /// Whether it is set and has passed. Wakes the task when it passes later.
    pub(crate) fn has_passed(&mut self, cx: &mut Context<'_>) -> bool {
        match &mut self.sleep {
            Some(sleep) if self.is_set => sleep.as_mut().poll(cx) == Poll::Ready(()),
            _ => false,
        }
    }
}
