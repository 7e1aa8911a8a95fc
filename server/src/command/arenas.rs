//! Few arenas for the C library's allocator: by default every thread gets one of its own, and each keeps what a flood once
//! needed. Says nothing on failure: the server only takes more memory then.

/// Variable that the C library reads before the first line of ours runs.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const VARIABLE: &str = "MALLOC_ARENA_MAX";

/// Starts this process anew with the variable set, unless somebody has set it.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub fn limit() {
    use std::{os::unix::process::CommandExt, process::Command, thread::available_parallelism};

    let Ok(program) = std::env::current_exe() else { return };
    if std::env::var_os(VARIABLE).is_some() {
        return;
    }
    let mut args = std::env::args_os();
    let name = args.next().unwrap_or_else(|| program.clone().into());
    let arenas = available_parallelism().map_or(2, |it| it.get().div_ceil(4).max(2));
    // Comes back only when it failed.
    let _failed = Command::new(program).arg0(name).args(args).env(VARIABLE, arenas.to_string()).exec();
}

/// Other C libraries have no such variable.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub const fn limit() {}
