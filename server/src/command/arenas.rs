//! Limits the allocator arenas of glibc. By default every thread gets its own arena, and each arena
//! keeps the memory that a burst once needed. A failure is ignored, since the server then only uses
//! more memory.

/// The variable that glibc reads before `main`.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const VARIABLE: &str = "MALLOC_ARENA_MAX";

/// Restarts this process with the variable set, unless it is set already.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(super) fn limit() {
    use std::{os::unix::process::CommandExt, process::Command, thread::available_parallelism};

    let Ok(program) = std::env::current_exe() else { return };
    if std::env::var_os(VARIABLE).is_some() {
        return;
    }
    let mut args = std::env::args_os();
    let name = args.next().unwrap_or_else(|| program.clone().into());
    let arenas = available_parallelism().map_or(2, |it| it.get().div_ceil(4).max(2));
    // Returns only on failure.
    let _failed = Command::new(program).arg0(name).args(args).env(VARIABLE, arenas.to_string()).exec();
}

/// Does nothing: other C libraries have no such variable.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub const fn limit() {}
