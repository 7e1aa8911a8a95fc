//! A secret value, from a variable or from a file: `Debug` prints dots, and there is no `Display`.
//! Doesn't erase its memory.

use std::{convert::Infallible, fmt, fs::File, io::Read, path::Path, str::FromStr};

/// Longest secret that is read from a file, bytes.
const BYTES_MAX: u64 = 4_096;

/// A password or token in memory.
#[derive(Clone)]
pub(crate) struct Secret(String);

impl Secret {
    /// The value itself. The caller makes sure that it isn't logged.
    #[must_use]
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// The value of the variable `name`, or of the file that `NAME_FILE` names, without its final
    /// line end.
    ///
    /// # Errors
    /// A sentence that names the variables: when both are set, or when the file can't be read or is
    /// empty.
    pub(crate) fn from_value_or_file(
        name: &str,
        value: Option<Self>,
        file: Option<&Path>,
    ) -> Result<Option<Self>, String> {
        match (value, file) {
            (Some(_), Some(_)) => Err(format!("{name} and {name}_FILE are both set: expected only one of them")),
            (value, None) => Ok(value),
            (None, Some(file)) => {
                Self::read(file).map(Some).map_err(|it| format!("{name}_FILE: {}: {it}", file.display()))
            }
        }
    }

    fn read(file: &Path) -> Result<Self, String> {
        let mut text = String::new();
        let opened = File::open(file).map_err(|it| it.to_string())?;
        opened.take(BYTES_MAX + 1).read_to_string(&mut text).map_err(|it| it.to_string())?;
        if text.len() as u64 > BYTES_MAX {
            return Err(format!("expected at most {BYTES_MAX} bytes"));
        }
        let line = text.strip_suffix('\n').map_or(&*text, |it| it.strip_suffix('\r').unwrap_or(it));
        if line.is_empty() { Err("expected a secret, found nothing".to_owned()) } else { Ok(Self(line.to_owned())) }
    }
}

impl FromStr for Secret {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("•••")
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use super::*;

    #[track_caller]
    fn check(content: &str, expected: Result<&str, &str>) {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), content).unwrap();
        match (Secret::from_value_or_file("X", None, Some(file.path())), expected) {
            (Ok(Some(found)), Ok(expected)) => assert_eq!(found.expose(), expected),
            (Err(why), Err(expected)) => assert!(why.starts_with("X_FILE: ") && why.contains(expected), "{why}"),
            (found, _) => panic!("{content:?}: {found:?}"),
        }
    }

    #[test]
    fn ok_files() {
        check("word", Ok("word"));
        check("word\n", Ok("word"));
        check("two words \r\n", Ok("two words "));
    }

    #[test]
    fn err_files() {
        check("", Err("found nothing"));
        check("\n", Err("found nothing"));
        check(&"x".repeat(5_000), Err("at most 4096 bytes"));
        let missing = Secret::from_value_or_file("X", None, Some(Path::new("/nowhere/x"))).unwrap_err();
        assert!(missing.contains("/nowhere/x"), "{missing}");
        let both = Secret::from_value_or_file("X", Some(Secret("a".into())), Some(Path::new("b"))).unwrap_err();
        assert!(both.contains("X and X_FILE"), "{both}");
    }
}
