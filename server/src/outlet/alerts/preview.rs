//! What a rule would have done in the last days. Worked out in `watch::own::preview`.

use contract::{
    Error,
    alert::{Preview, PreviewQuery},
};

use crate::{
    outlet::state::{Outlet, no_such_app},
    watch::own::preview,
};

/// Tries a rule on the past of one app.
///
/// # Errors
/// [`Error::NotFound`] without such an app, [`Error::Invalid`] when the rule makes no sense or
/// takes too long, [`Error::Busy`] while others are searching, [`Error::Internal`] when the store
/// can't be read.
pub(crate) async fn make(outlet: &Outlet, query: PreviewQuery, now_ms: i64) -> Result<Preview, Error> {
    let app = query.rule.app.clone().unwrap_or(query.app);
    let rule = query.rule.checked().map_err(Error::Invalid)?;
    if !outlet.knows(&app) {
        return Err(no_such_app(&app));
    }
    preview::make(&outlet.reader, &app, &rule, now_ms).await.map_err(|error| match error {
        preview::Error::Invalid(text) => Error::Invalid(text),
        preview::Error::Busy => {
            outlet.reader.aggregates.counters.searches_refused.add(1);
            Error::Busy
        }
        preview::Error::Store(error) => {
            tracing::error!(app, %error, "the preview of a rule could not be read");
            Error::Internal
        }
    })
}
