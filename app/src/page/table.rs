//! The table of pages: one row for each, with its address, WASM module, title, links and keys. Data
//! only.
//!
//! Views are not here: the module of one page would then carry the views of all others. `app.rs`
//! has them.

use crate::part::{board_address, rule_address};

/// A page of the dashboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    Overview,
    /// The charts of one app.
    App,
    /// One endpoint of one app.
    Endpoint,
    /// The endpoints of one app before and after a release.
    Compare,
    /// Any metric of one app.
    Metrics,
    /// The raw lines of one app.
    Logs,
    /// The error lines of one app in groups.
    Errors,
    /// What is wrong, rules, channels, mutes and history.
    Alerts,
    /// The form of a rule.
    Rule,
    /// One incident.
    Incident,
    /// How many dynos an app needs.
    Sizing,
    /// The list of boards.
    Boards,
    /// One board.
    Board,
    /// One board while it is edited.
    BoardEdit,
    /// All lines of a request.
    Request,
    /// An address that belongs to no page.
    Unknown,
}

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct PageSpec {
    pub page: Page,
    /// The path of its address. A part that begins with `:` stands for any text.
    pub pattern: &'static str,
    /// The WASM module that takes over the page: a file of `app/front/src/bin`, without its
    /// extension.
    pub module: &'static str,
    /// The title of its document; `:app` stands for the app's name.
    pub title: &'static str,
    /// The text of its link in the top bar.
    pub nav: Option<&'static str>,
    /// The text of its link among the pages of an app.
    pub tab: Option<&'static str>,
    /// The keys that it handles wherever the focus is, separated by blanks, as `early.js` reads
    /// them from `data-keys`.
    pub keys: &'static str,
    /// The keys that its help lists.
    pub help: &'static [KeyHelp],
}

/// A key, or several, and what they do.
#[derive(Clone, Copy, Debug)]
pub struct KeyHelp {
    /// The keys as they are labelled, separated by blanks.
    pub keys: &'static str,
    pub action: &'static str,
}

/// Every page, in the order in which links to them appear.
pub const PAGES: [PageSpec; 15] = [
    PageSpec {
        page: Page::Overview,
        pattern: "/",
        module: "overview-page",
        title: "",
        nav: Some("Overview"),
        tab: None,
        keys: "j k Enter",
        help: &[
            key("/", "Filter apps"),
            key("j k", "Next, previous"),
            key("Enter", "Open the app"),
            key("w", "Toggle wall view"),
        ],
    },
    PageSpec {
        page: Page::App,
        pattern: "/apps/:app",
        module: "app-page",
        title: ":app",
        nav: None,
        tab: Some("Dashboard"),
        keys: "Escape",
        help: APP_KEYS,
    },
    PageSpec {
        page: Page::Endpoint,
        pattern: "/apps/:app/endpoint",
        module: "endpoint-page",
        title: ":app endpoint",
        nav: None,
        tab: None,
        keys: "Escape",
        help: CHART_KEYS,
    },
    PageSpec {
        page: Page::Compare,
        pattern: "/apps/:app/compare",
        module: "compare-page",
        title: ":app compare",
        nav: None,
        tab: None,
        keys: "",
        help: &[],
    },
    PageSpec {
        page: Page::Metrics,
        pattern: "/apps/:app/metrics",
        module: "metrics-page",
        title: ":app metrics",
        nav: None,
        tab: Some("Metrics"),
        keys: "Escape",
        help: CHART_KEYS,
    },
    PageSpec {
        page: Page::Logs,
        pattern: "/apps/:app/logs",
        module: "logs-page",
        title: ":app logs",
        nav: None,
        tab: Some("Logs"),
        keys: "j k Enter Escape Space",
        help: &[
            key("/", "Focus search"),
            key("Space", "Pause or resume"),
            key("j k", "Next, previous"),
            key("Enter", "Open the line"),
            key("Esc", "Close the line"),
        ],
    },
    PageSpec {
        page: Page::Errors,
        pattern: "/apps/:app/errors",
        module: "errors-page",
        title: ":app errors",
        nav: None,
        tab: Some("Errors"),
        keys: "",
        help: &[],
    },
    PageSpec {
        page: Page::Sizing,
        pattern: "/apps/:app/sizing",
        module: "sizing-page",
        title: ":app sizing",
        nav: None,
        tab: None,
        keys: "",
        help: &[],
    },
    PageSpec {
        page: Page::Boards,
        pattern: board_address::PATH,
        module: "boards-page",
        title: "Boards",
        nav: Some("Boards"),
        tab: None,
        keys: "",
        help: &[],
    },
    PageSpec {
        page: Page::Board,
        pattern: "/boards/:id",
        module: "board-page",
        title: "Board",
        nav: None,
        tab: None,
        keys: "",
        help: CHART_KEYS,
    },
    PageSpec {
        page: Page::BoardEdit,
        pattern: "/boards/:id/edit",
        module: "board-edit-page",
        title: "Edit board",
        nav: None,
        tab: None,
        keys: "",
        help: CHART_KEYS,
    },
    PageSpec {
        page: Page::Alerts,
        pattern: "/alerts",
        module: "alerts-page",
        title: "Alerts",
        nav: Some("Alerts"),
        tab: None,
        keys: "",
        help: &[],
    },
    PageSpec {
        page: Page::Rule,
        pattern: rule_address::PATH,
        module: "rule-page",
        title: "New rule",
        nav: None,
        tab: None,
        keys: "",
        help: CHART_KEYS,
    },
    PageSpec {
        page: Page::Incident,
        pattern: "/incidents/:id",
        module: "incident-page",
        title: "Incident",
        nav: None,
        tab: None,
        keys: "",
        help: CHART_KEYS,
    },
    PageSpec {
        page: Page::Request,
        pattern: "/requests/:id",
        module: "request-page",
        title: "Request",
        nav: None,
        tab: None,
        keys: "",
        help: &[],
    },
];

