//! The settings that the server runs with, as its page of settings shows them: each variable, its
//! value and where that came from. Values of secrets never leave this file.

use std::sync::Arc;

use clap::{ArgMatches, Args, parser::ValueSource};

/// A setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Setting {
    /// The name of its environment variable.
    pub variable: String,
    /// Its value; of a secret only that there is one. `None` where it is not set.
    pub value: Option<String>,
    /// Where the value came from.
    pub source: &'static str,
    /// What it is for, in a sentence.
    pub what: String,
}

/// Every setting, in the order of `--help`.
pub(crate) type Settings = Arc<[Setting]>;

/// The settings of a command in what the command line and the environment gave.
pub(crate) fn of<T: Args>(matches: &ArgMatches) -> Settings {
    let command = T::augment_args(clap::Command::new("serve"));
    let setting = |arg: &clap::Arg| {
        let (id, is_secret) = (arg.get_id().as_str(), arg.is_hide_env_values_set());
        let given = matches.try_get_raw(id).ok().flatten();
        let text = given.map(|values| values.map(|it| it.to_string_lossy()).collect::<Vec<_>>().join(","));
        Some(Setting {
            variable: arg.get_env()?.to_string_lossy().into_owned(),
            value: text.map(|it| if is_secret { "set".to_owned() } else { it }),
            source: source(matches.value_source(id)),
            what: arg.get_help().map(|it| it.to_string().replace('\n', " ")).unwrap_or_default(),
        })
    };
    command.get_arguments().filter_map(setting).collect()
}

fn source(of: Option<ValueSource>) -> &'static str {
    match of {
        Some(ValueSource::EnvVariable) => "environment",
        Some(ValueSource::CommandLine) => "flag",
        _ => "default",
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use super::*;
    use crate::config::Serve;

    fn settings(args: &[&str]) -> Settings {
        let command = Serve::augment_args(clap::Command::new("serve"));
        of::<Serve>(&command.try_get_matches_from(std::iter::once(&"serve").chain(args)).unwrap())
    }

    #[test]
    fn ok_values_and_where_they_came_from() {
        let all = settings(&["--port", "4000", "--admin-password", "correct horse", "--retention-logs", "5d"]);
        let found = |variable: &str| {
            let it = all.iter().find(|it| it.variable == variable).unwrap();
            (it.value.clone(), it.source)
        };
        assert_eq!(found("PORT"), (Some("4000".to_owned()), "flag"));
        assert_eq!(found("RETENTION_LOGS"), (Some("5d".to_owned()), "flag"));
        assert_eq!(found("RETENTION_1H"), (Some("400d".to_owned()), "default"));
        assert_eq!(found("SYSLOG_PORT"), (None, "default"));
        assert_eq!(found("ADMIN_PASSWORD"), (Some("set".to_owned()), "flag"));
        assert!(!format!("{all:?}").contains("horse"));
    }

    /// A new secret must not be shown because somebody forgot to hide it.
    #[test]
    fn err_secrets_are_hidden() {
        let command = Serve::augment_args(clap::Command::new("serve"));
        let names = ["PASSWORD", "SECRET", "KEY", "TOKEN", "URL"];
        // Paths of files, and addresses without credentials.
        let open = ["TLS_KEY", "DATABASE_URL", "PUBLIC_URL"];
        for arg in command.get_arguments() {
            let variable = arg.get_env().map(|it| it.to_string_lossy().into_owned()).unwrap_or_default();
            let may_be_secret = names.iter().any(|it| variable.contains(it)) && !variable.ends_with("_FILE");
            if may_be_secret && !open.contains(&variable.as_str()) {
                assert!(arg.is_hide_env_values_set(), "{variable}");
            }
        }
    }
}
