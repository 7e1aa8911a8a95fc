//! What connections are accepted with: certificates, and the proxies in front.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::net::{
    door::Door,
    tls::{Tls, TlsFiles, Use},
    trusted_proxies::TrustedProxies,
};

/// The server's settings.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Network {
    /// The certificate.
    #[command(flatten)]
    pub certificate: Certificate,
    /// Port on which HTTP is redirected to HTTPS [default: none]; PORT itself does so in any case.
    #[arg(long, env = "HTTP_REDIRECT_PORT")]
    pub http_redirect_port: Option<u16>,
    /// File with the authorities, in PEM, one of which must have signed a syslog sender's
    /// certificate [default: none is asked for].
    #[arg(long, env = "SYSLOG_TLS_CLIENT_CA")]
    pub syslog_tls_client_ca: Option<PathBuf>,
    /// Take syslog over TCP without TLS too where there is a certificate; 1 does.
    #[arg(long, env = "SYSLOG_PLAIN", value_parser = clap::builder::BoolishValueParser::new(), default_value = "0")]
    pub syslog_plain: bool,
    /// Take syslog over UDP too, on the same port number; 0 does not.
    #[arg(long, env = "SYSLOG_UDP", value_parser = clap::builder::BoolishValueParser::new(), default_value = "1")]
    pub syslog_udp: bool,
    /// Proxies whose X-Forwarded-For and PROXY header are believed: addresses, networks,
    /// `loopback`, `none`.
    #[arg(long, env = "TRUSTED_PROXIES", default_value = "loopback")]
    pub trusted_proxies: TrustedProxies,
    /// Trusted proxies begin each connection with a PROXY header, version 1 or 2; 1 says so.
    #[arg(long, env = "PROXY_PROTOCOL", value_parser = clap::builder::BoolishValueParser::new(), default_value = "0")]
    pub proxy_protocol: bool,
}

/// The certificate; commands that print the server's address need it too.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Certificate {
    /// File with the certificate and its chain, in PEM: HTTP and syslog then speak TLS
    /// [default: none].
    #[arg(long, env = "TLS_CERT")]
    pub tls_cert: Option<PathBuf>,
    /// File with the certificate's private key, in PEM.
    #[arg(long, env = "TLS_KEY")]
    pub tls_key: Option<PathBuf>,
}

impl Certificate {
    /// `https` with a certificate.
    #[must_use]
    pub(crate) const fn scheme(&self) -> &'static str {
        if self.tls_cert.is_some() { "https" } else { "http" }
    }

    fn files(&self) -> Option<(&Path, &Path)> {
        self.tls_cert.as_deref().zip(self.tls_key.as_deref())
    }
}

/// The doors of the two kinds of listeners.
#[derive(Clone)]
pub(crate) struct Doors {
    pub http: Door,
    pub syslog: Door,
}

impl Network {
    /// Checks settings that depend on each other.
    ///
    /// # Errors
    /// A sentence that names the variables.
    pub(crate) fn validated(mut self, syslog_port: Option<u16>) -> Result<Self, String> {
        let Certificate { tls_cert, tls_key } = &self.certificate;
        let lone = match (tls_cert, tls_key) {
            (Some(_), None) => Some(("TLS_CERT", "TLS_KEY")),
            (None, Some(_)) => Some(("TLS_KEY", "TLS_CERT")),
            _ => None,
        };
        if let Some((set, unset)) = lone {
            return Err(format!("{set} is set and {unset} is not: expected both or none"));
        }
        if self.http_redirect_port.is_some() && tls_cert.is_none() {
            return Err("HTTP_REDIRECT_PORT is set without TLS_CERT: there is no HTTPS to redirect to".to_owned());
        }
        if self.syslog_tls_client_ca.is_some() && (tls_cert.is_none() || syslog_port.is_none()) {
            return Err("SYSLOG_TLS_CLIENT_CA is set: expected TLS_CERT, TLS_KEY and SYSLOG_PORT too".to_owned());
        }
        if self.syslog_tls_client_ca.is_some() && self.syslog_plain {
            return Err(
                "SYSLOG_TLS_CLIENT_CA and SYSLOG_PLAIN=1 contradict each other: expected only one of them".to_owned()
            );
        }
        // A datagram can prove no certificate.
        self.syslog_udp &= self.syslog_tls_client_ca.is_none();
        Ok(self)
    }

    /// Reads the files of the certificate.
    ///
    /// # Errors
    /// A sentence that names the variable.
    pub(crate) fn doors(&self) -> Result<Doors, String> {
        let client_ca = self.syslog_tls_client_ca.clone();
        let files = self.certificate.files();
        let files = files.map(|(cert, key)| TlsFiles { cert: cert.into(), key: key.into(), client_ca });
        let tls = files.map(Tls::load).transpose()?;
        let (proxies, has_proxy_header) = (Arc::new(self.trusted_proxies.clone()), self.proxy_protocol);
        let door = |used| Door { tls: tls.clone(), used, proxies: Arc::clone(&proxies), has_proxy_header };
        Ok(Doors { http: door(Use::Http), syslog: door(Use::Syslog) })
    }
}
