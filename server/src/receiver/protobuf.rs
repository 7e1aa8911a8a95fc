//! Reads protobuf's wire format without copying: the fields of a message, one by one.
//!
//! Nothing is allocated, so that a small body can't become a large tree. Groups, which OTLP does
//! not have, are malformed.

use pipeline::leb128;

/// Bytes that are no protobuf message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a protobuf message, found other bytes")]
pub(crate) struct Malformed;

/// The value of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field<'a> {
    Varint(u64),
    Fixed64(u64),
    Fixed32(u32),
    /// A text, bytes, a message or packed numbers.
    Bytes(&'a [u8]),
}

impl<'a> Field<'a> {
    /// A message or bytes; empty for another type.
    pub(crate) const fn bytes(self) -> &'a [u8] {
        if let Self::Bytes(bytes) = self { bytes } else { &[] }
    }

    /// A text.
    pub(crate) fn text(self) -> Result<&'a str, Malformed> {
        std::str::from_utf8(self.bytes()).map_err(|_| Malformed)
    }

    /// A number of 64 bits, as it is.
    pub(crate) const fn whole(self) -> u64 {
        match self {
            Self::Varint(value) | Self::Fixed64(value) => value,
            Self::Fixed32(value) => value as u64,
            Self::Bytes(_) => 0,
        }
    }

    /// A signed number of 64 bits.
    #[expect(clippy::cast_possible_wrap, reason = "the bits are those of a signed number")]
    pub(crate) const fn signed(self) -> i64 {
        self.whole() as i64
    }

    /// A signed number of the type `sint32`.
    #[expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "a zigzag code of 32 bits")]
    pub(crate) const fn zigzag(self) -> i32 {
        let value = self.whole() as u32;
        (value >> 1) as i32 ^ -((value & 1) as i32)
    }

    /// A number of the type `double`.
    pub(crate) const fn double(self) -> f64 {
        f64::from_bits(self.whole())
    }

    /// Repeated numbers of 64 bits: packed ones, or one that is not.
    pub(crate) fn fixed64s(self) -> Result<impl Iterator<Item = u64> + use<'a>, Malformed> {
        let single = if let Self::Bytes(_) = self { None } else { Some(self.whole()) };
        let (parts, rest) = self.bytes().as_chunks::<8>();
        if rest.is_empty() { Ok(parts.iter().map(|it| u64::from_le_bytes(*it)).chain(single)) } else { Err(Malformed) }
    }

    /// Repeated varints: packed ones, or one that is not.
    pub(crate) fn varints(self) -> impl Iterator<Item = Result<u64, Malformed>> + use<'a> {
        let single = if let Self::Bytes(_) = self { None } else { Some(Ok(self.whole())) };
        let mut rest = self.bytes();
        let packed = std::iter::from_fn(move || (!rest.is_empty()).then(|| varint(&mut rest)));
        packed.chain(single)
    }
}

/// The fields of a message, in order. Ends after the first that is malformed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    /// The fields of `message`.
    pub(crate) const fn of(message: &'a [u8]) -> Self {
        Self(message)
    }

    /// The messages or texts of one number.
    pub(crate) fn all(self, number: u32) -> impl Iterator<Item = Result<&'a [u8], Malformed>> {
        self.filter_map(move |field| match field {
            Ok((found, field)) if found == number => Some(Ok(field.bytes())),
            Ok(_) => None,
            Err(error) => Some(Err(error)),
        })
    }

    fn read(&mut self) -> Result<(u32, Field<'a>), Malformed> {
        let key = varint(&mut self.0)?;
        let number = u32::try_from(key >> 3).ok().filter(|it| *it > 0).ok_or(Malformed)?;
        let field = match key & 7 {
            0 => Field::Varint(varint(&mut self.0)?),
            1 => Field::Fixed64(u64::from_le_bytes(self.take_array()?)),
            2 => {
                let length = usize::try_from(varint(&mut self.0)?).map_err(|_| Malformed)?;
                let (bytes, rest) = self.0.split_at_checked(length).ok_or(Malformed)?;
                self.0 = rest;
                Field::Bytes(bytes)
            }
            5 => Field::Fixed32(u32::from_le_bytes(self.take_array()?)),
            _ => return Err(Malformed),
        };
        Ok((number, field))
    }

    fn take_array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let (bytes, rest) = self.0.split_first_chunk().ok_or(Malformed)?;
        self.0 = rest;
        Ok(*bytes)
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<(u32, Field<'a>), Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = self.read();
        if field.is_err() {
            self.0 = &[];
        }
        Some(field)
    }
}

