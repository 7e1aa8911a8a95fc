//! Certificates: their files, what TLS connections are accepted with, and taking files anew when
//! they change. Versions and ciphers are rustls' own defaults.
//!
//! A connection keeps the certificate with which it began. Files that can't be used leave the
//! earlier certificate in place.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

use rustls::{
    RootCertStore, ServerConfig,
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::{WebPkiClientVerifier, danger::ClientCertVerifier},
    sign::CertifiedKey,
};
use tokio::task::spawn_blocking;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use x509_cert::{Certificate, der::Decode};

use crate::clock::now_ms;

/// A certificate that ends within this time is warned of, seconds: long enough for somebody to
/// notice, and shorter than what automatic renewal leaves.
pub(crate) const CERTIFICATE_LEFT_S_MIN: i64 = 14 * 86_400;
/// Time between two such warnings in the log.
const WARN_EVERY: Duration = Duration::from_secs(24 * 3_600);
/// Time between two looks at the files.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Largest file, bytes.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// HTTP/2 in the negotiation of protocols.
pub(crate) const ALPN_HTTP2: &[u8] = b"h2";
/// HTTP/1.1 likewise.
const ALPN_HTTP1: &[u8] = b"http/1.1";

/// Where a certificate comes from, all files in PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TlsFiles {
    /// The certificate, and the intermediate ones behind it.
    pub cert: PathBuf,
    /// Its private key.
    pub key: PathBuf,
    /// The authorities one of which must have signed a syslog sender's certificate. `None` asks for
    /// none.
    pub client_ca: Option<PathBuf>,
}

/// What the files held.
#[derive(Clone, PartialEq, Eq)]
struct Content {
    cert: Vec<u8>,
    key: Vec<u8>,
    client_ca: Option<Vec<u8>>,
}

/// What a certificate is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// HTTP/2 and HTTP/1.1. Peers are asked for no certificate.
    Http,
    /// Syslog, which negotiates no protocol.
    Syslog,
}

/// A certificate, as its files had it last.
pub(crate) struct Tls {
    files: TlsFiles,
    current: RwLock<Configs>,
}

/// The same certificate for each use.
struct Configs {
    /// When it ends, unix seconds; `None` where that can't be read.
    until_s: Option<i64>,
    http: Arc<ServerConfig>,
    syslog: Arc<ServerConfig>,
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // No key.
        f.debug_struct("Tls").field("files", &self.files).finish_non_exhaustive()
    }
}

impl Tls {
    /// Reads the files.
    ///
    /// # Errors
    /// A sentence that names the variable.
    pub(crate) fn load(files: TlsFiles) -> Result<Arc<Self>, String> {
        let current = RwLock::new(configs(&read(&files)?, &files)?);
        Ok(Arc::new(Self { files, current }))
    }

    /// Accepts connections with the present certificate.
    #[must_use]
    pub(crate) fn acceptor(&self, used: Use) -> TlsAcceptor {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        TlsAcceptor::from(Arc::clone(match used {
            Use::Http => &current.http,
            Use::Syslog => &current.syslog,
        }))
    }

    /// When the present certificate ends, unix seconds.
    #[must_use]
    pub(crate) fn until_s(&self) -> Option<i64> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).until_s
    }

    /// Warns once a day of a certificate that ends soon.
    fn warn(&self, warned: &mut Option<Instant>) {
        let left_s = self.until_s().map_or(i64::MAX, |it| it - now_ms().div_euclid(1_000));
        if left_s > CERTIFICATE_LEFT_S_MIN || warned.is_some_and(|it| it.elapsed() < WARN_EVERY) {
            return;
        }
        *warned = Some(Instant::now());
        let (file, days) = (self.files.cert.display(), left_s.div_euclid(86_400));
        if left_s < 0 {
            tracing::error!(%file, "the certificate has expired: replace TLS_CERT and TLS_KEY");
        } else {
            tracing::warn!(%file, days, "the certificate expires soon: replace TLS_CERT and TLS_KEY");
        }
    }

    /// Takes the files anew whenever they change, until `shutdown` is cancelled.
    pub(crate) async fn keep_reading(self: Arc<Self>, shutdown: CancellationToken) {
        let mut warned = None;
        let mut used = read(&self.files).ok();
        let mut failed = Failure::default();
        let mut ticks = tokio::time::interval(LOOK_EVERY);
        loop {
            tokio::select! { () = shutdown.cancelled() => return, _ = ticks.tick() => {} }
            self.warn(&mut warned);
            let files = self.files.clone();
            let content = match spawn_blocking(move || read(&files)).await {
                Ok(Ok(content)) if used.as_ref() == Some(&content) => {
                    failed = Failure::default();
                    continue;
                }
                Ok(content) => content,
                Err(_) => continue,
            };
            match content.and_then(|content| Ok((configs(&content, &self.files)?, content))) {
                Ok((configs, content)) => {
                    *self.current.write().unwrap_or_else(PoisonError::into_inner) = configs;
                    (used, failed, warned) = (Some(content), Failure::default(), None);
                    tracing::info!(file = %self.files.cert.display(), "a new certificate is in use");
                }
                Err(why) => failed.is(why),
            }
        }
    }
}

