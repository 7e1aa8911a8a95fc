//! One change of an incident with everything that is written together with it.

use contract::alert::{Entry, Incident, MuteId};

use super::{memory::Memory, notice::Notice};

/// One change of an incident: its row, its timeline and its messages, in one transaction.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct IncidentChange {
    /// The app's id in the store.
    pub app_id: i64,
    /// The incident as it is now. Number 0 stands for one that is not in the store yet; writing it
    /// gives it its number.
    pub incident: Incident,
    /// What is remembered of it.
    pub memory: Memory,
    /// Whether it was pending and has passed: its row is deleted.
    pub has_passed: bool,
    /// What is added to its timeline, in order.
    pub entries: Vec<Entry>,
    /// What channels are told, in order.
    pub notices: Vec<Notice>,
    /// The mutes that held a message back, once for each message.
    pub hidden: Vec<MuteId>,
}
