//! What helps against a code: one sentence, in the imperative. A code that nobody can do anything
//! about has none.

use contract::ErrorCode;

/// What to do about a code; empty for none.
#[must_use]
pub(crate) fn remedy(code: ErrorCode) -> &'static str {
    match code.as_str() {
        "H10" | "H20" | "no_endpoints" | "UH" => {
            "Read the last lines before it stopped, and roll back a release that began it."
        }
        "H12" | "sH--" | "UT" | "LambdaConnectionTimeout" => {
            "Find the slow endpoint in the table of endpoints, and move long work out of the request."
        }
        "H13" | "H18" | "SH--" | "SD--" | "UC" | "UR" | "endpoint_failure" => {
            "Look for a crash, a restart or a worker timeout of the app at that time; keep its idle timeout above the proxy's."
        }
        "H14" => "Scale up web dynos.",
        "H11" | "sQ--" | "CQ--" | "cQ--" | "UO" | "PC--" => {
            "Add instances, or raise the limit of connections if they are idle."
        }
        "H19" | "H21" | "SC--" | "sC--" | "UF" | "LambdaConnectionError" => {
            "Check that the app listens on the address and port that the proxy uses, and that it accepts fast enough."
        }
        "H15" | "SI" | "sD--" => "Send something at least as often as the idle timeout, or raise it.",
        "H17" | "PH--" | "UPE" | "LambdaInvalidResponse" => "Look at the headers that the app sends in that response.",
        "H22" | "LambdaThrottling" | "LambdaEC2ThrottledException" => {
            "Raise the limit of what runs at once, or spread the load."
        }
        "R14" | "R15" => "Look for a leak, lower the number of workers, or take a larger dyno.",
        "R10" => "Bind to $PORT first, and do slow work of the start after that.",
        "R12" => "End within 30 s of SIGTERM.",
        "RL" => "Raise the limit if these clients are wanted.",
        "NR" | "NC" | "unknown_route" => "Check that a route leads to the host and path that was asked for.",
        "DF" => "Check the name of the upstream and the resolver of the proxy.",
        "OM" | "DO" => "Give the proxy more memory, or add another one.",
        "URX" => "Look at the flag beside it: the retries hide the first failure.",
        "expired_route_service_signature" => "Look at the route service: it answers too late.",
        "route_service_unsupported" => "Have the platform's operator switch route services on, or unbind this one.",
        "LR" | "LH" | "NFCF" | "RLSE" => "Read the proxy's own messages of that time.",
        "LambdaUnhandled" | "-1" => "Read the function's own lines of this request.",
        "LambdaAccessDenied" => "Let the load balancer invoke the function.",
        "LambdaResponseTooLarge" => "Answer with less than 1 MB, or with an address to load it from.",
        other => group(other),
    }
}

/// What to do about one of a group of codes.
fn group(code: &str) -> &'static str {
    match code.as_bytes() {
        [b'S' | b's', _, b'-', b'-'] => "Look at the server's own lines of that time.",
        [b'D', _, b'-', b'-'] => "Look at the health check of the server that went down.",
        [b'R', _, b'-', b'-'] => "Give the proxy more memory, descriptors or source ports.",
        [b'I', _, b'-', b'-'] => "Read the proxy's own messages, and report it to its makers.",
        _ if code.starts_with("Auth") => "Check the client id, the secret and the endpoints of the sign-in.",
        _ if code.starts_with("WAF") => "Look at the health of the firewall, and at what happens when it fails.",
        _ if code.starts_with("Lambda") => "Look at the function's configuration: network, role and runtime.",
        _ => "",
    }
}
