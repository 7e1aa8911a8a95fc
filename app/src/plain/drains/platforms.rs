//! The table of platforms: where lines can come from, the commands to paste, what comes by itself,
//! and what somebody must enable. Data only.
//!
//! In commands `{url}` stands for the drain's URL, `{base}` for its scheme and host, `{query}` for
//! its parameters, `{token}` for its token, `{host}` and `{port}` for the syslog receiver, `{app}`
//! for the app, and `{tls:NAME}` for what the command needs where that receiver speaks TLS.
//! [`super::access`] fills them in.

use contract::drain::Seen;

/// What a platform needs of this server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nothing more than its address.
    Http,
    /// The syslog receiver, with or without TLS.
    Syslog,
    /// The syslog receiver without TLS.
    SyslogPlain,
    /// The syslog receiver behind TLS.
    SyslogTls,
}

/// A command, or a piece of configuration.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// Where it goes.
    pub label: &'static str,
    pub text: &'static str,
}

/// A place that lines come from.
#[derive(Clone, Copy, Debug)]
pub struct Platform {
    /// The name in addresses and in the store.
    pub word: &'static str,
    pub title: &'static str,
    pub needs: Needs,
    pub steps: &'static [Step],
    /// What it sends, as a sentence.
    pub note: &'static str,
    /// What it can send, with what somebody must do for it; empty if it comes by itself.
    pub sends: &'static [(Seen, &'static str)],
}

const fn step(label: &'static str, text: &'static str) -> Step {
    Step { label, text }
}

const RUN: &str = "Run";
const BY_ITSELF: &str = "";
const OWN: (Seen, &str) =
    (Seen::Measurements, "log them, such as `measure#db.query=12ms`, or let the framework log durations");

/// The platform of drains about which nobody said where their lines come from.
pub const ANY: Platform = Platform {
    word: "process",
    title: "Any process",
    needs: Needs::Http,
    steps: &[
        step(RUN, "./server 2>&1 | LOGS_URL='{url}' streamgauge shuttle --tee"),
        step(
            "Or try it with one line from curl",
            "curl -H 'Content-Type: application/logplex-1' --data-binary \"<14>1 $(date -u +%Y-%m-%dT%H:%M:%SZ) $(hostname) {app} test.1 - count#hello=1 from curl\" '{url}'",
        ),
    ],
    note: "The shuttle posts what the process prints, and --tee passes it on. The process keeps running if this server is down.",
    sends: &[
        (Seen::Lines, BY_ITSELF),
        (Seen::Requests, "log requests in a form that is understood, such as the Combined log format"),
        OWN,
    ],
};

