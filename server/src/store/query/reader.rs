//! Everything that a query is answered from: the file, what is counted in memory, and how long each
//! resolution stays. Answers are made in `answer`.

use std::sync::Arc;

use pipeline::SeriesKey;

use super::{error::Error, group::Found, plan::Reach};
use crate::{
    config::Retention,
    store::{Store, aggregates::Aggregates},
};

/// Everything that a query is answered from.
#[derive(Clone)]
pub struct Reader {
    /// The database file, for rollup rows.
    pub store: Store,
    /// What is counted in memory.
    pub aggregates: Aggregates,
    /// How long each resolution stays.
    pub retention: Retention,
}

impl Reader {
    /// How far back the rows go.
    #[must_use]
    pub fn reach(&self, now_s: i64) -> Reach {
        Reach::of(&self.retention, &self.aggregates.usage, now_s)
    }

    /// The series of an app that pass.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such app.
    pub fn find(&self, app: &str, pass: impl Fn(&SeriesKey) -> bool) -> Result<Vec<Found>, Error> {
        let live = self.aggregates.live.lock();
        if !live.apps.contains_key(app) {
            return Err(Error::NotFound(format!("there is no app named {app}")));
        }
        Ok(live.registry.of(app).filter(|it| pass(&it.key)).map(|it| (it.id, Arc::clone(&it.key))).collect())
    }
}
