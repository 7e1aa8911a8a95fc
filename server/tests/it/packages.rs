//! What packages need of the binary: a health check, manual pages, completions, and errors of a
//! folder that belongs to somebody else. The packages themselves are tested by the scripts in
//! `packaging`.

use std::{
    collections::BTreeSet,
    fs,
    net::TcpListener,
    os::unix::{fs::MetadataExt, fs::PermissionsExt, process::CommandExt},
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;
use testing::{
    certificates::Authority,
    process::{Server, binary, database, free_port, path, run},
    wait::wait_for,
};

use crate::tls::started;

/// Runs `healthcheck` beside a server with the settings that it has.
fn health(server: &Server, settings: &[(&str, &str)], args: &[&str]) -> (i32, String, String) {
    let port = server.address.port().to_string();
    let mut command = binary(server.dir.path());
    // A proxy of the environment must not be asked for this machine.
    command.env("PORT", port).env("http_proxy", "http://127.0.0.1:1").envs(settings.iter().copied());
    run(command.arg("healthcheck").args(args))
}

#[test]
fn ok_a_server_that_is_well() {
    let server = Server::start();
    let port = server.address.port();
    let ok = |path: &str| (0, format!("ok: http://127.0.0.1:{port}{path}\n"), String::new());
    assert_eq!(health(&server, &[], &[]), ok("/healthz"));
    assert_eq!(health(&server, &[("HOST", "0.0.0.0")], &["--ready"]), ok("/readyz"));
    let protected = [("ADMIN_PASSWORD", "correct horse battery"), ("HOST", "0.0.0.0"), ("PROXY_PROTOCOL", "1")];
    let server = Server::start_with(&protected);
    assert_eq!(health(&server, &protected, &["--ready"]).0, 0);
}

#[test]
fn ok_a_server_with_a_certificate_of_another_name() {
    let authority = Authority::new("healthcheck");
    let server = started(&authority, &[]);
    let files = authority.issue("server");
    let (code, out, error) = health(&server, &files.settings(), &[]);
    assert_eq!((code, &*error), (0, ""));
    assert!(out.starts_with("ok: https://127.0.0.1:"), "{out}");
    // Without its settings it is asked in plain HTTP, which it refuses.
    let (code, out, error) = health(&server, &[], &[]);
    assert_eq!((code, &*out, error.lines().count()), (1, "", 1), "{error}");
    assert!(error.contains("expected status 200, found 308"), "{error}");
}

#[test]
fn err_a_server_that_takes_no_lines_or_is_gone() {
    let server = Server::start();
    let file = database(server.dir.path());
    fs::rename(&file, file.with_extension("away")).unwrap();
    wait_for("the server to notice", || server.get("/readyz").body.contains("missing from its path"));
    assert_eq!(health(&server, &[], &[]).0, 0);
    let (code, out, error) = health(&server, &[], &["--ready"]);
    assert_eq!((code, &*out, error.lines().count()), (1, "", 1), "{error}");
    assert!(error.contains("found 503") && error.contains("missing from its path"), "{error}");

    let (dir, port) = (TempDir::new().unwrap(), free_port().to_string());
    let (code, _, error) = run(binary(dir.path()).env("PORT", &port).arg("healthcheck"));
    assert_eq!((code, error.lines().count()), (1, 1), "{error}");
    assert!(error.contains(&format!("http://127.0.0.1:{port}/healthz")) && error.contains("refused"), "{error}");
}

#[test]
fn err_a_port_that_does_not_answer() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let (dir, port) = (TempDir::new().unwrap(), silent.local_addr().unwrap().port().to_string());
    let (code, _, error) = run(binary(dir.path()).env("PORT", &port).arg("healthcheck"));
    assert_eq!((code, error.lines().count()), (1, 1), "{error}");
    assert!(error.contains("timeout"), "{error}");
}

/// The commands that `--help` lists, without those of commands.
fn commands(dir: &Path) -> BTreeSet<String> {
    let (_, help, _) = run(binary(dir).arg("--help"));
    let listed = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    listed.lines().filter_map(|it| it.split_whitespace().next()).map(str::to_owned).collect()
}

