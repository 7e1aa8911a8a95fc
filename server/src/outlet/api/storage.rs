//! `GET /api/v1/storage`: how much of each kind of data is stored, how old it is, and when its
//! limit is reached.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use contract::storage::{Limit, Storage, TierInfo};

use super::answer::unreadable;
use crate::{
    clock::now_ms,
    outlet::state::Outlet,
    store::file::{
        forecast::{LimitKind, forecast},
        usage::{self, Tier},
    },
};

/// How much is stored.
pub(crate) async fn storage(State(outlet): State<Outlet>) -> Response {
    match read(&outlet).await {
        Ok(storage) => Json(storage).into_response(),
        Err(error) => {
            tracing::error!(%error, "the size of the store could not be read");
            unreadable()
        }
    }
}

/// The size of the store now.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn read(outlet: &Outlet) -> Result<Storage, sqlx::Error> {
    let reader = &outlet.reader;
    let size = reader.store.file_size().await?;
    let now_s = now_ms().div_euclid(1_000);
    let mut db = reader.store.readers.acquire().await?;
    let mut all = vec![];
    for tier in Tier::ALL {
        let (held, limits) = (reader.aggregates.usage.of(tier), tier.limits(&reader.retention));
        let oldest_s = usage::oldest_s(&mut db, tier, held.floor).await?;
        let full = forecast(held, oldest_s, limits, now_s);
        all.push(TierInfo {
            tier: tier.name().to_owned(),
            rows: held.rows,
            bytes: held.bytes,
            limit_bytes: limits.bytes,
            limit_s: i64::try_from(limits.time.as_secs()).unwrap_or(i64::MAX),
            oldest_s,
            full_s: full.map(|it| it.full_s),
            full_by: full.map(|it| if it.limit == LimitKind::Time { Limit::Time } else { Limit::Size }),
        });
    }
    Ok(Storage { file_bytes: size.file_bytes, log_bytes: size.wal_bytes, free_bytes: size.free_bytes, tiers: all })
}
