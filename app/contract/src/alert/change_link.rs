//! What changed before an incident, as pages show it. What belongs to it is decided by the server.

use serde::{Deserialize, Serialize};

/// One step of the way to an incident, such as `v400 released 01:44`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ChangeLink {
    /// What happened, and at what time of day in UTC.
    pub text: String,
    /// The address that shows it.
    pub href: String,
}
