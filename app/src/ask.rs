//! Asking the server: called in the browser these are requests, called on the server they go straight to the backend.
#![expect(
    missing_docs,
    reason = "the macro makes a struct of each function's arguments, whose fields can't be documented"
)]

use contract::{AppPage, LinesAsked, LinesFound, Overview, Range};
use leptos::{prelude::*, server_fn::codec::Json};

use crate::Error;

#[cfg(feature = "ssr")]
fn backend() -> Result<std::sync::Arc<dyn contract::Backend>, Error> {
    use_context().ok_or(Error::Answer(contract::Error::Internal))
}

/// Every app with its health.
#[server(AskOverview, input = Json)]
pub async fn overview() -> Result<Overview, Error> {
    Ok(backend()?.overview().await?)
}

/// One app over a range.
#[server(AskAppPage, input = Json)]
pub async fn app_page(app: String, range: Range) -> Result<AppPage, Error> {
    Ok(backend()?.app(app, range).await?)
}

/// Raw lines of one app.
#[server(AskLines, input = Json)]
pub async fn lines(app: String, asked: LinesAsked) -> Result<LinesFound, Error> {
    Ok(backend()?.lines(app, asked).await?)
}
