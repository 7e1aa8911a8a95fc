//! What the judge works with.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::{
    store::{file::presence::Presence, query::Reader},
    watch::{UsualTable, mute::Mutes},
};

/// What the judge works with.
#[derive(Clone)]
pub(crate) struct Parts {
    /// Reads metrics and lines, and writes incidents.
    pub reader: Reader,
    /// What is usual for each app.
    pub usual: UsualTable,
    /// Whether the file may be written to.
    pub presence: Arc<Presence>,
    /// What holds messages back.
    pub mutes: Mutes,
    /// Ends the judge.
    pub shutdown: CancellationToken,
}