/// Every platform, in the order of the form.
pub const PLATFORMS: [Platform; 21] = [
    Platform {
        word: "heroku-cedar",
        title: "Heroku (Cedar)",
        needs: Needs::Http,
        steps: &[step(RUN, "heroku drains:add '{url}' -a {app}")],
        note: "Lines of the router, the dynos, the platform and the data add-ons. Nothing is installed in the app. Heroku must be able to reach this server.",
        sends: &[
            (Seen::Lines, BY_ITSELF),
            (Seen::Requests, "they come with the first request to a web dyno"),
            (Seen::RuntimeMetrics, "`heroku labs:enable log-runtime-metrics -a {app}`, then `heroku restart -a {app}`"),
            (Seen::Releases, "they come with the next deploy or change of a config var"),
            (Seen::Processes, "they come when a dyno restarts"),
            (
                Seen::Addons,
                "they come by themselves with an attached Heroku Postgres or Key-Value Store of a paid plan",
            ),
            OWN,
        ],
    },
    Platform {
        word: "heroku-fir",
        title: "Heroku (Fir)",
        needs: Needs::Http,
        steps: &[step(
            RUN,
            "heroku telemetry:add '{base}' --app {app} --headers '{\"Authorization\":\"Bearer {token}\"}'",
        )],
        note: "Fir has telemetry drains instead of log drains: logs, metrics and traces by OpenTelemetry. Heroku must be able to reach this server.",
        sends: &[
            (Seen::Lines, BY_ITSELF),
            (Seen::Requests, "they come with the first request to a web dyno"),
            (Seen::Measurements, "dynos' memory and CPU come by themselves, the app's own with an OpenTelemetry SDK"),
        ],
    },
    Platform {
        word: "opentelemetry",
        title: "OpenTelemetry SDK or Collector",
        needs: Needs::Http,
        steps: &[step(
            "Environment of the app",
            "export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf\nexport OTEL_EXPORTER_OTLP_HEADERS='Authorization=Bearer%20{token}'\nexport OTEL_EXPORTER_OTLP_LOGS_ENDPOINT='{base}/v1/logs{query}'\nexport OTEL_EXPORTER_OTLP_METRICS_ENDPOINT='{base}/v1/metrics{query}'\nexport OTEL_EXPORTER_OTLP_TRACES_ENDPOINT='{base}/v1/traces{query}'",
        )],
        note: "OTLP over HTTP, as protobuf or JSON; gRPC is not served. Server spans count as requests, unless a log of the app reports them already.",
        sends: &[
            (Seen::Lines, "switch on the SDK's log exporter (`OTEL_LOGS_EXPORTER=otlp`)"),
            (Seen::Requests, "instrument the web framework: server spans with an HTTP method are requests"),
            (Seen::Measurements, "switch on the SDK's metric exporter (`OTEL_METRICS_EXPORTER=otlp`)"),
        ],
    },
    Platform {
        word: "scalingo",
        title: "Scalingo",
        needs: Needs::SyslogTls,
        steps: &[step(
            RUN,
            "scalingo --app {app} log-drains-add --type syslog --host {host} --port {port} --token {token} --with-addons",
        )],
        note: "One syslog message for each line. Scalingo pauses a target that fails ten lines in a row for five minutes and longer.",
        sends: &[
            (Seen::Lines, BY_ITSELF),
            (Seen::Requests, "router logs are off by default: enable them in the app's settings"),
            OWN,
        ],
    },
    Platform {
        word: "clever-cloud",
        title: "Clever Cloud",
        needs: Needs::SyslogPlain,
        steps: &[step(
            RUN,
            "clever drain create syslog-tcp tcp://{host}:{port} --sd-params 'token=\"{token}\"' --alias {app}",
        )],
        note: "Lines of the app as syslog. Clever Cloud disables a drain that it can't deliver to: `clever drain` shows its state.",
        sends: &[
            (Seen::Lines, BY_ITSELF),
            (Seen::Requests, "log requests in the app: access logs are not part of the drain"),
            OWN,
        ],
    },
    Platform {
        word: "render",
        title: "Render",
        needs: Needs::SyslogTls,
        steps: &[
            step("Dashboard → Integrations → Observability → Log streams: endpoint", "{host}:{port}"),
            step("Token", "{token}"),
        ],
        note: "RFC 5424 over TLS, for all services of a workspace: their lines count in one app unless the drain is shared.",
        sends: &[(Seen::Lines, BY_ITSELF), OWN],
    },
    Platform {
        word: "cloud-foundry",
        title: "Cloud Foundry",
        needs: Needs::Http,
        steps: &[
            step(RUN, "cf create-user-provided-service streamgauge-{app} -l '{url}'"),
            step("Then bind it", "cf bind-service {app} streamgauge-{app}"),
        ],
        note: "One message a POST; with https-batch: instead of https: many. The lines begin within about a minute. The address must be https.",
        sends: &[(Seen::Lines, BY_ITSELF), OWN],
    },
    Platform {
        word: "dokku",
        title: "Dokku",
        needs: Needs::Syslog,
        steps: &[
            step(
                "Run on the Dokku host",
                "dokku docker-options:add {app} deploy '--log-driver=syslog --log-opt=syslog-address={tls:docker}://{host}:{port} --log-opt=syslog-format=rfc5424micro --log-opt=tag={token}'",
            ),
            step("Then start the containers anew", "dokku ps:rebuild {app}"),
            step(
                "Requests, from nginx on the host",
                "tail -F /var/log/nginx/{app}-access.log | LOGS_URL='{url}' streamgauge shuttle",
            ),
        ],
        note: "What the containers print, by Docker's syslog driver.",
        sends: &[(Seen::Lines, BY_ITSELF), (Seen::Requests, "send nginx's access log: the last command"), OWN],
    },
    Platform {
        word: "docker",
        title: "Docker, Compose, Kamal",
        needs: Needs::Syslog,
        steps: &[
            step(
                "docker run",
                "docker run --log-driver syslog --log-opt syslog-address={tls:docker}://{host}:{port} --log-opt syslog-format=rfc5424micro --log-opt tag={token} IMAGE",
            ),
            step(
                "compose.yaml, in a service; Kamal: the same two words at the top of deploy.yml",
                "logging:\n  driver: syslog\n  options:\n    syslog-address: {tls:docker}://{host}:{port}\n    syslog-format: rfc5424micro\n    tag: {token}",
            ),
        ],
        note: "What the containers print. Docker starts no container while it can't reach the syslog receiver.",
        sends: &[
            (Seen::Lines, BY_ITSELF),
            (Seen::Requests, "add a proxy's access log, or log requests in the app"),
            OWN,
        ],
    },
    Platform {
        word: "kubernetes",
        title: "Kubernetes",
        needs: Needs::Http,
        steps: &[step(
            RUN,
            "kubectl logs --follow --selector app={app} --all-containers --max-log-requests 50 | LOGS_URL='{url}' streamgauge shuttle",
        )],
        note: "Good for a look. For good, let the node's log collector send RFC 5424 to the syslog receiver, with the token in structured data.",
        sends: &[(Seen::Lines, BY_ITSELF), (Seen::Requests, "add the ingress controller's access log"), OWN],
    },
    Platform {
        word: "fly",
        title: "Fly.io",
        needs: Needs::Http,
        steps: &[
            step(
                "In the folder of Fly's log shipper",
                "fly secrets set HTTP_URL='{base}/ingest/json{query}' HTTP_TOKEN={token}",
            ),
            step("Or, on a machine that stays up", "flyctl logs --app {app} | LOGS_URL='{url}' streamgauge shuttle"),
        ],
        note: "Fly.io pushes no lines by itself. Its log shipper sends JSON; one alone, or every line comes twice.",
        sends: &[(Seen::Lines, BY_ITSELF), OWN],
    },
    Platform {
        word: "vector",
        title: "Vector",
        needs: Needs::Http,
        steps: &[step(
            "vector.yaml, with the name of your source in inputs",
            "sinks:\n  streamgauge:\n    type: http\n    inputs: [\"YOUR_SOURCE\"]\n    uri: \"{base}/ingest/json{query}\"\n    compression: gzip\n    encoding:\n      codec: json\n    auth:\n      strategy: bearer\n      token: \"{token}\"",
        )],
        note: "JSON, whose usual names of time, level, message and process are found. Of an event that has nothing else, the message is the line.",
        sends: &[(Seen::Lines, BY_ITSELF), (Seen::Requests, "collect a proxy's access log"), OWN],
    },
    Platform {
        word: "fluent-bit",
        title: "Fluent Bit",
        needs: Needs::Http,
        steps: &[step(
            "fluent-bit.conf",
            "[OUTPUT]\n    Name http\n    Match *\n    Host {host}\n    Port 443\n    tls On\n    URI /ingest/json{query}\n    Format json_lines\n    Compress gzip\n    Header Authorization Bearer {token}",
        )],
        note: "JSON lines over HTTPS; without TLS name the server's port and leave `tls` out.",
        sends: &[(Seen::Lines, BY_ITSELF), (Seen::Requests, "collect a proxy's access log"), OWN],
    },
    Platform {
        word: "filebeat",
        title: "Filebeat, Logstash, OpenSearch",
        needs: Needs::Http,
        steps: &[step(
            "filebeat.yml",
            "output.elasticsearch:\n  hosts: [\"{base}/elastic\"]\n  username: any\n  password: \"{token}\"\nsetup.template.enabled: false\nsetup.ilm.enabled: false",
        )],
        note: "Whatever writes to Elasticsearch's or OpenSearch's _bulk. Documents become lines and cannot be changed or deleted.",
        sends: &[(Seen::Lines, BY_ITSELF), (Seen::Requests, "collect a proxy's access log"), OWN],
    },
    Platform {
        word: "loki",
        title: "Alloy, Promtail, Loki's clients",
        needs: Needs::Http,
        steps: &[step(
            "config.alloy",
            "loki.write \"streamgauge\" {\n  endpoint {\n    url = \"{base}/loki/api/v1/push{query}\"\n    bearer_token = \"{token}\"\n  }\n}",
        )],
        note: "What would go to Grafana Loki. Labels name the app, the process and the level by their usual names.",
        sends: &[(Seen::Lines, BY_ITSELF), (Seen::Requests, "collect a proxy's access log"), OWN],
    },
    Platform {
        word: "vercel",
        title: "Vercel",
        needs: Needs::Http,
        steps: &[
            step("Team Settings → Drains → Add Drain → Logs: custom endpoint", "{base}/ingest/vercel{query}"),
            step("Custom header", "Authorization: Bearer {token}"),
        ],
        note: "If Vercel asks to verify the address, put verify= and the value that it shows behind the address, as a parameter.",
        sends: &[(Seen::Lines, BY_ITSELF), OWN],
    },
    Platform {
        word: "rsyslog",
        title: "rsyslog",
        needs: Needs::Syslog,
        steps: &[
            step(
                "/etc/rsyslog.d/60-streamgauge.conf",
                "{tls:rsyslog-ca}template(name=\"streamgauge\" type=\"string\" string=\"<%PRI%>1 %TIMESTAMP:::date-rfc3339% %HOSTNAME% %APP-NAME% %PROCID% - [sg token=\\\"{token}\\\"] %msg%\\n\")\naction(type=\"omfwd\" protocol=\"tcp\" target=\"{host}\" port=\"{port}\" template=\"streamgauge\" TCP_Framing=\"octet-counted\" queue.type=\"linkedList\"{tls:rsyslog})",
            ),
            step("Then", "{tls:rsyslog-package}systemctl restart rsyslog"),
        ],
        note: "What the host logs. The queue keeps rsyslog going while this server is down.",
        sends: &[(Seen::Lines, BY_ITSELF), OWN],
    },
    Platform {
        word: "syslog-ng",
        title: "syslog-ng",
        needs: Needs::Syslog,
        steps: &[step(
            "/etc/syslog-ng/conf.d/streamgauge.conf",
            "rewrite r_streamgauge { set(\"{token}\" value(\".SDATA.sg@32473.token\")); };\ndestination d_streamgauge { syslog(\"{host}\" port({port}) {tls:syslog-ng}); };\nlog { source(s_src); rewrite(r_streamgauge); destination(d_streamgauge); };",
        )],
        note: "What the host logs. s_src is the source's name in Debian's configuration; others call it s_sys or s_local.",
        sends: &[(Seen::Lines, BY_ITSELF), OWN],
    },
    Platform {
        word: "nginx",
        title: "nginx, Apache, Caddy",
        needs: Needs::Http,
        steps: &[step(
            "Run on the web server's host",
            "tail -F /var/log/nginx/access.log | LOGS_URL='{url}' streamgauge shuttle",
        )],
        note: "Requests by status, method and path. A form with a request time gives percentiles: put $request_time behind Combined.",
        sends: &[(Seen::Lines, BY_ITSELF), (Seen::Requests, "they come with the first request"), OWN],
    },
    Platform {
        word: "haproxy",
        title: "HAProxy",
        needs: Needs::Http,
        steps: &[
            step("haproxy.cfg, in defaults", "option httplog"),
            step(
                "Run on its host",
                "journalctl --follow --unit haproxy --output cat | LOGS_URL='{url}' streamgauge shuttle",
            ),
        ],
        note: "Requests with queue, connect and service times.",
        sends: &[(Seen::Lines, BY_ITSELF), (Seen::Requests, "set `option httplog`"), OWN],
    },
    ANY,
];