fn varint(bytes: &mut &[u8]) -> Result<u64, Malformed> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first().ok_or(Malformed)?;
        *bytes = rest;
        value |= u64::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(Malformed)
}

/// Appends a field with a text or message.
pub(crate) fn put_bytes(out: &mut Vec<u8>, number: u8, bytes: &[u8]) {
    out.push(number << 3 | 2);
    leb128::put(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Appends a field with a number.
pub(crate) fn put_whole(out: &mut Vec<u8>, number: u8, value: u64) {
    out.push(number << 3);
    leb128::put(out, value);
}

/// Appends a field with a number of eight bytes, such as the bits of a double.
pub(crate) fn put_fixed64(out: &mut Vec<u8>, number: u8, bits: u64) {
    out.push(number << 3 | 1);
    out.extend_from_slice(&bits.to_le_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(message: &[u8], expected: &[Result<(u32, Field<'_>), Malformed>]) {
        assert_eq!(Fields::of(message).collect::<Vec<_>>(), expected, "{message:?}");
    }

    #[test]
    fn ok_each_type() {
        check(b"", &[]);
        check(&[0x08, 0x96, 0x01], &[Ok((1, Field::Varint(150)))]);
        check(&[0x11, 1, 0, 0, 0, 0, 0, 0, 0], &[Ok((2, Field::Fixed64(1)))]);
        check(&[0x1A, 2, b'a', b'b', 0x25, 7, 0, 0, 0], &[Ok((3, Field::Bytes(b"ab"))), Ok((4, Field::Fixed32(7)))]);
    }

    #[test]
    fn err_each_cut_and_each_length() {
        let whole = [0x1A, 2, b'a', b'b', 0x11, 1, 0, 0, 0, 0, 0, 0, 0];
        for end in 0..whole.len() {
            let is_whole = matches!(end, 0 | 4);
            assert_eq!(Fields::of(&whole[..end]).filter(Result::is_err).count() == 0, is_whole, "{end}");
        }
        // A length of 2^64 - 1, a varint without end, field 0, a group.
        let huge = [0x1A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01];
        for message in [&huge[..], &[0xFF; 12], &[0x00, 0x01], &[0x0B]] {
            check(message, &[Err(Malformed)]);
        }
    }

    #[test]
    fn ok_signed_and_packed_numbers() {
        let zigzags = [0, 1, 2, 3, 4_294_967_295].map(|it| Field::Varint(it).zigzag());
        assert_eq!(zigzags, [0, -1, 1, -2, i32::MIN]);
        let packed = Field::Bytes(&[1, 0xAC, 0x02]).varints().collect::<Result<Vec<_>, _>>();
        assert_eq!(packed, Ok(vec![1, 300]));
        assert_eq!(Field::Varint(5).varints().collect::<Vec<_>>(), [Ok(5)]);
        let doubles =
            Field::Bytes(&1.5_f64.to_le_bytes()).fixed64s().map(|it| it.map(f64::from_bits).collect::<Vec<_>>());
        assert_eq!(doubles, Ok(vec![1.5]));
        assert!(Field::Bytes(&[0; 9]).fixed64s().is_err());
    }

    #[test]
    fn ok_what_is_written_is_read() {
        let mut message = vec![];
        put_whole(&mut message, 1, 300);
        put_bytes(&mut message, 2, b"text");
        put_fixed64(&mut message, 3, 7);
        put_whole(&mut message, 4, u64::MAX);
        let rest = [Ok((3, Field::Fixed64(7))), Ok((4, Field::Varint(u64::MAX)))];
        check(&message, &[vec![Ok((1, Field::Varint(300))), Ok((2, Field::Bytes(b"text")))], rest.to_vec()].concat());
    }
}
