//! The README's table of settings and the packages' files, beside the settings that `serve` takes.
//! What a setting does is tested with its subject.

use std::{collections::BTreeSet, fs, path::Path};

use tempfile::TempDir;
use testing::process::{binary, run};

/// The variables in the first column of README's table of settings. `_1M` behind `SIZE_10S` stands
/// for `SIZE_1M`, and `_FILE` behind a name for that name with it.
fn documented(readme: &str) -> BTreeSet<String> {
    let section = readme.split("\n## Settings\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let mut found = BTreeSet::new();
    for row in section.lines().filter_map(|it| it.strip_prefix("| `")) {
        let names: Vec<&str> = row.split(" |").next().unwrap().split('`').filter(|it| is_variable(it)).collect();
        let mut last = names[0];
        for name in names {
            if !name.starts_with('_') {
                last = name;
                found.insert(name.to_owned());
            } else if name == "_FILE" {
                found.insert(format!("{last}_FILE"));
            } else {
                found.insert(format!("{}{name}", last.rsplit_once('_').unwrap().0));
            }
        }
    }
    found
}

fn is_variable(text: &str) -> bool {
    text.len() > 2 && text.bytes().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit() || it == b'_')
}

/// The name in front of an assignment, which may be commented out.
fn assigned(line: &str) -> Option<&str> {
    Some(line.split_once('=')?.0.trim().trim_start_matches('#'))
}

#[test]
fn ok_every_setting_is_documented() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let read = |path: &str| fs::read_to_string(root.join(path)).unwrap();
    let dir = TempDir::new().unwrap();
    let (_, help, _) = run(binary(dir.path()).args(["serve", "--help"]));
    let named = help.split("[env: ").skip(1).map(|it| it.split(['=', ']']).next().unwrap().to_owned());
    let settings: BTreeSet<String> = named.collect();
    assert!(settings.len() > 40, "{settings:?}");
    let readme = documented(&read("README.md"));
    assert_eq!(settings.difference(&readme).collect::<Vec<_>>(), [""; 0], "settings without a row in the README");
    // Of `shuttle`, not of the server.
    let shuttles = ["LOGS_URL", "LOGS_URL_FILE", "BEARER_TOKEN_FILE", "DRAIN_TOKEN_FILE"];
    let unknown = readme.iter().filter(|it| !settings.contains(*it) && !shuttles.contains(&it.as_str()));
    assert_eq!(unknown.collect::<Vec<_>>(), [""; 0], "rows without a setting");

    // What packages set, or offer behind a #.
    let given = |path: &str, name: fn(&str) -> Option<&str>| -> Vec<String> {
        let text = read(path);
        let found: Vec<String> =
            text.lines().filter_map(name).filter(|it| is_variable(it)).map(str::to_owned).collect();
        assert!(!found.is_empty(), "{path} sets nothing");
        found
    };
    let mut all = given("packaging/deb/debian/default", assigned);
    all.extend(given("packaging/systemd/streamgauge.service", |it| it.strip_prefix("Environment=")?.split('=').next()));
    all.extend(given("packaging/kubernetes.yaml", |it| it.trim().strip_prefix("- { name: ")?.split(',').next()));
    all.extend(given("packaging/kamal-accessory.yml", |it| it.trim().split(':').next()));
    all.extend(given("packaging/nomad.hcl", assigned));
    let wrong: Vec<_> = all.iter().filter(|it| !settings.contains(*it)).collect();
    assert_eq!(wrong, [""; 0], "packages set what is no setting");
}
