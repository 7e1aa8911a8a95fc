//! A time by which something must have happened, kept beside what is polled. Costs nothing until something is waited for.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::time::{Instant, Sleep, sleep_until};

/// A deadline that can be set, passed and taken away.
#[derive(Debug, Default)]
pub struct Deadline {
    sleep: Option<Pin<Box<Sleep>>>,
    is_set: bool,
}

impl Deadline {
    /// Whether it runs.
    #[must_use]
    pub const fn is_set(&self) -> bool {
        self.is_set
    }

    /// Lets it run until a time.
    pub fn set(&mut self, due: Instant) {
        match &mut self.sleep {
            Some(sleep) => sleep.as_mut().reset(due),
            None => self.sleep = Some(Box::pin(sleep_until(due))),
        }
        self.is_set = true;
    }

    /// What was waited for has happened.
    pub const fn clear(&mut self) {
        self.is_set = false;
    }

    /// Whether it has passed; wakes the task when it does.
    pub fn has_passed(&mut self, cx: &mut Context<'_>) -> bool {
        match &mut self.sleep {
            Some(sleep) if self.is_set => sleep.as_mut().poll(cx) == Poll::Ready(()),
            _ => false,
        }
    }
}
