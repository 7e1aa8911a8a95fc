//! A connection whose first bytes were read already, to find out what it is. They are read again
//! from here; writes pass unchanged.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

/// A TCP connection and the bytes that come before its next ones.
#[derive(Debug)]
pub(crate) struct PrefixedIo {
    stream: TcpStream,
    prefix: Vec<u8>,
    taken: usize,
}

impl PrefixedIo {
    /// `prefix` is read before what else arrives on `stream`.
    pub(crate) const fn new(stream: TcpStream, prefix: Vec<u8>) -> Self {
        Self { stream, prefix, taken: 0 }
    }
}

impl AsyncRead for PrefixedIo {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let rest = &this.prefix[this.taken..];
        if rest.is_empty() {
            return Pin::new(&mut this.stream).poll_read(cx, buffer);
        }
        let n = rest.len().min(buffer.remaining());
        buffer.put_slice(&rest[..n]);
        this.taken += n;
        if this.taken == this.prefix.len() {
            (this.prefix, this.taken) = (Vec::new(), 0);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for PrefixedIo {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write_vectored(cx, buffers)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;

    #[tokio::test]
    async fn ok_the_prefix_comes_first() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut sender = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        sender.write_all(b"later").await.unwrap();
        drop(sender);
        let mut io = PrefixedIo::new(stream, b"first ".to_vec());
        let mut two = [0; 2];
        io.read_exact(&mut two).await.unwrap();
        let mut rest = String::new();
        io.read_to_string(&mut rest).await.unwrap();
        assert_eq!((&two[..], &*rest), (&b"fi"[..], "rst later"));
    }
}
