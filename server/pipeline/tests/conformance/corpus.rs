//! Reads the files of the corpus. It knows the folders and the JSON form of bytes, and compares
//! nothing.

use std::{
    fs,
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;

/// The root folder of the corpus.
pub struct Corpus {
    root: PathBuf,
}

impl Corpus {
    /// The corpus in the folder `STREAMGAUGE_CORPUS`, or `None` if that is not set.
    pub fn named() -> Option<Self> {
        std::env::var_os("STREAMGAUGE_CORPUS").map(|root| Self { root: root.into() })
    }

    /// The sorted names of a folder's files that end in `ending`. Panics if there are none.
    pub fn names(&self, folder: &str, ending: &str) -> Vec<String> {
        let path = self.root.join(folder);
        let entries = fs::read_dir(&path).unwrap_or_else(|error| panic!("cannot list {}: {error}", path.display()));
        let mut names: Vec<_> = entries.map(|it| it.unwrap().file_name().into_string().unwrap()).collect();
        names.retain(|it| it.ends_with(ending));
        names.sort();
        assert!(!names.is_empty(), "expected files *{ending} in {}, found none", path.display());
        names
    }

    /// The bytes of a file, by its path in the corpus.
    pub fn bytes(&self, path: impl AsRef<Path>) -> Vec<u8> {
        let path = self.root.join(path);
        fs::read(&path).unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()))
    }

    /// The content of a JSON file.
    pub fn json(&self, path: &str) -> Value {
        serde_json::from_slice(&self.bytes(path)).unwrap_or_else(|error| panic!("{path} is no JSON: {error}"))
    }

    /// The content of a JSON file, or `None` if it does not exist.
    pub fn json_if_any(&self, path: &str) -> Option<Value> {
        self.root.join(path).exists().then(|| self.json(path))
    }
}

/// The input bytes of a case: a text, or base64 for other bytes.
pub fn input(case: &Value) -> Vec<u8> {
    let input = &case["input"];
    match (input.as_str().or(input["text"].as_str()), input["base64"].as_str()) {
        (Some(text), _) => text.as_bytes().to_vec(),
        (None, Some(base64)) => STANDARD.decode(base64).unwrap(),
        (None, None) => panic!("a case without input: {case}"),
    }
}

/// The cases of a suite with their numbers, from 0.
pub fn cases(suite: &Value) -> impl Iterator<Item = (usize, &Value)> {
    suite.as_array().unwrap().iter().enumerate()
}
