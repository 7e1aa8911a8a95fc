//! Programs of others that tests run, such as a web server. They are found where Debian puts them,
//! and end with their test. It installs nothing: `.ci/tools.sh senders` does.

use std::{
    env,
    path::{Path, PathBuf},
    process::Child,
};

/// A process that is killed when this value is dropped.
pub struct Process(pub Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _gone = self.0.kill();
        let _gone = self.0.wait();
    }
}

/// Where a program is; says that a test is skipped where it is not installed.
pub fn find(name: &str) -> Option<PathBuf> {
    // A user's PATH has no folder of daemons.
    let folders = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&folders).chain([Path::new("/usr/sbin").to_owned()]);
    let found = folders.map(|it| it.join(name)).find(|it| it.is_file());
    if found.is_none() {
        eprintln!("SKIPPED: expected {name}, which .ci/tools.sh senders installs");
    }
    found
}
