//! The meaning and severity of the codes of proxies and of platforms other than Heroku, after their
//! own documentation. Counts nothing.
//!
//! What a client did, and what somebody configured, is part of a normal day.

use super::severity::Severity::{self, Critical, Info, Warning};

/// Looks a code up; `None` for one that is not listed.
pub(super) fn lookup(code: &str) -> Option<(&'static str, Severity)> {
    match code.as_bytes() {
        [_, _, b'-', b'-'] => Some(haproxy(code)),
        _ => envoy(code).or_else(|| gorouter(code)).or_else(|| other(code)),
    }
}

/// HAProxy's termination states: section 8.5 of its configuration manual.
fn haproxy(code: &str) -> (&'static str, Severity) {
    match code {
        "CR--" | "cR--" => ("client sent no whole request", Info),
        "CQ--" | "cQ--" => ("client left the queue", Warning),
        "CC--" | "cC--" => ("client left before the server was reached", Info),
        "CH--" | "cH--" => ("client left before the response", Info),
        "CD--" | "cD--" | "CL--" | "cL--" => ("client left during the response", Info),
        "SC--" => ("connection to the server refused", Critical),
        "sC--" => ("server connection timeout", Critical),
        "SH--" => ("server closed without response", Critical),
        "sH--" => ("server response timeout", Critical),
        "SD--" | "SL--" => ("server broke off its response", Critical),
        "sD--" | "sL--" => ("server stopped sending", Critical),
        "sQ--" | "SQ--" => ("queue timeout", Critical),
        "PC--" => ("connection limit of the proxy", Critical),
        "PR--" | "PT--" | "CT--" | "cT--" => ("request refused by the proxy", Info),
        "PH--" => ("invalid response of the server", Critical),
        "PD--" => ("response broken off by the proxy", Warning),
        _ => match code.as_bytes().first() {
            Some(b'R') => ("proxy out of resources", Critical),
            Some(b'I') => ("internal error of the proxy", Critical),
            Some(b'D') => ("server went down", Critical),
            Some(b'U' | b'K') => ("session closed by an administrator", Info),
            Some(b'C' | b'c') => ("client left", Info),
            Some(b'S' | b's') => ("server failed", Critical),
            _ => ("session ended by the proxy", Warning),
        },
    }
}

/// Envoy's response flags.
fn envoy(code: &str) -> Option<(&'static str, Severity)> {
    Some(match code {
        "DC" => ("client left", Info),
        "DR" => ("client reset the stream", Info),
        "DPE" => ("invalid request", Info),
        "IH" => ("invalid header value", Info),
        "DT" => ("duration limit of the connection", Warning),
        "FI" => ("fault injected", Info),
        "RL" => ("rate limited", Warning),
        "RLSE" => ("rate limit service failed", Critical),
        "UAEX" => ("denied by external authorization", Info),
        "SI" => ("stream idle timeout", Warning),
        "DF" => ("DNS resolution failed", Critical),
        "LH" => ("health check of the proxy failed", Critical),
        "LR" => ("connection reset by the proxy", Critical),
        "NC" => ("upstream cluster not found", Critical),
        "NFCF" => ("filter configuration not found", Critical),
        "NR" => ("no route", Warning),
        "OM" | "DO" => ("proxy overloaded", Critical),
        "UC" => ("upstream closed the connection", Critical),
        "UF" => ("connection to the upstream failed", Critical),
        "UH" => ("no healthy upstream", Critical),
        "UMSDR" => ("duration limit of the stream", Warning),
        "UO" => ("circuit breaker open", Critical),
        "UPE" => ("invalid response of the upstream", Critical),
        "UR" => ("upstream reset the stream", Critical),
        "URX" => ("retries used up", Critical),
        "UT" => ("upstream request timeout", Critical),
        _ => return None,
    })
}

/// `x_cf_routererror` of Cloud Foundry.
fn gorouter(code: &str) -> Option<(&'static str, Severity)> {
    Some(match code {
        "endpoint_failure" => ("instance did not answer", Critical),
        "no_endpoints" => ("no instance running", Critical),
        "unknown_route" => ("no such route", Warning),
        "empty_host" => ("request without a host", Info),
        "invalid_cf_app_instance_header" => ("request for an instance that does not exist", Info),
        "route_service_unsupported" => ("route service not supported", Critical),
        "expired_route_service_signature" => ("route service took too long", Critical),
        _ => return None,
    })
}

/// Vercel's status of a crash, and the error reasons of AWS load balancers.
fn other(code: &str) -> Option<(&'static str, Severity)> {
    Some(match code {
        "-1" => ("function crashed", Critical),
        "AuthTokenEpRequestFailed" | "AuthTokenEpRequestTimeout" => ("token endpoint did not answer", Critical),
        "AuthUserinfoEpRequestFailed" | "AuthUserinfoEpRequestTimeout" => {
            ("user info endpoint did not answer", Critical)
        }
        "AuthUnhandledException" => ("sign-in failed in the load balancer", Critical),
        "LambdaThrottling" | "LambdaEC2ThrottledException" => ("function throttled", Critical),
        "LambdaUnhandled" => ("function failed", Critical),
        "LambdaConnectionTimeout" => ("function timeout", Critical),
        "LambdaConnectionError" => ("connection to the function failed", Critical),
        "LambdaInvalidResponse" => ("invalid response of the function", Critical),
        "LambdaResponseTooLarge" => ("response of the function too large", Critical),
        "LambdaRequestTooLarge" => ("request too large for the function", Warning),
        "LambdaBadRequest" => ("request invalid for the function", Warning),
        _ if code.starts_with("Auth") => ("sign-in refused by the load balancer", Warning),
        _ if code.starts_with("Lambda") => ("function could not be called", Critical),
        _ if code.starts_with("WAF") => ("web application firewall did not answer", Critical),
        _ => return None,
    })
}
