//! The Sizing page: how many dynos an app needs.

use contract::{
    AppHeader, Error,
    sizing::{SizingPage, SizingQuery},
};

use super::dashboard::hide;
use crate::outlet::{api::sizing::find, state::Outlet};

/// Makes the Sizing page of the app that the header names.
///
/// # Errors
/// [`Error::NotFound`] without such an app, [`Error::Internal`] when the store can't be read.
pub(crate) async fn page(outlet: &Outlet, head: AppHeader, query: SizingQuery) -> Result<SizingPage, Error> {
    let sizing = find(outlet, &head.summary.app, query, head.at_ms).await.map_err(hide)?;
    Ok(SizingPage { head, sizing })
}