#[test]
fn ok_each_command_has_a_page_of_the_manual() {
    let dir = TempDir::new().unwrap();
    assert_eq!(run(binary(dir.path()).args(["manual", "man"])), (0, String::new(), String::new()));
    let pages: BTreeSet<String> = fs::read_dir(dir.path().join("man"))
        .unwrap()
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .collect();
    let commands = commands(dir.path());
    assert!(commands.contains("healthcheck") && !commands.contains("manual"), "{commands:?}");
    for command in &commands {
        assert!(pages.contains(&format!("streamgauge-{command}.1")), "{command}: {pages:?}");
    }
    assert!(pages.contains("streamgauge.1") && pages.contains("streamgauge-drain-add.1"), "{pages:?}");
    let serve = fs::read_to_string(dir.path().join("man/streamgauge-serve.1")).unwrap();
    assert!(serve.contains("RETENTION_LOGS") && serve.contains("How long log lines are kept"), "{serve}");

    fs::write(dir.path().join("taken"), "").unwrap();
    let (code, _, error) = run(binary(dir.path()).args(["manual", "taken"]));
    assert_eq!((code, error.lines().count()), (1, 1), "{error}");
    assert!(error.contains("taken"), "{error}");
}

#[test]
fn ok_completions_of_each_shell() {
    let dir = TempDir::new().unwrap();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let (code, script, error) = run(binary(dir.path()).args(["completions", shell]));
        assert_eq!((code, &*error), (0, ""), "{shell}");
        for word in ["healthcheck", "retention-logs", "rotate"] {
            assert!(script.contains(word), "{shell} lacks {word}");
        }
    }
    let file = dir.path().join("completion.bash");
    fs::write(&file, run(binary(dir.path()).args(["completions", "bash"])).1).unwrap();
    let asked = "source \"$0\"; COMP_WORDS=(streamgauge drain ro); COMP_CWORD=2; \
                 _streamgauge streamgauge ro drain; printf '%s\\n' \"${COMPREPLY[@]}\"";
    let answered = run(Command::new("bash").args(["--norc", "-c", asked]).arg(&file));
    assert_eq!(answered, (0, "rotate\n".to_owned(), String::new()));
}

/// A user of no rights, for tests that root runs.
const NOBODY: u32 = 65_534;

/// A folder that everybody can enter, with a copy of the binary where `user` may run it.
fn for_anybody(user: Option<u32>) -> (TempDir, PathBuf) {
    let dir = TempDir::new().unwrap();
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
    if user.is_none() {
        return (dir, path());
    }
    let copied = dir.path().join("streamgauge");
    fs::copy(path(), &copied).unwrap();
    (dir, copied)
}

#[test]
fn err_a_folder_or_file_of_somebody_else() {
    let me = fs::metadata("/proc/self").unwrap().uid();
    let user = (me == 0).then_some(NOBODY);
    let (dir, program) = for_anybody(user);
    let (folder, file) = (dir.path().join("data"), dir.path().join("data/gauge.db"));
    fs::create_dir(&folder).unwrap();
    let refused = || {
        let mut command = Command::new(&program);
        command.env_clear().env("PORT", "0").env("DATABASE_URL", format!("sqlite://{}", file.display()));
        let (code, out, error) = run(user.iter().fold(&mut command, |it, user| it.uid(*user)));
        assert_eq!((code, &*out, error.lines().count()), (1, "", 1), "{error}");
        error
    };
    let mode = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    let command = |path: &Path, all: &str| match user {
        Some(user) => format!(
            "belongs to user 0, and user {user} may not write there; this mends it, in a container \
                               on the host: sudo chown {user} {}{all}\n",
            path.display()
        ),
        None => format!("this mends it: chmod u+rwX {}{all}\n", path.display()),
    };
    mode(&folder, 0o555);
    let error = refused();
    assert!(error.ends_with(&command(&folder, "")), "{error}");

    mode(&folder, 0o755);
    fs::write(&file, "").unwrap();
    mode(&file, 0o400);
    let error = refused();
    assert!(error.ends_with(&command(&file, "*")), "{error}");
}
