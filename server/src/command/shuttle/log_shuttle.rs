//! Flags of log-shuttle that few need, and those that have no effect here. docs/shuttle.md has a
//! table of all that differ.

use super::values::name;
use crate::shuttle::formatter::PRIORITY_RAW;

/// Flags of log-shuttle.
#[derive(Debug, clap::Args)]
pub(crate) struct LogShuttleArgs {
    /// Report each delivered request on stderr.
    #[arg(long)]
    pub verbose: bool,
    /// Do not check the server's certificate. Whoever is between can read the token then.
    #[arg(long)]
    pub skip_verify: bool,
    /// The same as `--input-format rfc5424`.
    #[arg(long, conflicts_with = "input_format")]
    pub skip_headers: bool,
    /// PRI of raw lines: 8 times the facility and the severity.
    #[arg(long, default_value_t = PRIORITY_RAW, value_parser = clap::value_parser!(u8).range(0..=191))]
    pub prival: u8,
    /// MSGID of raw lines; STRUCTURED-DATA behind it, as in log-shuttle's default, may only be a
    /// hyphen.
    #[arg(long, default_value = "- -", value_parser = msgid, allow_hyphen_values = true)]
    pub msgid: String,
    /// Flags without an effect.
    #[command(flatten)]
    pub unused: UnusedArgs,
}

/// Flags that are taken so that a Procfile works as it is, and that have no effect.
#[derive(Debug, clap::Args)]
pub(crate) struct UnusedArgs {
    #[arg(long, hide = true)]
    log_to_syslog: bool,
    #[arg(long, hide = true, value_parser = clap::value_parser!(u8).range(1..=1))]
    syslog_version: Option<u8>,
    #[arg(long, hide = true)]
    stats_source: Option<String>,
    #[arg(long, hide = true)]
    stats_addr: Option<String>,
    #[arg(long, hide = true)]
    stats_interval: Option<String>,
    #[arg(long, hide = true)]
    num_batchers: Option<String>,
    #[arg(long, hide = true)]
    front_buff: Option<String>,
    #[arg(long, hide = true)]
    back_buff: Option<String>,
    #[arg(long, hide = true)]
    kinesis_shards: Option<String>,
}

impl UnusedArgs {
    /// The names of those that were given.
    pub(super) fn given(&self) -> Vec<&'static str> {
        [
            ("--log-to-syslog", self.log_to_syslog),
            ("--stats-source", self.stats_source.is_some()),
            ("--stats-addr", self.stats_addr.is_some()),
            ("--stats-interval", self.stats_interval.is_some()),
            ("--num-batchers", self.num_batchers.is_some()),
            ("--front-buff", self.front_buff.is_some()),
            ("--back-buff", self.back_buff.is_some()),
            ("--kinesis-shards", self.kinesis_shards.is_some()),
        ]
        .into_iter()
        .filter_map(|(name, is_given)| is_given.then_some(name))
        .collect()
    }
}

fn msgid(text: &str) -> Result<String, String> {
    let id = text.strip_suffix(" -").unwrap_or(text);
    name(id).map_err(|_| format!("expected MSGID, or MSGID and a STRUCTURED-DATA of -, found {text:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_msgids() {
        for (text, id) in [("- -", "-"), ("-", "-"), ("ID47 -", "ID47"), ("ID47", "ID47")] {
            assert_eq!(msgid(text).as_deref(), Ok(id), "{text}");
        }
        for text in ["", "a b", "- [x]", " -"] {
            assert!(msgid(text).is_err(), "{text}");
        }
    }
}
