//! `streamgauge healthcheck`: asks the server on this machine how it is, for containers without
//! curl. It needs no password and doesn't open the database.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use ureq::{Agent, tls::TlsConfig};

use super::{error::Error, runtime::print};
use crate::config::{Certificate, host};

/// How long the whole answer may take.
const ANSWER_WAIT: Duration = Duration::from_secs(5);
/// Largest answer that is read, bytes; ours have a few hundred.
const ANSWER_BYTES_MAX: u64 = 8 * 1024;

/// Arguments of `streamgauge healthcheck`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// Port of the server.
    #[arg(long, env = "PORT", default_value_t = 3000)]
    port: u16,
    /// Address that the server listens on.
    #[arg(long, env = "HOST", default_value = "127.0.0.1", value_parser = host)]
    host: IpAddr,
    /// The server's certificate: with one the server is asked over TLS.
    #[command(flatten)]
    certificate: Certificate,
    /// Ask whether lines are taken in (/readyz), not only whether the server answers (/healthz).
    #[arg(long)]
    ready: bool,
}

/// Prints that the server is well.
///
/// # Errors
/// [`Error::Failed`] with what it answered instead.
pub(crate) fn run(args: &Args) -> Result<(), Error> {
    let address = SocketAddr::new(reached(args.host), args.port);
    let path = if args.ready { "/readyz" } else { "/healthz" };
    let url = format!("{}://{address}{path}", args.certificate.scheme());
    let failed = |it: ureq::Error| Error::Failed(format!("{url}: {it}"));
    let mut answer = agent().get(&url).call().map_err(failed)?;
    let status = answer.status().as_u16();
    if status == 200 {
        return print(&format!("ok: {url}"));
    }
    let body = answer.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_string().map_err(failed)?;
    // One line, whatever it was that answered.
    let said: String = body.chars().filter(|it| !it.is_control()).collect();
    Err(Error::Failed(format!("{url}: expected status 200, found {status} {said}").trim_end().to_owned()))
}

/// The address of this machine at which a server that listens on `host` is reached.
const fn reached(host: IpAddr) -> IpAddr {
    match host {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => IpAddr::V6(Ipv6Addr::LOCALHOST),
        host => host,
    }
}

/// A client that asks this machine alone. It doesn't verify the certificate, in which an address of
/// this machine hardly stands: the question holds nothing secret.
fn agent() -> Agent {
    let tls = TlsConfig::builder().disable_verification(true).build();
    let config = Agent::config_builder().tls_config(tls).proxy(None).max_redirects(0).http_status_as_error(false);
    config.timeout_global(Some(ANSWER_WAIT)).build().into()
}
