//! The HTTP client of messages, of the heartbeat and of remote write.

use std::time::Duration;

use ureq::{Agent, unversioned::transport::DefaultConnector};

use super::guard::Guard;

/// Most bytes of an answer's head.
const HEAD_BYTES_MAX: usize = 16_384;

/// A client that connects to what `guard` allows alone, within `connect`, and waits for no request
/// longer than `attempt`.
#[must_use]
pub(crate) fn client(guard: Guard, connect: Duration, attempt: Duration) -> Agent {
    let config = Agent::config_builder()
        .http_status_as_error(false)
        // A receiver must not choose another address than the one that was judged, nor may the
        // environment.
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(None)
        .user_agent(concat!("streamgauge/", env!("CARGO_PKG_VERSION")))
        .accept_encoding("identity")
        .timeout_connect(Some(connect))
        .timeout_global(Some(attempt))
        .max_response_header_size(HEAD_BYTES_MAX)
        // Requests are rare: a connection kept open would be closed by then.
        .max_idle_connections(0)
        .build();
    Agent::with_parts(config, DefaultConnector::default(), guard)
}
