//! Fields of a protobuf message, without copying. Source of the form:
//! <https://protobuf.dev/programming-guides/encoding/>. Groups, which are long obsolete, are not
//! read.

/// The value of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
    /// A number of a fixed length, which Loki does not use.
    Fixed,
}

/// The fields of a message in order. After a field that can't be read there are no more.
#[derive(Clone, Debug)]
pub(super) struct Fields<'a> {
    rest: &'a [u8],
    /// Whether the message ended within a field, or a field is none.
    pub(super) is_broken: bool,
}

impl<'a> Fields<'a> {
    pub(super) const fn of(message: &'a [u8]) -> Self {
        Self { rest: message, is_broken: false }
    }

    fn read(&mut self) -> Option<(u64, Value<'a>)> {
        let key = self.varint()?;
        let value = match key & 7 {
            0 => Value::Number(self.varint()?),
            1 => self.take(8).map(|_| Value::Fixed)?,
            2 => {
                let bytes = usize::try_from(self.varint()?).ok()?;
                Value::Bytes(self.take(bytes)?)
            }
            5 => self.take(4).map(|_| Value::Fixed)?,
            _ => return None,
        };
        Some((key >> 3, value))
    }

    fn varint(&mut self) -> Option<u64> {
        let mut number = 0;
        for place in 0..10 {
            let byte = self.take(1)?[0];
            number |= u64::from(byte & 0x7f) << (7 * place);
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn take(&mut self, bytes: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(bytes)?;
        self.rest = rest;
        Some(taken)
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = (u64, Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() || self.is_broken {
            return None;
        }
        let field = self.read();
        self.is_broken = field.is_none();
        field
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_fields() {
        let fields: Vec<_> = Fields::of(b"\x08\x96\x01\x12\x02hi\x1d1234").collect();
        assert_eq!(fields, [(1, Value::Number(150)), (2, Value::Bytes(b"hi")), (3, Value::Fixed)]);
    }

    #[test]
    fn err_broken() {
        for message in [&b"\x12\x05hi"[..], b"\x08", b"\x0b", b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", b"\x12"]
        {
            let mut fields = Fields::of(message);
            assert!(fields.by_ref().next().is_none() && fields.is_broken, "{message:?}");
        }
    }
}
