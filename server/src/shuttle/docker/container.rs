//! One container as the daemon lists it, and the names that its lines get.
//!
//! The source is the label `streamgauge.source`, or Compose's service and number (`web.1`), or the
//! container's name. The label `streamgauge.app` names the app, `streamgauge.logs=false` leaves the
//! container out.

use rustc_hash::FxHashMap;
use serde::Deserialize;

use crate::shuttle::formatter::{Identity, is_field};

/// Length of a container's id: hexadecimal digits.
const ID_BYTES: usize = 64;
/// Length of the part of it that is the container's host name.
const SHORT_ID_BYTES: usize = 12;

/// A container of `ContainerList`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Listed {
    #[serde(rename = "Id")]
    pub id: String,
    #[serde(rename = "Names")]
    names: Vec<String>,
    #[serde(rename = "Labels")]
    labels: Option<FxHashMap<String, String>>,
    #[serde(rename = "State")]
    state: String,
    /// When it was made, unix seconds.
    #[serde(rename = "Created")]
    pub created_s: i64,
}

impl Listed {
    pub(super) fn is_running(&self) -> bool {
        self.state == "running"
    }

    /// Whether its log is read. `own` is the host name of the shuttle, whose own log would only
    /// tell of itself.
    pub(super) fn is_wanted(&self, own: &str) -> bool {
        let is_id = self.id.len() == ID_BYTES && self.id.bytes().all(|it| it.is_ascii_hexdigit());
        let is_own = own.len() == SHORT_ID_BYTES && self.id.starts_with(own);
        is_id && !is_own && self.label("streamgauge.logs") != Some("false")
    }

    /// The header fields of its lines; `of` has those that nothing names.
    pub(super) fn identity(&self, of: &Identity) -> Identity {
        let service = self.label("com.docker.compose.service");
        let service = service.map(|service| match self.label("com.docker.compose.container-number") {
            Some(number) => format!("{service}.{number}"),
            None => service.to_owned(),
        });
        let name = self.names.first().map(|it| it.trim_start_matches('/').to_owned());
        let sources = [self.label("streamgauge.source").map(str::to_owned), service, name];
        Identity {
            procid: sources.into_iter().flatten().find(|it| is_field(it)).unwrap_or_else(|| of.procid.clone()),
            appname: self.label("streamgauge.app").filter(|it| is_field(it)).unwrap_or(&of.appname).to_owned(),
            ..of.clone()
        }
    }

    fn label(&self, name: &str) -> Option<&str> {
        self.labels.as_ref()?.get(name).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shuttle::formatter::PRIORITY_RAW;

    fn listed(labels: &str) -> Listed {
        let id = "0123456789ab".repeat(5) + "cdef";
        let text = format!(
            r#"{{"Id":"{id}","Names":["/shop-web-1"],"State":"running","Created":7,"Image":"x","Labels":{labels}}}"#
        );
        serde_json::from_str(&text).expect("what the daemon lists")
    }

    #[track_caller]
    fn check(labels: &str, expected: (&str, &str)) {
        let of = Identity {
            hostname: "h".into(),
            appname: "app".into(),
            procid: "shuttle".into(),
            priority: PRIORITY_RAW,
            msgid: "-".into(),
        };
        let found = listed(labels).identity(&of);
        assert_eq!((&*found.appname, &*found.procid), expected, "{labels}");
    }

    #[test]
    fn ok_names() {
        check("null", ("app", "shop-web-1"));
        let compose = r#""com.docker.compose.service":"web","com.docker.compose.container-number":"2""#;
        check(&format!("{{{compose}}}"), ("app", "web.2"));
        check(&format!(r#"{{{compose},"streamgauge.source":"api","streamgauge.app":"shop"}}"#), ("shop", "api"));
        // What can't be a field is passed over.
        check(r#"{"streamgauge.source":"a b","streamgauge.app":""}"#, ("app", "shop-web-1"));
    }

    #[test]
    fn ok_which_are_read() {
        assert!(listed("{}").is_wanted("host") && listed("{}").is_running());
        assert!(!listed("{}").is_wanted("0123456789ab"));
        assert!(!listed(r#"{"streamgauge.logs":"false"}"#).is_wanted("host"));
        assert!(!Listed { id: "../../info".into(), ..listed("{}") }.is_wanted("host"));
    }
}
