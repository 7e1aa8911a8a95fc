//! Where senders reach this server, and what stands in the places of the commands in `platforms`.

/// What the syslog receiver speaks over TCP.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SyslogTcp {
    /// No TLS: there is no certificate.
    #[default]
    Plain,
    /// TLS alone.
    Tls,
    /// Either.
    Both,
}

/// The pieces of commands that depend on TLS: their name, and what stands in their place without
/// and with it. Certificates are checked against the authorities that the sender's system trusts.
const TLS: [(&str, &str, &str); 5] = [
    ("docker", "tcp", "tcp+tls"),
    ("rsyslog-ca", "", "global(DefaultNetstreamDriverCAFile=\"/etc/ssl/certs/ca-certificates.crt\")\n"),
    (
        "rsyslog",
        "",
        " StreamDriver=\"gtls\" StreamDriverMode=\"1\" StreamDriverAuthMode=\"x509/name\" StreamDriverPermittedPeers=\"{host}\"",
    ),
    ("rsyslog-package", "", "apt-get install -y rsyslog-gnutls && "),
    ("syslog-ng", "transport(\"tcp\")", "transport(\"tls\") tls(ca-dir(\"/etc/ssl/certs\"))"),
];

/// Where senders reach this server, and what they show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    pub url: String,
    pub token: String,
    pub host: String,
    /// What the syslog receiver speaks over TCP.
    pub syslog_tcp: SyslogTcp,
    /// The port of the syslog receiver.
    pub port: Option<u16>,
    pub app: String,
}

impl Access {
    /// The address of the server, without the token and the path.
    fn base(&self) -> String {
        let (scheme, rest) = self.url.split_once("://").unwrap_or(("https", &self.url));
        let host = rest.split('/').next().unwrap_or_default();
        [scheme, "://", host.rsplit_once('@').map_or(host, |it| it.1)].concat()
    }

    /// `?app=NAME` of a shared drain.
    fn query(&self) -> String {
        self.url.split_once('?').map_or_else(String::new, |it| ["?", it.1].concat())
    }

    /// A text of the table with what stands in its places.
    #[must_use]
    pub fn fill(&self, text: &str) -> String {
        let port = self.port.map_or("6514".to_owned(), |it| it.to_string());
        let is_tls = self.syslog_tcp != SyslogTcp::Plain;
        let text = TLS.into_iter().fold(text.to_owned(), |text, (name, plain, tls)| {
            text.replace(&["{tls:", name, "}"].concat(), if is_tls { tls } else { plain })
        });
        let places = [
            ("{base}", &self.base()),
            ("{query}", &self.query()),
            ("{url}", &self.url),
            ("{token}", &self.token),
            ("{host}", &self.host),
            ("{port}", &port),
        ];
        let text = places.into_iter().fold(text, |text, (place, value)| text.replace(place, value));
        text.replace("{app}", &self.app)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_places() {
        let url = "https://any:sg_x@gauge.example.com/logs?app=shop".to_owned();
        let access = Access { url, ..Access::default() };
        assert_eq!(access.fill("{base}/ingest/json{query}"), "https://gauge.example.com/ingest/json?app=shop");
    }
}
