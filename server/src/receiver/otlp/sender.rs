//! Who wrote a resource's records: service and process, by the attributes of the resource. Source:
//! OpenTelemetry's semantic conventions for resources, and Heroku's for its own.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

use super::value::Attributes;

/// The writer of a resource's records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sender {
    /// `service.name`; empty for unknown.
    pub service: String,
    /// The dyno, pod, container or host; else the service.
    pub process: String,
    pub is_heroku: bool,
    /// Whether it is a dyno of Heroku, which a router stands before.
    pub is_dyno: bool,
    /// Tells resources apart.
    pub hash: u64,
}

/// Attributes that name a process, the most telling first.
const PROCESS: [&str; 8] = [
    "heroku.dyno.name",
    "dyno",
    "service.instance.id",
    "k8s.pod.name",
    "container.name",
    "container.id",
    "host.name",
    "host.id",
];
/// A container's id is known by its first characters.
const ID_BYTES: usize = 12;

impl Sender {
    /// The sender of a resource with these attributes.
    pub(super) fn of(attributes: &Attributes<'_>) -> Self {
        let service = attributes.text(&["service.name", "heroku.app.name"]).into_owned();
        let dyno = attributes.text(&["heroku.dyno.name", "dyno"]);
        let has_heroku = attributes.list.iter().any(|it| it.0.starts_with("heroku."));
        let is_heroku = has_heroku || attributes.text(&["cloud.provider"]) == "heroku";
        let instance = attributes.text(&["service.instance.id"]);
        let is_dyno = is_heroku && [&dyno, &instance].iter().any(|it| is_dyno_name(it));
        let mut process = attributes.text(&PROCESS).into_owned();
        if is_long_id(&process) {
            process.truncate(ID_BYTES);
        }
        if process.is_empty() {
            process.clone_from(&service);
        }
        let mut hasher = FxHasher::default();
        for (key, value) in &attributes.list {
            (key, value.text()).hash(&mut hasher);
        }
        Self { service, process, is_heroku, is_dyno, hash: hasher.finish() }
    }
}

/// Whether a name is that of a dyno, such as `web.1`.
fn is_dyno_name(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(kind, number)| {
        !kind.is_empty() && !number.is_empty() && number.bytes().all(|it| it.is_ascii_digit())
    })
}

/// Whether a name is a UUID or a hash.
fn is_long_id(name: &str) -> bool {
    name.len() >= 32 && name.bytes().all(|it| it.is_ascii_hexdigit() || it == b'-')
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::{super::value::Value, *};

    #[track_caller]
    fn check(attributes: &[(&'static str, &'static str)], expected: (&str, &str, bool, bool)) {
        let list = attributes.iter().map(|it| (Cow::Borrowed(it.0), Value::Text(Cow::Borrowed(it.1)))).collect();
        let found = Sender::of(&Attributes { list, dropped: 0 });
        assert_eq!((&*found.service, &*found.process, found.is_heroku, found.is_dyno), expected, "{attributes:?}");
    }

    #[test]
    fn ok_senders() {
        check(&[], ("", "", false, false));
        check(&[("service.name", "shop")], ("shop", "shop", false, false));
        check(&[("service.name", "shop"), ("heroku.dyno.name", "web.1")], ("shop", "web.1", true, true));
        check(&[("cloud.provider", "heroku"), ("service.instance.id", "worker.2")], ("", "worker.2", true, true));
        check(&[("heroku.app.name", "shop")], ("shop", "shop", true, false));
        check(&[("k8s.pod.name", "shop-7d4f"), ("host.name", "node")], ("", "shop-7d4f", false, false));
        check(&[("service.instance.id", "627cc493-f310-47de-96bd-71410b7dec09")], ("", "627cc493-f31", false, false));
    }
}
