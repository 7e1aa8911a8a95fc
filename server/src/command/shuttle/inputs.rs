//! Which inputs a shuttle reads, and under which names: stdin, the files of `--follow`, or the
//! containers of `--docker`.

use std::{path::PathBuf, sync::Arc};

use super::{super::error::Error, values::name};
use crate::shuttle::{
    docker,
    follow::followed::{FILES_MAX, Followed},
    formatter::Identity,
};

/// What is read besides or instead of stdin.
#[derive(Debug, clap::Args)]
pub(crate) struct InputArgs {
    /// Follow a file as `tail -F` does, instead of stdin; `-` is stdin. Repeatable. With
    /// `SOURCE=FILE` its lines have this PROCID instead of `--procid`'s.
    #[arg(long, value_name = "[SOURCE=]FILE", value_parser = followed)]
    pub follow: Vec<Follow>,
    /// Follow the logs of all containers of the Docker daemon at this socket
    /// [/var/run/docker.sock]. The label `streamgauge.source` names a container's PROCID,
    /// `streamgauge.app` its APP-NAME, and `streamgauge.logs=false` leaves it out.
    #[arg(long, value_name = "SOCKET", num_args = 0..=1, require_equals = true, default_missing_value = SOCKET)]
    pub docker: Option<PathBuf>,
    /// Read files and containers that are there already from their beginning instead of their end.
    #[arg(long)]
    pub from_start: bool,
}

/// Where the daemon listens.
const SOCKET: &str = "/var/run/docker.sock";

/// A value of `--follow`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Follow {
    /// PROCID; `None` for that of `--procid`.
    source: Option<String>,
    path: PathBuf,
}

/// What a shuttle reads.
#[derive(Debug)]
pub(super) struct Inputs {
    pub has_stdin: bool,
    /// Of stdin.
    pub identity: Arc<Identity>,
    pub files: Vec<Followed>,
    pub docker: Option<docker::Settings>,
}

impl Inputs {
    /// The inputs that the command line names. Raw lines have the header fields of `identity`.
    ///
    /// # Errors
    /// [`Error::Usage`] for too many, or for one that is named twice.
    pub(super) fn of(args: &InputArgs, identity: &Identity, reads_containers: bool) -> Result<Self, Error> {
        let all = &args.follow;
        if all.len() > FILES_MAX {
            return Err(Error::Usage(format!("--follow: expected at most {FILES_MAX} files, found {}", all.len())));
        }
        if args.from_start && all.is_empty() && args.docker.is_none() {
            return Err(Error::Usage("--from-start: expected --follow or --docker beside it".into()));
        }
        let is_twice = |place: &usize| all[..*place].iter().any(|it| it.path == all[*place].path);
        if let Some(place) = (0..all.len()).find(is_twice) {
            return Err(Error::Usage(format!("--follow: {} is named twice", all[place].path.display())));
        }
        let of = |follow: &Follow| {
            let procid = follow.source.clone().unwrap_or_else(|| identity.procid.clone());
            Arc::new(Identity { procid, ..identity.clone() })
        };
        let (stdin, files): (Vec<_>, Vec<_>) = all.iter().partition(|it| it.path.as_os_str() == "-");
        let files = files.into_iter().map(|file| Followed {
            path: file.path.clone(),
            identity: of(file),
            resume: None,
            from_start: args.from_start,
            reads_containers,
        });
        let files = files.collect();
        let docker = args.docker.clone().map(|socket| docker::Settings {
            socket,
            identity: identity.clone(),
            from_start: args.from_start,
        });
        let has_stdin = (all.is_empty() && docker.is_none()) || !stdin.is_empty();
        let identity = stdin.first().map_or_else(|| Arc::new(identity.clone()), |it| of(it));
        Ok(Self { has_stdin, identity, files, docker })
    }
}

/// Parses `[SOURCE=]FILE`. What has a slash before its first `=` is a file as a whole.
fn followed(text: &str) -> Result<Follow, String> {
    let (source, path) = match text.split_once('=') {
        Some((source, path)) if !source.contains('/') => (Some(name(source)?), path),
        _ => (None, text),
    };
    if path.is_empty() {
        return Err(format!("expected a file, or SOURCE=FILE, found {text:?}"));
    }
    Ok(Follow { source, path: path.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_files_and_sources() {
        for (text, source, path) in [
            ("app.log", None, "app.log"),
            ("web.1=/var/log/app.log", Some("web.1"), "/var/log/app.log"),
            ("./a=b.log", None, "./a=b.log"),
            ("web=-", Some("web"), "-"),
        ] {
            let expected = Follow { source: source.map(str::to_owned), path: path.into() };
            assert_eq!(followed(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn err_files() {
        for text in ["", "web=", "=file", "a b=file"] {
            assert!(followed(text).is_err(), "{text}");
        }
    }
}
