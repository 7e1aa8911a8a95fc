//! Writes the messages of remote write 1.0 in protobuf.
//!
//! ```text
//! WriteRequest { timeseries 1 }    TimeSeries { labels 1, samples 2 }
//! Label { name 1, value 2 }        Sample { value 1 double, timestamp 2 int64 }
//! ```
//!
//! Source: `docs/specs/prw/remote_write_spec.md` of Prometheus. Nothing else is written.

use crate::receiver::protobuf::{put_bytes, put_fixed64, put_whole};

/// A value that says that a series has ended.
pub(super) const STALE: f64 = f64::from_bits(0x7ff0_0000_0000_0002);

/// A request that grows.
#[derive(Debug, Default)]
pub(super) struct Message {
    bytes: Vec<u8>,
    /// Samples in it.
    pub samples: u64,
    series: Vec<u8>,
    part: Vec<u8>,
}

impl Message {
    /// How long it is, bytes.
    pub(super) const fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Adds a series with one sample. Its labels are sorted by name.
    pub(super) fn add(&mut self, labels: &[(&str, &str)], value: f64, at_ms: i64) {
        self.series.clear();
        for (name, text) in labels {
            self.part.clear();
            put_bytes(&mut self.part, 1, name.as_bytes());
            put_bytes(&mut self.part, 2, text.as_bytes());
            put_bytes(&mut self.series, 1, &self.part);
        }
        self.part.clear();
        put_fixed64(&mut self.part, 1, value.to_bits());
        put_whole(&mut self.part, 2, at_ms.cast_unsigned());
        put_bytes(&mut self.series, 2, &self.part);
        put_bytes(&mut self.bytes, 1, &self.series);
        self.samples += 1;
    }

    /// Its bytes.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bytes that `protoc --encode` gives for the same message.
    #[test]
    fn ok_bytes() {
        let mut message = Message::default();
        message.add(&[("__name__", "up"), ("app", "ü")], 1.0, 300);
        let labels = b"\x0a\x0e\x0a\x08__name__\x12\x02up\x0a\x09\x0a\x03app\x12\x02\xc3\xbc";
        let sample = b"\x12\x0c\x09\0\0\0\0\0\0\xf0\x3f\x10\xac\x02";
        assert_eq!(message.bytes(), [b"\x0a\x29".as_slice(), labels, sample].concat());
        assert_eq!((message.samples, message.len()), (1, 43));
    }

    #[test]
    fn ok_the_end_of_a_series() {
        assert!(STALE.is_nan() && STALE.to_bits() == 0x7ff0_0000_0000_0002);
    }
}
