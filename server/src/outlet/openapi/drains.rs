//! Rows about drains and the server.

use contract::{
    alert::ServerHealth,
    drain::{Drain, DrainChange, DrainDraft, InspectedBatch},
    storage::Storage,
};

use super::operation::{Operation, delete, get, post, put};
use crate::outlet::api::drains::{DrainMade, Drains, Rotation};

pub(super) fn rows() -> Vec<Operation> {
    vec![
        get("/api/v1/drains", "Every drain").gives::<Drains>(),
        post("/api/v1/drains", "Adds a drain; its URL and token are shown only now")
            .reads::<DrainDraft>()
            .creates::<DrainMade>(),
        get("/api/v1/drains/{id}", "A drain").gives::<Drain>(),
        put("/api/v1/drains/{id}", "Renames, pauses or resumes a drain").reads::<DrainChange>().gives::<Drain>(),
        delete("/api/v1/drains/{id}", "Removes a drain"),
        post("/api/v1/drains/{id}/rotate", "Gives a drain a new token; the old one stays valid for a while")
            .may_read::<Rotation>()
            .gives::<DrainMade>(),
        get("/api/v1/drains/{id}/batch", "The last batch, line by line with what each became")
            .gives::<InspectedBatch>(),
        get("/api/v1/storage", "How much is stored, and when its limit is reached").gives::<Storage>(),
        get("/api/v1/server", "How the server itself is: what waits, and what was lost").gives::<ServerHealth>(),
    ]
}