/// The platform of a word; any process if there is none.
#[must_use]
pub fn of_word(word: &str) -> Platform {
    PLATFORMS.into_iter().find(|it| it.word == word).unwrap_or(ANY)
}

#[cfg(test)]
mod tests {
    use super::{
        super::access::{Access, SyslogTcp},
        *,
    };

    fn each_platform(speaks: SyslogTcp) -> impl Iterator<Item = (SyslogTcp, Platform)> {
        PLATFORMS.into_iter().map(move |it| (speaks, it))
    }

    #[test]
    fn ok_every_platform_has_commands_with_a_token() {
        for (syslog_tcp, platform) in [SyslogTcp::Plain, SyslogTcp::Tls].into_iter().flat_map(each_platform) {
            let (url, token, host, app) = ("URL".into(), "TOKEN".into(), "HOST".into(), "APP".into());
            let access = Access { url, token, host, port: Some(7), syslog_tcp, app };
            let all: String = platform.steps.iter().map(|it| access.fill(it.text)).collect();
            assert!(all.contains("URL") || all.contains("TOKEN"), "{}", platform.word);
            assert!(!all.contains("{url}") && !all.contains("{app}") && !all.contains("{token}"), "{all}");
            assert_eq!(of_word(platform.word).title, platform.title);
            assert!(platform.word.bytes().all(|it| it.is_ascii_lowercase() || it == b'-'), "{}", platform.word);
        }
        assert_eq!(of_word("").word, "process");
    }
}