/// The last failure to take files, which is logged once.
#[derive(Default)]
struct Failure {
    why: String,
    seen: u32,
}

impl Failure {
    /// The files failed again. The first time says nothing: files are often written one after the
    /// other, and don't belong together in between.
    fn is(&mut self, why: String) {
        self.seen = if self.why == why { self.seen.saturating_add(1) } else { 1 };
        self.why = why;
        if self.seen == 2 {
            tracing::error!("the certificate was not taken anew, and the earlier one stays in use: {}", self.why);
        }
    }
}

fn read(files: &TlsFiles) -> Result<Content, String> {
    Ok(Content {
        cert: read_file("TLS_CERT", &files.cert)?,
        key: read_file("TLS_KEY", &files.key)?,
        client_ca: files.client_ca.as_deref().map(|it| read_file("SYSLOG_TLS_CLIENT_CA", it)).transpose()?,
    })
}

fn read_file(name: &str, path: &Path) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|it| it.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes));
    read.map_err(|it| format!("{name}: {}: {it}", path.display()))?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(format!("{name}: {}: expected at most {FILE_BYTES_MAX} bytes", path.display()));
    }
    Ok(bytes)
}

fn configs(content: &Content, files: &TlsFiles) -> Result<Configs, String> {
    let provider = Arc::new(ring::default_provider());
    let chain = certificates("TLS_CERT", &files.cert, &content.cert)?;
    let key = PrivateKeyDer::from_pem_slice(&content.key)
        .map_err(|_| format!("TLS_KEY: {}: expected a private key in PEM, found none", files.key.display()))?;
    let together = |error: rustls::Error| {
        let (cert, key) = (files.cert.display(), files.key.display());
        format!("TLS_CERT and TLS_KEY: expected the key of the certificate: {cert} and {key} ({error})")
    };
    // Only this compares the two.
    CertifiedKey::from_der(chain.clone(), key.clone_key(), &provider).map_err(together)?;
    let config = |verifier: Option<Arc<dyn ClientCertVerifier>>| {
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions();
        let builder = builder.map_err(|it| format!("TLS: {it}"))?;
        let builder = match verifier {
            Some(verifier) => builder.with_client_cert_verifier(verifier),
            None => builder.with_no_client_auth(),
        };
        builder.with_single_cert(chain.clone(), key.clone_key()).map_err(together)
    };
    let mut http = config(None)?;
    http.alpn_protocols = vec![ALPN_HTTP2.to_vec(), ALPN_HTTP1.to_vec()];
    let syslog = config(verifier(content, files, &provider)?)?;
    Ok(Configs { until_s: chain.first().and_then(until_s), http: Arc::new(http), syslog: Arc::new(syslog) })
}

/// When a certificate ends, unix seconds.
fn until_s(certificate: &CertificateDer<'_>) -> Option<i64> {
    let found = Certificate::from_der(certificate).ok()?;
    i64::try_from(found.tbs_certificate.validity.not_after.to_unix_duration().as_secs()).ok()
}

/// What checks the certificates of syslog senders, if they need one.
fn verifier(
    content: &Content,
    files: &TlsFiles,
    provider: &Arc<CryptoProvider>,
) -> Result<Option<Arc<dyn ClientCertVerifier>>, String> {
    const NAME: &str = "SYSLOG_TLS_CLIENT_CA";
    let (Some(bytes), Some(path)) = (&content.client_ca, &files.client_ca) else { return Ok(None) };
    let mut roots = RootCertStore::empty();
    for root in certificates(NAME, path, bytes)? {
        roots.add(root).map_err(|it| format!("{NAME}: {}: {it}", path.display()))?;
    }
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider)).build();
    verifier.map(Some).map_err(|it| format!("{NAME}: {}: {it}", path.display()))
}

fn certificates(name: &str, path: &Path, bytes: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(bytes).collect();
    found
        .ok()
        .filter(|it| !it.is_empty())
        .ok_or_else(|| format!("{name}: {}: expected a certificate in PEM, found none", path.display()))
}
