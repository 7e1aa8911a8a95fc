//! What the built-in rules remember of each app, and the judging of one app by all of them.
//!
//! An app is read from the live windows as far as it has changed. One that has not changed is
//! judged again every ten seconds only, since nothing but time can have.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use contract::alert::{BuiltIn, BuiltInRule};
use tokio_util::sync::CancellationToken;

use super::{
    incident::About,
    judgement::Judgement,
    past::{self, Past},
    rule::{self, expected::Expected, history::GRAIN_S},
    usual::{AppUsual, UsualTable},
    watched_app::WatchedApp,
};
use crate::{live::Live, store::query::Reader};

/// The built-in rules with what they remember of each app.
pub(crate) struct BuiltInRules {
    usual: UsualTable,
    /// When the server began to listen, unix seconds.
    listening_s: i64,
    apps: BTreeMap<Arc<str>, Judged>,
    /// What was read of the hours before the start, until it is taken up.
    past: ReadPasts,
}

/// What was read of the hours before the start, by app.
type ReadPasts = Arc<Mutex<Vec<(Arc<str>, Past)>>>;

/// An app, and how it was last judged.
#[derive(Default)]
struct Judged {
    app: WatchedApp,
    /// What was last usual, and the same as the rules take it.
    usual: Option<(Arc<AppUsual>, Expected)>,
    /// When it was judged, in grains, and the result.
    last: Option<(i64, Vec<Judgement>)>,
}

impl BuiltInRules {
    /// Rules that know nothing yet. The hours before are read from the store in the background.
    pub(crate) fn start(reader: &Reader, usual: UsualTable, now_ms: i64, shutdown: CancellationToken) -> Self {
        let past = Arc::default();
        let now_s = now_ms.div_euclid(1_000);
        let (reader, into) = (reader.clone(), Arc::clone(&past));
        tokio::spawn(async move { shutdown.run_until_cancelled(past::read_all(&reader, now_s, &into)).await });
        Self { usual, listening_s: now_s, apps: BTreeMap::new(), past }
    }

    /// Judges every built-in rule for one app. `None` without such an app, and for one that has
    /// never sent a line.
    pub(crate) fn judge(&mut self, live: &Live, name: &Arc<str>, now_ms: i64) -> Option<Vec<Judgement>> {
        let now_s = now_ms.div_euclid(1_000);
        self.take_up_past();
        let judged = self.apps.entry(Arc::clone(name)).or_default();
        let has_changed = {
            let live = live.lock();
            let app = live.apps.get(name)?;
            app.last_line_ms?;
            judged.app.read(&live, name, app, now_s)
        };
        let grain = now_s.div_euclid(GRAIN_S);
        if let Some((then, judgements)) = &judged.last
            && !has_changed
            && *then == grain
        {
            return Some(judgements.clone());
        }
        judged.keep_usual(self.usual.at(name, now_s));
        let observed = judged.app.observe(now_s, self.listening_s);
        let judgements = rule::judge(&observed, judged.usual.as_ref().map(|it| &it.1));
        judged.last = Some((grain, judgements.clone()));
        Some(judgements)
    }

    /// Forgets apps that are gone.
    pub(crate) fn keep(&mut self, is_there: impl Fn(&str) -> bool) {
        self.apps.retain(|name, _| is_there(name));
    }

    /// What messages say about a rule.
    pub(crate) fn about(rule: BuiltIn) -> About {
        let entry = rule::entry(rule);
        About { name: entry.name.to_owned(), remedy: entry.remedy.to_owned() }
    }

    /// A rule as pages and commands list it. `off` are the apps for which it is switched off.
    pub(crate) fn describe(rule: BuiltIn, off: Vec<String>) -> BuiltInRule {
        rule::entry(rule).describe(off)
    }

    fn take_up_past(&mut self) {
        let read = std::mem::take(&mut *self.past.lock().unwrap_or_else(PoisonError::into_inner));
        for (name, past) in read {
            let judged = self.apps.entry(name).or_default();
            judged.app.restore(&past);
            judged.last = None;
        }
    }
}

impl Judged {
    /// What is usual changes once an hour; it is converted then.
    fn keep_usual(&mut self, usual: Option<Arc<AppUsual>>) {
        let is_same = match (&self.usual, &usual) {
            (Some((known, _)), Some(usual)) => Arc::ptr_eq(known, usual),
            (known, usual) => known.is_none() && usual.is_none(),
        };
        if !is_same {
            self.usual = usual.map(|it| (Arc::clone(&it), Expected::from(&*it)));
        }
    }
}
