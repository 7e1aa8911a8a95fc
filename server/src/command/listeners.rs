//! The sockets of the server: opens them, says where they are, and starts to serve them. What is
//! served on them comes from `serve`.

use std::{io::Write, net::SocketAddr, sync::Arc};

use axum::Router;
use tokio::{
    net::{TcpListener, UdpSocket},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

use super::error::Error;
use crate::{
    config::{self, Doors},
    net::{
        limits::Limits,
        listener::{self, HttpParts},
        table::ConnectionTable,
        tls::Tls,
    },
    receiver::{Intake, statsd, statsd::StatsdSettings, syslog, syslog::SyslogSettings},
};

/// The sockets that the server listens on.
pub(crate) struct Listeners {
    /// HTTP: drain, pages and API.
    pub http: TcpListener,
    /// HTTP that is redirected to HTTPS, if that has a port of its own.
    redirect: Option<TcpListener>,
    /// TCP syslog, if it is enabled.
    syslog: Option<TcpListener>,
    /// UDP syslog, likewise.
    datagrams: Option<UdpSocket>,
    /// statsd and the token of its drain, likewise.
    statsd: Option<(UdpSocket, StatsdSettings)>,
    /// Whether syslog without TLS is taken although there is a certificate.
    takes_plain_syslog: bool,
    /// What connections begin with.
    doors: Doors,
}

impl Listeners {
    /// Opens all sockets that the settings ask for.
    ///
    /// # Errors
    /// [`Error::Failed`] with the address.
    pub(super) async fn bind(args: &config::Serve, doors: Doors) -> Result<Self, Error> {
        let http = bind(args.address()).await?;
        let redirect = match args.network.http_redirect_port {
            Some(port) => Some(bind(SocketAddr::new(args.host, port)).await?),
            None => None,
        };
        let syslog = match args.syslog_port {
            Some(port) => Some(bind(SocketAddr::new(args.host, port)).await?),
            None => None,
        };
        let datagrams = match &syslog {
            Some(listener) if args.network.syslog_udp => Some(bind_udp(listener).await?),
            _ => None,
        };
        let statsd = match args.statsd.listens() {
            Some((address, token)) => {
                Some((bind_statsd(address).await?, StatsdSettings { token: token.expose().to_owned() }))
            }
            None => None,
        };
        Ok(Self { http, redirect, syslog, datagrams, statsd, takes_plain_syslog: args.network.syslog_plain, doors })
    }

    /// The certificate, if there is one.
    pub(super) fn tls(&self) -> Option<Arc<Tls>> {
        self.doors.http.tls.clone()
    }

    /// The port of syslog, if it is enabled.
    pub(super) fn syslog_port(&self) -> Option<u16> {
        Some(self.syslog.as_ref()?.local_addr().ok()?.port())
    }

    /// Serves all of them until `shutdown` is cancelled. Returns the task that serves HTTP.
    pub(super) fn start(
        self,
        router: Router,
        intake: Intake,
        limits: Limits,
        shutdown: &CancellationToken,
    ) -> JoinHandle<()> {
        let Self { http, redirect, syslog: listener, datagrams, statsd, takes_plain_syslog: takes_plain, doors } = self;
        let counters = Arc::clone(&intake.counters);
        if let Some(tls) = &doors.http.tls {
            tokio::spawn(Arc::clone(tls).keep_reading(shutdown.clone()));
        }
        if let Some(listener) = listener {
            say_where(if doors.syslog.tls.is_some() { "tls" } else { "tcp" }, listener.local_addr().ok());
            let settings = SyslogSettings { door: doors.syslog, takes_plain, limits };
            tokio::spawn(syslog::listen(listener, intake.clone(), settings, shutdown.clone()));
        }
        if let Some((socket, settings)) = statsd {
            if let Ok(address) = socket.local_addr() {
                print_flushed(&format!("statsd on udp://{address}\n"));
            }
            tokio::spawn(statsd::receive(socket, intake.clone(), settings, shutdown.clone()));
        }
        if let Some(socket) = datagrams {
            say_where("udp", socket.local_addr().ok());
            tokio::spawn(syslog::receive(socket, intake, shutdown.clone()));
        }
        let table = ConnectionTable::new(limits.http, Arc::clone(&counters));
        let parts = HttpParts { router, table, counters, door: doors.http };
        if let (Some(listener), Ok(address)) = (redirect, http.local_addr()) {
            let plain = parts.clone().without_tls();
            tokio::spawn(listener::serve(listener, plain, Some(address.port()), shutdown.clone()));
        }
        tokio::spawn(listener::serve(http, parts, None, shutdown.clone()))
    }
}

async fn bind(address: SocketAddr) -> Result<TcpListener, Error> {
    TcpListener::bind(address).await.map_err(|it| Error::Failed(format!("can't listen on {address}: {it}")))
}

/// The port of UDP has the number of that of TCP.
async fn bind_udp(listener: &TcpListener) -> Result<UdpSocket, Error> {
    let address = listener.local_addr().map_err(|it| Error::Failed(it.to_string()))?;
    let bound = UdpSocket::bind(address).await;
    bound.map_err(|it| Error::Failed(format!("can't listen on {address} for UDP: {it}; SYSLOG_UDP=0 does without")))
}

async fn bind_statsd(address: SocketAddr) -> Result<UdpSocket, Error> {
    let bound = UdpSocket::bind(address).await;
    bound.map_err(|it| Error::Failed(format!("can't listen on {address} for statsd: {it}")))
}

fn say_where(scheme: &str, address: Option<SocketAddr>) {
    if let Some(address) = address {
        print_flushed(&format!("syslog on {scheme}://{address}\n"));
    }
}

/// Prints a text at once. Ignores a closed stdout.
pub(super) fn print_flushed(text: &str) {
    let mut stdout = std::io::stdout();
    let _nobody_reads = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
}
