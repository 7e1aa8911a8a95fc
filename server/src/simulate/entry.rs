//! One simulated log line, and the two formats it is written in: as logplex posts it (no
//! STRUCTURED-DATA, HOSTNAME `host`), or as `heroku logs -t` prints it.

use std::sync::Arc;

use crate::{clock, shuttle::formatter};

/// One line before it is written in one of the two formats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Its time, unix microseconds.
    pub at_us: i64,
    /// APP-NAME: `app` or `heroku`.
    pub app: &'static str,
    pub proc_id: Arc<str>,
    /// Its text, without a line end.
    pub text: String,
}

impl Entry {
    /// Appends it as an octet-counted frame.
    pub(crate) fn push_frame(&self, out: &mut Vec<u8>) {
        let priority = formatter::priority(self.app.as_bytes(), self.proc_id.as_bytes());
        let mut header = format!("<{priority}>1 ").into_bytes();
        clock::push_timestamp(&mut header, self.at_us);
        header.extend_from_slice(format!(" host {} {} - ", self.app, self.proc_id).as_bytes());
        formatter::push_frame(out, &header, self.text.as_bytes(), true);
    }

    /// Appends it as the Heroku CLI prints it.
    pub(crate) fn push_cli(&self, out: &mut Vec<u8>) {
        clock::push_timestamp(out, self.at_us);
        out.extend_from_slice(format!(" {}[{}]: {}\n", self.app, self.proc_id, self.text).as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_both_forms() {
        let entry =
            Entry { at_us: 1_795_444_267_000_001, app: "heroku", proc_id: "router".into(), text: "at=info".into() };
        let (mut frame, mut line) = (Vec::new(), Vec::new());
        entry.push_frame(&mut frame);
        entry.push_cli(&mut line);
        let time = "2026-11-23T14:31:07.000001+00:00";
        assert_eq!(String::from_utf8_lossy(&frame), format!("69 <158>1 {time} host heroku router - at=info\n"));
        assert_eq!(String::from_utf8_lossy(&line), format!("{time} heroku[router]: at=info\n"));
    }
}
