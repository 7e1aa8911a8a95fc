//! What the judge knows of apps, rules and switches: read again before each judging, since commands
//! change them in the file.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use contract::alert::BuiltIn;

use crate::store::alert::{
    rules::{StoredRule, Version},
    session::Session,
};

/// What was read last.
#[derive(Debug, Default)]
pub(crate) struct Refreshed {
    version: Option<Version>,
    /// Every app with its id.
    pub apps: BTreeMap<Arc<str>, i64>,
    /// The user's own rules.
    pub rules: Arc<[StoredRule]>,
    /// How often apps or rules have changed: the same number means the same of both.
    pub changes: u64,
    /// The built-in rules that are switched off, by app.
    pub off: BTreeSet<(i64, BuiltIn)>,
}

impl Refreshed {
    /// Reads what has changed.
    ///
    /// # Errors
    /// When the store can't be read; then everything stays as it was.
    pub(crate) async fn refresh(&mut self, session: &mut Session) -> Result<(), sqlx::Error> {
        let glance = session.glance().await?;
        // The names of apps are part of rules.
        if self.version != Some(glance.version) || self.apps != glance.apps {
            self.rules = session.rules().await?.into();
            self.changes += 1;
            self.version = Some(glance.version);
        }
        (self.apps, self.off) = (glance.apps, glance.off);
        Ok(())
    }
}
