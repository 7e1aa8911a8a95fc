//! Plays judgements of another time through the machine, as a simulated year has them: every rule
//! is switched on, nothing is muted, and nothing is written.

use contract::alert::{Incident, IncidentId, RuleId};

use super::{About, AppIncidents, Context, Moment};
use crate::{
    store::alert::{change::IncidentChange, notice::NoticeKind},
    watch::{
        judgement::{Judgement, Outcome},
        mute::Held,
        rule as built_in,
    },
};

/// The incidents of one app that is played.
#[derive(Debug, Default)]
pub struct Replay {
    app: AppIncidents,
    at_s: Option<i64>,
    newest: i64,
}

/// Nobody has muted or switched off anything.
struct Alone;

impl Context for Alone {
    fn about(&self, rule: RuleId) -> Option<About> {
        match rule {
            RuleId::BuiltIn(rule) => {
                let entry = built_in::entry(rule);
                Some(About { name: entry.name.to_owned(), remedy: entry.remedy.to_owned() })
            }
            RuleId::Own(_) => None,
        }
    }

    fn held(&self, _rule: RuleId, _incident: IncidentId) -> Option<Held> {
        None
    }

    fn is_heard_in_silence(&self, _rule: RuleId) -> bool {
        false
    }
}

impl Replay {
    /// Takes what was judged at a moment, unix seconds: the incidents whose first message is sent.
    pub fn take(&mut self, at_s: i64, judgements: &[Judgement]) -> Vec<Incident> {
        let elapsed_ms = self.at_s.map_or(0, |it| (at_s - it) * 1_000);
        self.at_s = Some(at_s);
        // As the judge leaves out an app in which nothing is wrong and nothing was.
        if self.app.is_idle() && judgements.iter().all(|it| it.outcome != Outcome::Breach) {
            return vec![];
        }
        let now = Moment { at_ms: at_s * 1_000, elapsed_ms };
        let judged: Vec<&Judgement> = judgements.iter().collect();
        let mut changes = self.app.step((1, "app"), now, &judged, &Alone);
        for change in changes.iter_mut().filter(|it| it.incident.id == IncidentId(0)) {
            self.newest += 1;
            change.incident.id = IncidentId(self.newest);
        }
        self.app.number(&changes);
        let is_opened = |it: &IncidentChange| it.notices.iter().any(|notice| notice.kind == NoticeKind::Opened);
        changes.into_iter().filter(is_opened).map(|it| it.incident).collect()
    }
}
