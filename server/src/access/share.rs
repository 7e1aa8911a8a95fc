//! A share link: the one page that it shows, of which apps, over which range, and until when. Where
//! it is stored and what a page shows are not known here.

use std::sync::Arc;

use contract::{Range, board::BoardId, error::quoted};

/// What the token of a share link begins with.
pub(crate) const PREFIX: &str = "sgs_";

/// The kinds of pages that can be shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageKind {
    /// The Overview as a wall.
    Wall,
    /// The dashboard of an app.
    App,
    /// A board.
    Board,
}

/// The page that a link shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SharedPage {
    Wall,
    /// Of the link's only app.
    App,
    Board(BoardId),
}

impl SharedPage {
    /// The page of a path, and the app that it is about, if it is one's own.
    ///
    /// # Errors
    /// A sentence that says what was expected and found.
    pub(crate) fn parse(path: &str) -> Result<(Self, Option<String>), String> {
        let is_name = |it: &&str| !it.is_empty() && !it.contains('/');
        if let Some(app) = path.strip_prefix("/apps/").filter(is_name) {
            return Ok((Self::App, Some(app.to_owned())));
        }
        let board = path.strip_prefix("/boards/").and_then(|it| it.parse().ok());
        match board {
            Some(id) => Ok((Self::Board(id), None)),
            None if path == "/" => Ok((Self::Wall, None)),
            None => Err(format!("expected the page /, /apps/APP or /boards/ID, found {}", quoted(path))),
        }
    }

    /// Its kind.
    pub(crate) const fn kind(self) -> PageKind {
        match self {
            Self::Wall => PageKind::Wall,
            Self::App => PageKind::App,
            Self::Board(_) => PageKind::Board,
        }
    }
}

/// A share link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Share {
    pub id: i64,
    pub name: Box<str>,
    pub page: SharedPage,
    /// The apps that it shows. None are left when all of them were removed.
    pub apps: Arc<[Box<str>]>,
    /// The only range that it shows; any where it is `None`.
    pub range: Option<Range>,
    /// Whether it shows log lines.
    pub shows_lines: bool,
    /// When it is over, unix milliseconds.
    pub expires_ms: Option<i64>,
    /// Whether somebody has ended it.
    pub is_ended: bool,
}

impl Share {
    /// Whether it can be used at a moment, unix milliseconds.
    pub(crate) fn is_open(&self, now_ms: i64) -> bool {
        !self.is_ended && !self.apps.is_empty() && self.expires_ms.is_none_or(|it| now_ms < it)
    }

    /// Whether it shows this app.
    pub(crate) fn sees(&self, app: &str) -> bool {
        self.apps.iter().any(|it| **it == *app)
    }

    /// The path of its page.
    pub(crate) fn path(&self) -> String {
        match self.page {
            SharedPage::Wall => "/".to_owned(),
            SharedPage::App => format!("/apps/{}", self.apps.first().map_or("", |it| it)),
            SharedPage::Board(id) => format!("/boards/{id}"),
        }
    }

    /// The address of its page.
    pub(crate) fn address(&self) -> String {
        let range = self.range.map(|it| format!("?range={}", it.word())).unwrap_or_default();
        match self.page {
            SharedPage::Wall => "/?wall=1".to_owned(),
            _ => self.path() + &range,
        }
    }

    /// Whether it shows a range at a moment, unix seconds: its own, and parts of it.
    pub(crate) fn shows(&self, asked: Range, now_s: i64) -> bool {
        let Some(range) = self.range else { return true };
        let begins_within = |span: contract::Span| span.from_s() >= now_s - range.length_s();
        asked == range || asked.span_s().is_some_and(begins_within)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(page: SharedPage, range: Option<Range>) -> Share {
        Share {
            id: 1,
            name: "lobby".into(),
            page,
            apps: ["shop".into()].into(),
            range,
            shows_lines: false,
            expires_ms: Some(1_000),
            is_ended: false,
        }
    }

    #[test]
    fn ok_a_link_is_open_until_it_ends() {
        let open = share(SharedPage::App, None);
        assert!(open.is_open(999) && !open.is_open(1_000));
        assert!(!Share { is_ended: true, ..open.clone() }.is_open(0));
        assert!(Share { expires_ms: None, ..open.clone() }.is_open(i64::MAX));
        // It never shows all apps because those it was made for are gone.
        assert!(!Share { apps: [].into(), ..open }.is_open(0));
    }

    #[test]
    fn ok_pages_of_paths() {
        let app = || Some("shop".to_owned());
        for (path, expected) in [
            ("/", Some((SharedPage::Wall, None))),
            ("/apps/shop", Some((SharedPage::App, app()))),
            ("/boards/7", Some((SharedPage::Board(7), None))),
            ("", None),
            ("/apps/", None),
            ("/apps/shop/logs", None),
            ("/boards/x", None),
            ("/boards/7/edit", None),
            ("/alerts", None),
        ] {
            assert_eq!(SharedPage::parse(path).ok(), expected, "{path}");
        }
    }

    #[test]
    fn ok_addresses() {
        for (page, range, path, address) in [
            (SharedPage::Wall, None, "/", "/?wall=1"),
            (SharedPage::App, None, "/apps/shop", "/apps/shop"),
            (SharedPage::App, Some(Range::Hour), "/apps/shop", "/apps/shop?range=1h"),
            (SharedPage::Board(7), Some(Range::Day), "/boards/7", "/boards/7?range=24h"),
        ] {
            let share = share(page, range);
            assert_eq!((&*share.path(), &*share.address()), (path, address));
        }
    }

    #[test]
    fn ok_a_link_shows_its_range_and_parts_of_it() {
        let (hour, now_s) = (share(SharedPage::App, Some(Range::Hour)), 100_000);
        for (asked, expected) in [
            (Range::Hour, true),
            (Range::Live, false),
            (Range::Day, false),
            (Range::between(now_s - 3_000, now_s - 1_000), true),
            (Range::between(now_s - 4_000, now_s - 1_000), false),
        ] {
            assert_eq!(hour.shows(asked, now_s), expected, "{asked:?}");
            assert!(share(SharedPage::App, None).shows(asked, now_s));
        }
    }
}
