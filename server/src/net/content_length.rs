//! Adds `Content-Length: 0` to the head of an empty 204.
//!
//! Logplex's client finds the end of a reply by that header alone, and hyper omits it from a 204,
//! as RFC 9110 requires. The header is therefore added between hyper and the socket. Every other
//! reply passes unchanged.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

const EMPTY: &[u8] = b"HTTP/1.1 204 No Content\r\n";
const LENGTH: &[u8] = b"content-length: 0\r\n";

/// A connection that adds the header. Holds at most one head that is not fully written yet.
#[derive(Debug)]
pub(crate) struct ContentLengthIo<T> {
    io: T,
    staged: Vec<u8>,
    sent: usize,
}

impl<T> ContentLengthIo<T> {
    pub(crate) const fn new(io: T) -> Self {
        Self { io, staged: Vec::new(), sent: 0 }
    }
}

impl<T: AsyncWrite + Unpin> ContentLengthIo<T> {
    fn flush_staged(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.sent < self.staged.len() {
            let n = ready!(Pin::new(&mut self.io).poll_write(cx, &self.staged[self.sent..]))?;
            if n == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.sent += n;
        }
        self.staged.clear();
        self.sent = 0;
        Poll::Ready(Ok(()))
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for ContentLengthIo<T> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        ready!(this.flush_staged(cx))?;
        let Some(rest) = bytes.strip_prefix(EMPTY) else { return Pin::new(&mut this.io).poll_write(cx, bytes) };
        for part in [EMPTY, LENGTH, rest] {
            this.staged.extend_from_slice(part);
        }
        // Reports all bytes as written; the rest of the head goes out with the next write or flush.
        match this.flush_staged(cx) {
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            _ => Poll::Ready(Ok(bytes.len())),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.flush_staged(cx))?;
        Pin::new(&mut this.io).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.flush_staged(cx))?;
        Pin::new(&mut this.io).poll_shutdown(cx)
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for ContentLengthIo<T> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().io).poll_read(cx, buffer)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    /// Returns what arrives when written through a pipe that holds `pipe_bytes` bytes.
    async fn sent(pipe_bytes: usize, writes: &[&str]) -> String {
        let (near, mut far) = duplex(pipe_bytes);
        let reading = tokio::spawn(async move {
            let mut all = String::new();
            far.read_to_string(&mut all).await.unwrap();
            all
        });
        let mut connection = ContentLengthIo::new(near);
        for write in writes {
            connection.write_all(write.as_bytes()).await.unwrap();
        }
        connection.shutdown().await.unwrap();
        drop(connection);
        reading.await.unwrap()
    }

    #[tokio::test]
    async fn ok_empty_replies_state_their_length() {
        let empty = "HTTP/1.1 204 No Content\r\ndate: now\r\n\r\n";
        let other = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
        let stated = "HTTP/1.1 204 No Content\r\ncontent-length: 0\r\ndate: now\r\n\r\n";
        for pipe_bytes in [1, 7, 4096] {
            assert_eq!(
                sent(pipe_bytes, &[empty, other, empty]).await,
                [stated, other, stated].concat(),
                "{pipe_bytes}"
            );
        }
    }
}
