//! Pages without a stream: their data is loaded again and again, less often while the page is
//! hidden, and the top bar says how that goes.

use std::future::Future;

use contract::Range;
use leptos::prelude::*;

use super::status::{Status, show_still};
use crate::Error;

/// A hidden tab loads every so many times only.
#[cfg(feature = "hydrate")]
const HIDDEN_EVERY: u32 = 6;

/// How a page loads its data again. Copies are the same one.
#[derive(Clone, Copy, Debug)]
pub struct Polling {
    every_s: u64,
    status: RwSignal<Status>,
    /// Failed tries in a row.
    failed: StoredValue<u32>,
}

impl Polling {
    /// Shows in the top bar that the page refreshes every so many seconds.
    #[must_use]
    pub fn start(every_s: u64) -> Self {
        let status = use_context::<RwSignal<Status>>().unwrap_or_default();
        Effect::new(move |_| status.set(Status::Polling(every_s)));
        Self { every_s, status, failed: StoredValue::new(0) }
    }

    /// As often as a range changes; `None` for a span of the past, of which the top bar says that
    /// it is not live.
    #[must_use]
    pub fn of_range(range: Range) -> Option<Self> {
        let every_s = match range {
            Range::Live => 2,
            Range::Hour => 10,
            Range::Custom(..) => {
                show_still();
                return None;
            }
            _ => 60,
        };
        Some(Self::start(every_s))
    }

    /// Asks `query` again from now on, in the browser, and gives each answer to `take`.
    pub fn load<T, F>(self, query: impl Fn() -> F + 'static, take: impl Fn(T) + Clone + 'static)
    where
        T: 'static,
        F: Future<Output = Result<T, Error>> + 'static,
    {
        self.repeat(move || {
            let (asked, take) = (query(), take.clone());
            leptos::task::spawn_local(async move {
                let answer = asked.await;
                self.heard(answer.is_ok());
                if let Ok(it) = answer {
                    take(it);
                }
            });
        });
    }

    /// Loads again from now on, in the browser.
    pub fn repeat(self, load: impl Fn() + 'static) {
        #[cfg(feature = "hydrate")]
        {
            let turn = StoredValue::new(0_u32);
            let load = move || {
                // A hidden tab still tells by its title and icon how things stand.
                turn.try_update_value(|it| *it = it.wrapping_add(1));
                if !crate::browser::document::is_hidden()
                    || turn.try_get_value().is_some_and(|it| it % HIDDEN_EVERY == 0)
                {
                    load();
                }
            };
            super::clock::every(std::time::Duration::from_secs(self.every_s), load);
        }
        #[cfg(not(feature = "hydrate"))]
        let _in_the_browser = (self, load);
    }

    /// Notes whether the server has answered.
    pub fn heard(self, is_answered: bool) {
        let failed = if is_answered { 0 } else { self.failed.try_get_value().unwrap_or(0) + 1 };
        self.failed.try_set_value(failed);
        self.status.try_set(Status::of_polling(self.every_s, failed));
    }
}
