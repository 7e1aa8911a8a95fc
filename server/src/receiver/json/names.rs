//! What the fields of a record mean, by the names that loggers, shippers and platforms use. This is
//! the only place that knows names.
//!
//! - Vector (`docker_logs`, `file`) and Dokku: `message`, `timestamp`, `host`, `container_name`,
//!   `label.com.dokku.app-name`, `source_type`
//! - Fluent Bit: `date`, `log`, `stream`, `kubernetes.…`
//! - Filebeat and Logstash (ECS): `@timestamp`, `message`, `log.level`, `host.name`, `service.name`
//! - Fly: `fly.app.name`, `fly.app.instance`, `log.level`, `event.provider`
//! - Railway: `message`, `severity`, `timestamp`, `service`, `deployment`, `replica`
//! - journald: `MESSAGE`, `PRIORITY`, `SYSLOG_IDENTIFIER`, `_HOSTNAME`
//! - pino, bunyan, zap, slog, structlog: `msg`, `event`, `level`, `time`, `ts`, `pid`, `hostname`
//! - Loki's labels: `service_name`, `app`, `job`, `pod`, `instance`, `detected_level`
//!
//! Names are looked up as they are written. A field in an object is `object.field`.

/// What a field is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// When the line was written.
    Time,
    Level,
    /// The line itself.
    Message,
    /// The name of the app or service.
    App,
    /// The process, container or instance.
    Process,
    /// What part of a platform wrote the line; `app` for the app itself.
    Provider,
    Host,
    /// What a shipper says about itself and about where it found the line. It is not kept.
    Envelope,
}

use Role::{App, Envelope, Host, Level, Message, Process, Provider, Time};

/// Of several fields with the same role the first of this table counts. A name that ends in a dot
/// stands for all fields of that object which the table does not name.
const NAMES: [(&str, Role); 98] = [
    ("timestamp", Time),
    ("@timestamp", Time),
    ("time", Time),
    ("ts", Time),
    ("date", Time),
    ("datetime", Time),
    ("eventTime", Time),
    ("_time", Time),
    ("__REALTIME_TIMESTAMP", Time),
    ("level", Level),
    ("severity", Level),
    ("log.level", Level),
    ("lvl", Level),
    ("levelname", Level),
    ("log_level", Level),
    ("loglevel", Level),
    ("detected_level", Level),
    ("PRIORITY", Level),
    ("message", Message),
    ("msg", Message),
    ("log", Message),
    ("MESSAGE", Message),
    ("_msg", Message),
    ("@message", Message),
    ("@m", Message),
    ("text", Message),
    ("line", Message),
    ("body", Message),
    ("short_message", Message),
    ("event", Message),
    ("fly.app.name", App),
    ("label.com.dokku.app-name", App),
    ("dokku_app", App),
    ("app", App),
    ("app_name", App),
    ("appname", App),
    ("application", App),
    ("service.name", App),
    ("service_name", App),
    ("service", App),
    ("kubernetes.labels.app.kubernetes.io/name", App),
    ("kubernetes.labels.app", App),
    ("SYSLOG_IDENTIFIER", App),
    ("job", App),
    ("fly.app.instance", Process),
    ("dyno", Process),
    ("process", Process),
    ("proc_id", Process),
    ("procid", Process),
    ("container_name", Process),
    ("kubernetes.pod_name", Process),
    ("kubernetes.pod.name", Process),
    ("pod", Process),
    ("pod_name", Process),
    ("container", Process),
    ("instance", Process),
    ("instance_id", Process),
    ("replica", Process),
    ("source", Process),
    ("process.pid", Process),
    ("pid", Process),
    ("_PID", Process),
    ("event.provider", Provider),
    ("host", Host),
    ("hostname", Host),
    ("host.name", Host),
    ("_HOSTNAME", Host),
    ("kubernetes.host", Host),
    ("kubernetes.node_name", Host),
    ("stream", Envelope),
    ("logtag", Envelope),
    ("_p", Envelope),
    ("image", Envelope),
    ("image_id", Envelope),
    ("container_id", Envelope),
    ("container_created_at", Envelope),
    ("source_type", Envelope),
    ("file", Envelope),
    ("offset", Envelope),
    ("environment", Envelope),
    ("deployment", Envelope),
    ("@version", Envelope),
    ("log.file.", Envelope),
    ("log.offset", Envelope),
    ("event.created", Envelope),
    ("event.dataset", Envelope),
    ("event.module", Envelope),
    ("event.original", Envelope),
    ("ecs.", Envelope),
    ("agent.", Envelope),
    ("input.", Envelope),
    ("host.", Envelope),
    ("cloud.", Envelope),
    ("docker.", Envelope),
    ("container.", Envelope),
    ("kubernetes.", Envelope),
    ("label.", Envelope),
    ("fly.", Envelope),
];

/// The role of a field and its place among those of the same role; less is better.
pub(crate) fn role(name: &str) -> Option<(Role, usize)> {
    let exact = NAMES.iter().position(|it| it.0 == name);
    let place = exact.or_else(|| NAMES.iter().position(|it| it.0.ends_with('.') && name.starts_with(it.0)))?;
    Some((NAMES[place].1, place))
}

/// Whether an object may hold fields that the table names.
pub(crate) fn is_parent(name: &str) -> bool {
    NAMES.iter().any(|it| it.0.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_names() {
        for (name, expected) in [
            ("message", Some(Message)),
            ("log.level", Some(Level)),
            ("label.com.dokku.app-name", Some(App)),
            ("label.maintainer", Some(Envelope)),
            ("kubernetes.labels.tier", Some(Envelope)),
            ("user_id", None),
            ("log.origin", None),
            ("", None),
        ] {
            assert_eq!(role(name).map(|it| it.0), expected, "{name}");
        }
        assert!(is_parent("log") && is_parent("fly") && is_parent("fly.app") && is_parent("kubernetes"));
        assert!(!is_parent("lo") && !is_parent("user") && !is_parent(""));
    }

    #[test]
    fn ok_no_name_stands_twice() {
        for (at, name) in NAMES.iter().enumerate() {
            assert!(NAMES[..at].iter().all(|it| it.0 != name.0), "{}", name.0);
        }
    }
}
