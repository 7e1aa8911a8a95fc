//! The codec of blocks, which are stored, compressed batches: LZ4 when a batch arrives, Zstandard
//! later. Knows nothing of what a block contains. Chunks of rollups at rest are packed here too.

/// Most bytes of one batch's body, before and after inflating. The largest batch of a known sender
/// is 500 lines of 10,000 bytes.
pub const BODY_BYTES_MAX: usize = 8 << 20;
/// The first bytes of a Zstandard frame. LZ4 blocks begin with their length, and these bytes would
/// mean 4 GB, which no body has.
const ZSTD: [u8; 4] = [0x28, 0xB5, 0x2F, 0xFD];
/// Higher levels take longer and gain nothing on log lines.
const ZSTD_LEVEL: i32 = 1;

/// Compresses a body with LZ4, in a fraction of the time that parsing it takes.
#[must_use]
pub fn compress(body: &[u8]) -> Vec<u8> {
    lz4_flex::compress_prepend_size(body)
}

/// Compresses a block again with Zstandard. `None` when it already is Zstandard, is damaged, or
/// would not get smaller.
#[must_use]
pub fn recompress(compressed: &[u8]) -> Option<Vec<u8>> {
    if compressed.starts_with(&ZSTD) {
        return None;
    }
    zstd::bulk::compress(&decompress(compressed)?, ZSTD_LEVEL).ok().filter(|it| it.len() < compressed.len())
}

/// Decompresses a block of either kind. `None` when it is damaged or larger than
/// [`BODY_BYTES_MAX`].
#[must_use]
pub fn decompress(compressed: &[u8]) -> Option<Vec<u8>> {
    decompress_within(compressed, BODY_BYTES_MAX)
}

/// The same with another limit of bytes.
#[must_use]
pub fn decompress_within(compressed: &[u8], bytes_max: usize) -> Option<Vec<u8>> {
    if compressed.starts_with(&ZSTD) {
        let size = zstd::zstd_safe::get_frame_content_size(compressed).ok()??;
        let size = usize::try_from(size).ok().filter(|it| *it <= bytes_max)?;
        return zstd::bulk::decompress(compressed, size).ok();
    }
    let (size, _) = lz4_flex::block::uncompressed_size(compressed).ok()?;
    if size > bytes_max {
        return None;
    }
    // Without this check a block cut at certain places would pass for a shorter one.
    lz4_flex::decompress_size_prepended(compressed).ok().filter(|it| it.len() == size)
}

/// Packs bytes with Zstandard; `None` when they would not get smaller. They begin with another byte
/// than a Zstandard frame.
#[must_use]
pub fn pack(bytes: &[u8]) -> Option<Vec<u8>> {
    zstd::bulk::compress(bytes, ZSTD_LEVEL).ok().filter(|it| it.len() < bytes.len())
}

/// Whether bytes were packed by [`pack`].
#[must_use]
pub fn is_packed(bytes: &[u8]) -> bool {
    bytes.starts_with(&ZSTD)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_both_ways_of_packing_come_back() {
        let body: Vec<u8> =
            (0..2_000_u32).flat_map(|it| format!("<158>1 line {it} status=200\n").into_bytes()).collect();
        let compressed = compress(&body);
        let tight = recompress(&compressed).unwrap_or_default();
        assert!(tight.len() < compressed.len() && compressed.len() < body.len());
        assert_eq!((decompress(&compressed), decompress(&tight)), (Some(body.clone()), Some(body)));
        assert_eq!(recompress(&tight), None);
    }

    #[test]
    fn err_damaged_bodies() {
        let compressed = compress(&b"abc".repeat(500));
        let tight = recompress(&compressed).unwrap_or_default();
        for compressed in [compressed, tight] {
            for end in 0..compressed.len() {
                assert_eq!(decompress(&compressed[..end]), None, "{end}");
            }
        }
        // A frame that claims to be 4 GB long.
        let lie = [&ZSTD[..], &[0xA0, 0xFF, 0xFF, 0xFF, 0xFF, 0x01, 0x00, 0x00]].concat();
        assert_eq!((decompress(&lie), decompress(&[0xFF, 0xFF, 0xFF, 0x7F, 0])), (None, None));
    }
}
