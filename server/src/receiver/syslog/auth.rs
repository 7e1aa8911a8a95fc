//! Finds the drain that a frame belongs to, by the token in its header. Knows nothing of batches.

use std::sync::Arc;

use pipeline::{Frames, Line, syslog};

use crate::access::{App, Drain, Token, Tokens};

/// How many words of a frame's structured data are tried as tokens.
const WORDS_MAX: usize = 4;

/// The token that arrived last, and its drain.
#[derive(Debug)]
pub(super) struct Authenticated {
    pub(super) token: Vec<u8>,
    pub(super) drain: Drain,
}

impl Authenticated {
    /// The app of a line: that of the drain. A shared drain has none, and takes the app that
    /// APP-NAME names, unless APP-NAME holds the token.
    pub(super) fn app_of(&self, line: &Line<'_>) -> Option<Arc<str>> {
        if let Some(app) = &self.drain.app {
            return Some(Arc::clone(&app.name));
        }
        let name = std::str::from_utf8(line.app).ok().filter(|_| line.app != self.token)?;
        App::check_name(name).is_ok().then(|| Arc::from(name))
    }
}

/// Authenticates the frames of one connection.
pub(super) struct Authenticator {
    tokens: Arc<Tokens>,
    /// The drain of the last token that was valid.
    pub(super) current: Option<Arc<Authenticated>>,
    /// The word that was looked up last and is no token.
    unknown_word: Option<String>,
}

impl Authenticator {
    /// No frame has been authenticated yet.
    pub(super) const fn new(tokens: Arc<Tokens>) -> Self {
        Self { tokens, current: None, unknown_word: None }
    }

    /// Authenticates by the first frame of `batch` that is a syslog message; returns whether its
    /// token is valid.
    pub(super) async fn authenticate_first(&mut self, batch: &[u8]) -> bool {
        self.current = self.first(batch).await;
        self.current.is_some()
    }

    async fn first(&mut self, batch: &[u8]) -> Option<Arc<Authenticated>> {
        let frame = Frames::new(batch).flatten().find(|frame| syslog::parse(frame, false).is_ok())?;
        let line = syslog::parse(frame, false).ok()?;
        self.authenticate(&line, header(frame, &line)).await
    }

    /// Authenticates by the frame's own token, or else by the token of the frame before it.
    pub(super) async fn authenticate(&mut self, line: &Line<'_>, header: &[u8]) -> Option<Arc<Authenticated>> {
        if let Some(current) = &self.current
            && memchr::memmem::find(header, &current.token).is_some()
        {
            return Some(Arc::clone(current));
        }
        let words = candidates(line, header);
        let known = words.iter().find_map(|word| Some((*word, self.tokens.find(word)?)));
        let found = match known {
            Some(found) => Some(found),
            None => self.look_up(&words).await,
        };
        let found = found.map(|(token, drain)| Arc::new(Authenticated { token: token.as_bytes().to_vec(), drain }));
        found.or_else(|| self.current.clone())
    }

    /// Looks for a drain that was created a moment ago. Once the connection is authenticated, only
    /// words in the form of our own tokens are looked up, and never the same word twice in a row: a
    /// host's name is in every frame.
    async fn look_up<'a>(&mut self, words: &[&'a str]) -> Option<(&'a str, Drain)> {
        for word in words {
            let may_be_token = self.current.is_none() || Token::is_ours(word);
            if !may_be_token || self.unknown_word.as_deref() == Some(word) {
                continue;
            }
            if let Ok(drain) = self.tokens.authenticate_any([*word].into_iter()).await {
                return Some((word, drain));
            }
            self.unknown_word = Some((*word).to_owned());
        }
        None
    }
}

/// The drain of a message that stands alone, by a token that is known in memory.
pub(super) fn find_known(tokens: &Tokens, line: &Line<'_>, header: &[u8]) -> Option<Authenticated> {
    let words = candidates(line, header);
    let (token, drain) = words.into_iter().find_map(|word| Some((word, tokens.find(word)?)))?;
    Some(Authenticated { token: token.as_bytes().to_vec(), drain })
}

/// The words of a frame that may be its token.
fn candidates<'a>(line: &Line<'a>, header: &'a [u8]) -> Vec<&'a str> {
    let in_data = memchr::memmem::find_iter(header, b"sg_").map(|at| {
        let word = &header[at..];
        let end = word.iter().position(|it| !(it.is_ascii_alphanumeric() || b"_-".contains(it)));
        &word[..end.unwrap_or(word.len())]
    });
    let words = [line.host, line.app].into_iter().chain(in_data.take(WORDS_MAX));
    words.filter_map(|it| std::str::from_utf8(it).ok()).collect()
}

/// The part of a frame before its text.
pub(super) fn header<'a>(frame: &'a [u8], line: &Line<'_>) -> &'a [u8] {
    let end = frame.strip_suffix(b"\n").map_or(frame, |it| it.strip_suffix(b"\r").unwrap_or(it));
    &end[..end.len() - line.msg.len()]
}
