//! A TLS client that trusts one authority and, like any client, checks names and dates.

use std::{
    fs::read,
    io::Result,
    net::{SocketAddr, TcpStream},
    path::Path,
    sync::Arc,
};

use rustls::{
    ClientConfig, ClientConnection, RootCertStore, StreamOwned,
    crypto::ring::default_provider,
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject},
};

use crate::{certificates::Files, wait::PATIENCE};

/// A connection on which reads and writes are encrypted.
pub type TlsStream = StreamOwned<ClientConnection, TcpStream>;

/// A client that trusts the authority in the file `root`, with a certificate of its own or none.
pub fn client(root: &Path, own: Option<&Files>) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    let certificates = |path: &Path| -> Vec<CertificateDer<'static>> {
        CertificateDer::pem_slice_iter(&read(path).unwrap()).map(|it| it.unwrap()).collect()
    };
    certificates(root).into_iter().for_each(|it| roots.add(it).unwrap());
    let builder = ClientConfig::builder_with_provider(Arc::new(default_provider()));
    let builder = builder.with_safe_default_protocol_versions().unwrap().with_root_certificates(roots);
    Arc::new(match own {
        None => builder.with_no_client_auth(),
        Some(files) => {
            let key = PrivateKeyDer::from_pem_slice(&read(&files.key).unwrap()).unwrap();
            builder.with_client_auth_cert(certificates(&files.cert), key).unwrap()
        }
    })
}

/// Connects, and completes the handshake.
pub fn connect(client: &Arc<ClientConfig>, address: SocketAddr) -> Result<TlsStream> {
    let stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    begin(client, stream)
}

/// Completes the handshake on a connection.
pub fn begin(client: &Arc<ClientConfig>, mut stream: TcpStream) -> Result<TlsStream> {
    let name = ServerName::try_from("localhost").unwrap();
    let mut connection = ClientConnection::new(Arc::clone(client), name).unwrap();
    while connection.is_handshaking() {
        connection.complete_io(&mut stream)?;
    }
    Ok(StreamOwned::new(connection, stream))
}

/// The first certificate that the server has shown.
pub fn shown(stream: &TlsStream) -> Vec<u8> {
    stream.conn.peer_certificates().unwrap()[0].to_vec()
}