/// The keys of the App page.
const APP_KEYS: &[KeyHelp] = &[
    CHART_KEYS[0],
    CHART_KEYS[1],
    CHART_KEYS[2],
    CHART_KEYS[3],
    CHART_KEYS[4],
    CHART_KEYS[5],
    key("p", "Pause or resume"),
];

/// The keys of a chart that has the focus.
const CHART_KEYS: &[KeyHelp] = &[
    key("Tab", "Next chart"),
    key("\u{2190} \u{2192}", "Move the crosshair"),
    key("Enter", "Pin and show log lines"),
    key("Shift \u{2190} \u{2192}", "Select a range, then Enter"),
    key("Backspace", "Back to the previous range"),
    key("Esc", "Unpin"),
];

const fn key(keys: &'static str, action: &'static str) -> KeyHelp {
    KeyHelp { keys, action }
}

impl Page {
    /// Whether some of its styles are in the second sheet (`style/further.css`). The largest pages
    /// do without it.
    #[must_use]
    pub const fn has_further_styles(self) -> bool {
        !matches!(self, Self::App | Self::Logs | Self::Unknown)
    }

    /// The page at a path.
    #[must_use]
    pub fn at(path: &str) -> Self {
        PAGES.iter().find(|it| matches(it.pattern, path)).map_or(Self::Unknown, |it| it.page)
    }

    /// The page of the top bar that this one belongs to.
    #[must_use]
    pub const fn section(self) -> Self {
        match self {
            Self::Rule | Self::Incident => Self::Alerts,
            Self::Board | Self::BoardEdit => Self::Boards,
            _ => self,
        }
    }

    /// The page's row; `None` for [`Page::Unknown`].
    #[must_use]
    pub fn spec(self) -> Option<&'static PageSpec> {
        const TABLE: &[PageSpec] = &PAGES;
        TABLE.iter().find(|it| it.page == self)
    }

    /// The title of the page's document for an app.
    #[must_use]
    pub fn title(self, app: &str) -> String {
        self.spec().map(|it| fill(it.title, app)).unwrap_or_default()
    }
}

impl PageSpec {
    /// The path of the page for an app.
    #[must_use]
    pub fn path(&self, app: &str) -> String {
        fill(self.pattern, app)
    }
}

/// Puts an app's name in the place of `:app`.
fn fill(template: &str, app: &str) -> String {
    match template.split_once(":app") {
        Some((before, after)) => format!("{before}{app}{after}"),
        None => template.to_owned(),
    }
}

/// Whether a path fits a pattern. Slashes at its ends do not count.
fn matches(pattern: &str, path: &str) -> bool {
    let mut pattern = pattern.trim_matches('/').split('/');
    let mut path = path.trim_matches('/').split('/');
    loop {
        match (pattern.next(), path.next()) {
            (None, None) => return true,
            (Some(expected), Some(found)) if expected == found || expected.starts_with(':') => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_pages_of_paths() {
        for (path, expected) in [
            ("/", Page::Overview),
            ("/apps/api", Page::App),
            ("/apps/api/", Page::App),
            ("/apps/api/logs", Page::Logs),
            ("/apps/api/errors", Page::Errors),
            ("/apps/api/sizing", Page::Sizing),
            ("/apps/api/metrics", Page::Metrics),
            ("/apps/api/endpoint", Page::Endpoint),
            ("/apps/api/compare", Page::Compare),
            ("/alerts", Page::Alerts),
            ("/alerts/new", Page::Rule),
            ("/incidents/12", Page::Incident),
            ("/boards", Page::Boards),
            ("/boards/7", Page::Board),
            ("/boards/7/edit", Page::BoardEdit),
            ("/boards/7/else", Page::Unknown),
            ("/requests/8601b555-6a83", Page::Request),
            ("/incidents", Page::Unknown),
            ("/alerts/else", Page::Unknown),
            ("/apps", Page::Unknown),
            ("/apps/api/else", Page::Unknown),
            ("/apps/api/logs/7", Page::Unknown),
        ] {
            assert_eq!(Page::at(path), expected, "{path}");
        }
    }

    #[test]
    fn ok_every_row_leads_back_to_its_page() {
        for spec in &PAGES {
            let path = spec.path("api");
            assert_eq!(Page::at(&path), spec.page, "{path}");
            assert_eq!(spec.page.spec().map(|it| it.module), Some(spec.module));
        }
        assert_eq!([Page::Overview.title("api"), Page::Logs.title("api")], ["", "api logs"]);
        assert_eq!(Page::Unknown.title("api"), "");
    }
}
