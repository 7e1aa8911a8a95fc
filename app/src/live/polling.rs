//! Pages without a stream: their data is loaded again and again, less often while the page is
//! hidden, and the top bar says how that goes.

use leptos::prelude::*;

use super::status::Status;

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
