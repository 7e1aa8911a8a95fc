//! What somebody with a share link sees of an answer: the chosen apps alone, and nothing that holds
//! part of a log line unless the link shows lines. Pure but for the figures of all chosen apps
//! together, which are added up once for each state.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use contract::{
    AppPage, AppSummary, Event, EventKind, Overview,
    board::{BoardPage, Content, Panel, VARIABLE},
};

use crate::{access::share::Share, live::Live, watch::health_table};

/// Most states that are kept: as many as there are open links.
const OVERVIEWS_MAX: usize = 200;

/// The newest state of all apps as each link shows it.
#[derive(Debug, Default)]
pub(crate) struct SharedOverviews(Mutex<HashMap<i64, (Share, Arc<Overview>)>>);

impl SharedOverviews {
    /// The state as a link shows it.
    pub(crate) fn of(&self, share: &Share, live: &Live, all: &Overview) -> Arc<Overview> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&share.id).cloned();
        if let Some((_, overview)) = known.filter(|it| it.0 == *share && it.1.id == all.id) {
            return overview;
        }
        let mut shown = health_table::of_apps(live, all, |app| share.sees(app));
        for app in &mut shown.apps {
            summary(share, app);
        }
        let shown = Arc::new(shown);
        let entry = (share.clone(), Arc::clone(&shown));
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= OVERVIEWS_MAX {
            // Those of links that nobody looks at any more.
            known.retain(|_, it| it.1.id == all.id);
        }
        known.insert(share.id, entry);
        shown
    }
}

/// The state of an app as a link shows it.
pub(crate) fn summary(share: &Share, app: &mut AppSummary) {
    if let Some(event) = app.last_event.as_mut().filter(|_| !share.shows_lines) {
        hide_line(event);
    }
}

/// The page of an app as a link shows it.
pub(crate) fn app_page(share: &Share, page: &mut AppPage, shown: &Overview) {
    page.open_incidents = shown.totals.open_incidents;
    summary(share, &mut page.summary);
    if !share.shows_lines {
        page.unmatched.samples.clear();
        page.events.iter_mut().for_each(hide_line);
    }
}

/// Puts known words in the place of what a log line said.
fn hide_line(event: &mut Event) {
    let after = |head: &str| event.text.strip_prefix(head)?.split(' ').next().filter(|it| !it.is_empty());
    let with = |head: &str, other: &str| after(head).map_or(other.to_owned(), |it| format!("{head}{it}"));
    event.text = match event.kind {
        EventKind::Release => with("Release ", &with("Rollback to ", "Release")),
        EventKind::Deploy => with("Deploy ", "Deploy"),
        EventKind::Scale => with("Scaled to ", "Scaled"),
        EventKind::Exit => with("Process exited with status ", "Exited"),
        EventKind::Config => "Config changed".to_owned(),
        EventKind::Start => "Starting".to_owned(),
        EventKind::Up => "Up".to_owned(),
        EventKind::Restart => "Restarting".to_owned(),
        EventKind::Stop => "Stopping".to_owned(),
        EventKind::Crash => "Crashed".to_owned(),
        EventKind::Idle => "Idle".to_owned(),
        EventKind::Note => "Note".to_owned(),
    };
}

/// The panels of a board that a link shows. The others are left out whole: their titles, names and
/// searches may tell of what is not shared.
pub(crate) fn panels(share: &Share, panels: Vec<Panel>) -> Vec<Panel> {
    let is_shown = |panel: &Panel| {
        let has_lines = matches!(panel.content, Content::Logs(_));
        panel.apps().all(|it| it == VARIABLE || share.sees(it)) && (share.shows_lines || !has_lines)
    };
    panels.into_iter().filter(is_shown).collect()
}

/// The page of a board as a link shows it.
pub(crate) fn board_page(share: &Share, page: &mut BoardPage) {
    page.apps.retain(|it| share.sees(it));
    page.board.changed_by.clear();
}

#[cfg(test)]
mod tests {
    use contract::{
        Stat,
        board::{BoardSeries, Combine, Measured, Search},
    };

    use super::*;
    use crate::access::share::SharedPage;

    fn share(shows_lines: bool) -> Share {
        Share {
            id: 1,
            name: "lobby".into(),
            page: SharedPage::Board(1),
            apps: ["shop".into()].into(),
            range: None,
            shows_lines,
            expires_ms: None,
            is_ended: false,
        }
    }

    #[test]
    fn ok_events_say_known_words() {
        for (kind, text, expected) in [
            (EventKind::Release, "Release v12 created by user a@b.example", "Release v12"),
            (EventKind::Release, "Rollback to v3 by user a@b.example", "Rollback to v3"),
            (EventKind::Release, "Initial release by user a@b.example", "Release"),
            (EventKind::Deploy, "Deploy 3f2a9c by user a@b.example", "Deploy 3f2a9c"),
            (EventKind::Deploy, "Build failed -- see https://example.com/secret", "Deploy"),
            (EventKind::Start, "Starting process with command `run --key=secret`", "Starting"),
            (EventKind::Exit, "Process exited with status 143", "Process exited with status 143"),
            (EventKind::Config, "Set SECRET config vars", "Config changed"),
            (EventKind::Note, "our biggest customer left", "Note"),
        ] {
            let mut event = Event { at_s: 1, kind, source: "web.1".to_owned(), text: text.to_owned() };
            hide_line(&mut event);
            assert_eq!(event.text, expected, "{text}");
        }
    }

    #[test]
    fn ok_panels_of_the_chosen_apps() {
        let series = |apps: &[&str]| Measured {
            series: apps
                .iter()
                .map(|it| BoardSeries { app: (*it).to_owned(), metric: "m".to_owned(), stat: Stat::Rate, by: vec![] })
                .collect(),
            combine: Combine::Each,
        };
        let search = Content::Logs(Search { app: "shop".to_owned(), q: String::new() });
        for (content, without, with) in [
            (Content::Chart(series(&["shop"])), 1, 1),
            (Content::Chart(series(&[VARIABLE, "shop"])), 1, 1),
            (Content::Number(series(&["shop", "other"])), 0, 0),
            (Content::Table(series(&["other"])), 0, 0),
            (search, 0, 1),
            (Content::Text("a note".to_owned()), 1, 1),
        ] {
            let panel = Panel { title: "t".to_owned(), width: 1, content };
            let shown = |it| panels(&share(it), vec![panel.clone()]).len();
            assert_eq!((shown(false), shown(true)), (without, with), "{panel:?}");
        }
    }
}
