//! Whether a platform's router has already counted the requests that a line's writer logs.
//!
//! One line has to tell, and its sender: what other lines said is not remembered. Where a platform
//! logs the requests of its router only if somebody wants it, no line tells; docs/dialects.md names
//! those platforms.

use crate::{Line, Origin};

/// Whether the writer runs behind a router whose lines come from the same sender.
///
/// - Heroku: the router is in front of every dyno, and `app` with a name such as `web.1` is a dyno.
/// - Cloud Foundry: gorouter, `[RTR/N]`, is in front of every instance, such as `[APP/PROC/WEB/0]`.
pub(super) fn is_routed(line: &Line<'_>, origin: &Origin<'_>) -> bool {
    let is_dyno = || line.app == b"app" && line.proc_id.contains(&b'.');
    let is_instance = || line.proc_id.starts_with(b"[") && !line.proc_id.starts_with(b"[RTR/");
    origin.from_logplex || line.host == b"host" || is_dyno() || is_instance()
}
