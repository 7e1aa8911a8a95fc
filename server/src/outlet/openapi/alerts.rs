//! Rows about alerts, boards and saved searches.

use contract::{
    alert::{ChannelDraft, MuteDraft, Preview, PreviewQuery, RuleDraft, WindowDraft},
    board::{Board, BoardDraft},
    saved_search::SearchDraft,
};

use super::operation::{Operation, delete, get, post, put};
use crate::outlet::api::{boards, change::Saved, channels, incidents, mutes, rules, saved_searches};

pub(super) fn rows() -> Vec<Operation> {
    vec![
        get("/api/v1/incidents", "Incidents, the newest first")
            .takes::<incidents::Params>()
            .gives::<incidents::Incidents>(),
        get("/api/v1/incidents/{id}", "An incident with its timeline and messages")
            .gives::<incidents::IncidentDetail>(),
        get("/api/v1/rules", "Every rule, and how it was last judged").gives::<rules::Rules>(),
        post("/api/v1/rules", "Adds a rule").reads::<RuleDraft>().creates::<Saved>(),
        put("/api/v1/rules/{id}", "Replaces a rule").reads::<RuleDraft>().gives::<Saved>(),
        delete("/api/v1/rules/{id}", "Removes a rule"),
        post("/api/v1/rules/test", "When a rule would have fired in the last days; nothing is saved")
            .reads::<PreviewQuery>()
            .gives::<Preview>(),
        put("/api/v1/apps/{app}/rules/{word}", "Switches a built-in rule of an app")
            .reads::<rules::Switch>()
            .gives::<Saved>(),
        get("/api/v1/channels", "Every channel, without its secrets").gives::<channels::Channels>(),
        post("/api/v1/channels", "Adds a channel").reads::<ChannelDraft>().creates::<Saved>(),
        put("/api/v1/channels/{id}", "Replaces a channel; without a URL it keeps its own")
            .reads::<ChannelDraft>()
            .gives::<Saved>(),
        delete("/api/v1/channels/{id}", "Removes a channel"),
        post("/api/v1/channels/{id}/test", "Sends a test message; 502 where it was not delivered")
            .gives::<channels::Tested>(),
        get("/api/v1/mutes", "The mutes that are not over").gives::<mutes::Mutes>(),
        post("/api/v1/mutes", "Adds a mute").reads::<MuteDraft>().creates::<Saved>(),
        delete("/api/v1/mutes/{id}", "Ends a mute"),
        get("/api/v1/windows", "Maintenance windows").gives::<mutes::Windows>(),
        post("/api/v1/windows", "Adds a maintenance window").reads::<WindowDraft>().creates::<Saved>(),
        put("/api/v1/windows/{id}", "Replaces a maintenance window").reads::<WindowDraft>().gives::<Saved>(),
        delete("/api/v1/windows/{id}", "Removes a maintenance window"),
        get("/api/v1/boards", "Every board, without its panels").gives::<boards::Boards>(),
        post("/api/v1/boards", "Adds a board").reads::<BoardDraft>().creates::<Saved>(),
        get("/api/v1/boards/{id}", "A board").gives::<Board>(),
        put("/api/v1/boards/{id}", "Replaces a board; 409 if somebody else has changed the version")
            .reads::<boards::Replacement>()
            .gives::<Saved>(),
        delete("/api/v1/boards/{id}", "Removes a board"),
        get("/api/v1/searches", "Saved searches")
            .takes::<saved_searches::ListParams>()
            .gives::<saved_searches::SavedSearches>(),
        post("/api/v1/searches", "Adds a search").reads::<SearchDraft>().creates::<Saved>(),
        put("/api/v1/searches/{id}", "Replaces a search").reads::<SearchDraft>().gives::<Saved>(),
        delete("/api/v1/searches/{id}", "Removes a search"),
    ]
}
