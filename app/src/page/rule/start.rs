//! What the form of a rule begins with. It is part of the document that the server makes, and is
//! never loaded in the browser: what loads it (`loading`) would make the page's module larger by
//! all that the Alerts and Metrics pages show.

use contract::alert::{Preview, PreviewQuery, RuleDraft};
use serde::{Deserialize, Serialize};

use crate::server_fns;
#[cfg(not(feature = "ssr"))]
use crate::{Error, part::address::Query};

/// What the form begins with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Start {
    /// The number of the rule that is changed.
    pub id: Option<i64>,
    /// The rule.
    pub rule: RuleDraft,
    /// What of the address makes no sense, in words.
    pub problem: Option<String>,
    /// Every app, by name.
    pub apps: Vec<String>,
    /// The app's metrics, by name.
    pub metrics: Vec<String>,
    /// The app whose past is looked at.
    pub app: String,
    /// What the rule would have done, or why that is not known.
    pub preview: Result<Preview, String>,
}

/// What a rule would have done, or why that is not known.
pub async fn previewed(app: String, mut rule: RuleDraft) -> Result<Preview, String> {
    if rule.name.is_empty() {
        // A rule without a name is previewed too.
        rule.name = "preview".to_owned();
    }
    server_fns::preview_rule(PreviewQuery { app, rule }).await.map_err(|it| it.to_string())
}

/// The browser has it from the document. Where that holds none, the page is loaded again.
#[cfg(not(feature = "ssr"))]
pub fn load(_: Query) -> std::future::Ready<Result<Start, Error>> {
    std::future::ready(Err(Error::Transport("the form comes with its document".to_owned())))
}
