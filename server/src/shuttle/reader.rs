//! Reads stdin in chunks and, with `--tee`, passes it on byte for byte. Splits nothing.

use std::{
    io::{self, ErrorKind, Read, Write},
    sync::mpsc::SyncSender,
};

use super::input::Input;
use crate::clock;

/// Bytes of one read: the capacity of a pipe.
const CHUNK_BYTES_MAX: usize = 64 * 1024;

/// Reads `stdin` to its end, or until the batcher has ended. A closed `tee` is dropped, and
/// delivery goes on.
///
/// # Errors
/// When reading fails; the end of the input is sent all the same.
pub(crate) fn read(mut stdin: impl Read, mut tee: Option<impl Write>, chunks: &SyncSender<Input>) -> io::Result<()> {
    let mut buffer = vec![0; CHUNK_BYTES_MAX];
    let result = loop {
        let bytes = match stdin.read(&mut buffer) {
            Ok(0) => break Ok(()),
            Ok(bytes) => &buffer[..bytes],
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => break Err(error),
        };
        let read_us = clock::now_us();
        if let Some(out) = &mut tee
            && let Err(error) = out.write_all(bytes).and_then(|()| out.flush())
        {
            eprintln!("streamgauge: shuttle: stdout is closed ({error}); delivery goes on");
            tee = None;
        }
        if chunks.send(Input::Chunk { bytes: bytes.to_vec(), read_us }).is_err() {
            break Ok(());
        }
    };
    // Fails only when the batcher has ended already.
    let _ = chunks.send(Input::StdinEnd);
    result
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::sync_channel;

    use super::*;

    fn all(chunks: impl Iterator<Item = Input>) -> Vec<u8> {
        let bytes = chunks.map(|it| if let Input::Chunk { bytes, .. } = it { bytes } else { Vec::new() });
        bytes.collect::<Vec<_>>().concat()
    }

    #[test]
    fn ok_tee_is_byte_exact() {
        let text: Vec<u8> = (0..200_000_u32).flat_map(u32::to_le_bytes).collect();
        let (sender, chunks) = sync_channel(100);
        let mut tee = Vec::new();
        read(&text[..], Some(&mut tee), &sender).expect("memory can be read");
        drop(sender);
        assert_eq!(tee, text);
        assert_eq!(all(chunks.into_iter()), text);
    }

    /// A stdout whose reader has left.
    struct Closed;

    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn err_closed_tee_stops_nothing() {
        let text = vec![b'x'; 3 * CHUNK_BYTES_MAX];
        let (sender, chunks) = sync_channel(100);
        read(&text[..], Some(Closed), &sender).expect("memory can be read");
        drop(sender);
        assert_eq!(all(chunks.into_iter()).len(), text.len());
    }
}
