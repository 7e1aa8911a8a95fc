//! What a spool remembers beside its batches: losses that are not told yet, and up to where files
//! are read.

use serde::{Deserialize, Serialize};

use crate::shuttle::{losses::Report, position::Position};

/// The content of `state.json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct State {
    /// The highest number of a batch so far.
    pub number: u64,
    /// Losses that no batch tells of.
    pub due: Report,
    /// The batch that tells of losses, and of which. It tells the same each time it is sent.
    pub told: Option<Told>,
    /// A batch that was delivered or given up, whose file may still be there.
    pub gone: Option<u64>,
    /// Up to where files are read with batch `number` and those before it.
    pub positions: Vec<Position>,
}

/// Losses that a batch tells of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Told {
    /// The batch.
    pub number: u64,
    pub report: Report,
}

impl State {
    /// The losses that batch `number` tells of: those that it has told before, or all that are due.
    /// Whether that changed anything.
    pub(crate) fn tell(&mut self, number: u64) -> (Report, bool) {
        if let Some(told) = self.told.take_if(|it| it.number != number) {
            self.due.add(told.report);
        }
        if let Some(told) = &self.told {
            return (told.report, false);
        }
        let report = std::mem::take(&mut self.due);
        let is_any = report != Report::default();
        self.told = is_any.then_some(Told { number, report });
        (report, is_any)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shuttle::losses::LostLines;

    fn dropped(lines: u64) -> Report {
        Report { dropped: Some(LostLines { lines, since_us: 1 }), lost: None }
    }

    #[test]
    fn ok_a_batch_tells_the_same_again() {
        let mut state = State { due: dropped(3), ..State::default() };
        assert_eq!(state.tell(7), (dropped(3), true));
        state.due.add(dropped(2));
        assert_eq!(state.tell(7), (dropped(3), false));
        state.told = None;
        assert_eq!(state.tell(8), (dropped(2), true));
        assert_eq!(state.tell(9), (dropped(2), true), "batch 8 is no more");
    }
}
