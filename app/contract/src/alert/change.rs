//! Everything that a person may change about alerts.

use serde::{Deserialize, Serialize};

use super::{BuiltIn, ChannelDraft, ChannelId, Delivery, MuteDraft, MuteId, RuleDraft, WindowDraft};

/// One change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AlertChange {
    /// Adds a rule, or replaces the one of that number.
    SaveRule {
        /// The number of the rule to replace.
        id: Option<i64>,
        /// The rule.
        rule: RuleDraft,
    },
    /// Removes a rule; its open incidents are resolved without a message.
    RemoveRule(i64),
    /// Switches a built-in rule off or on for one app.
    SwitchRule {
        /// The app.
        app: String,
        /// The rule.
        rule: BuiltIn,
        /// Whether it is judged.
        is_on: bool,
    },
    /// Adds a channel, or replaces the one of that number.
    SaveChannel {
        /// The number of the channel to replace.
        id: Option<ChannelId>,
        /// The channel.
        channel: ChannelDraft,
    },
    /// Removes a channel and its waiting messages.
    RemoveChannel(ChannelId),
    /// Sends a test message at once.
    TestChannel(ChannelId),
    /// Holds messages back.
    Mute(MuteDraft),
    /// Ends a mute.
    Unmute(MuteId),
    /// Adds a maintenance window, or replaces the one of that number.
    SaveWindow {
        /// The number of the window to replace.
        id: Option<MuteId>,
        /// The window.
        window: WindowDraft,
    },
    /// Removes a maintenance window.
    RemoveWindow(MuteId),
}

/// What a change has done.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Changed {
    /// The number of what was added or changed.
    pub id: i64,
    /// A secret that is shown only now: the key that a webhook's receiver checks signatures with.
    pub secret: Option<String>,
    /// What became of a test message.
    pub delivery: Option<Delivery>,
}
