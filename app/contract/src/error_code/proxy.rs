//! The codes of proxies and of platforms other than Heroku. What they mean the server knows.
//!
//! The lists are closed: a code becomes a label of series, and lines are written by strangers. A
//! code that is not listed is no code.

/// Envoy's response flags that say what failed. `DI` and `RFCF` are none of these. Source: Envoy's
/// `source/common/stream_info/utility.cc`.
const ENVOY: [&str; 27] = [
    "DC", "DF", "DO", "DPE", "DR", "DT", "FI", "IH", "LH", "LR", "NC", "NFCF", "NR", "OM", "RL", "RLSE", "SI", "UAEX",
    "UC", "UF", "UH", "UMSDR", "UO", "UPE", "UR", "URX", "UT",
];

/// `x_cf_routererror` of Cloud Foundry's gorouter. Source: gorouter's handlers and proxy.
const GOROUTER: [&str; 7] = [
    "empty_host",
    "endpoint_failure",
    "expired_route_service_signature",
    "invalid_cf_app_instance_header",
    "no_endpoints",
    "route_service_unsupported",
    "unknown_route",
];

/// Error reasons of AWS Application Load Balancers. Source: AWS's page about access logs.
const ALB: [&str; 40] = [
    "AuthInvalidAWSALBAuthNonce",
    "AuthInvalidCookie",
    "AuthInvalidGrantError",
    "AuthInvalidIdToken",
    "AuthInvalidStateParam",
    "AuthInvalidTokenResponse",
    "AuthInvalidUserinfoResponse",
    "AuthMissingCodeParam",
    "AuthMissingHostHeader",
    "AuthMissingStateParam",
    "AuthTokenEpRequestFailed",
    "AuthTokenEpRequestTimeout",
    "AuthUnhandledException",
    "AuthUserinfoEpRequestFailed",
    "AuthUserinfoEpRequestTimeout",
    "AuthUserinfoResponseSizeExceeded",
    "LambdaAccessDenied",
    "LambdaBadRequest",
    "LambdaConnectionError",
    "LambdaConnectionTimeout",
    "LambdaEC2AccessDeniedException",
    "LambdaEC2ThrottledException",
    "LambdaEC2UnexpectedException",
    "LambdaENILimitReachedException",
    "LambdaInvalidResponse",
    "LambdaInvalidRuntimeException",
    "LambdaInvalidSecurityGroupIDException",
    "LambdaInvalidSubnetIDException",
    "LambdaInvalidZipFileException",
    "LambdaKMSAccessDeniedException",
    "LambdaRequestTooLarge",
    "LambdaResponseTooLarge",
    "LambdaServiceException",
    "LambdaThrottling",
    "LambdaUnhandled",
    "WAFConnectionError",
    "WAFConnectionTimeout",
    "WAFResponseReadTimeout",
    "WAFServiceError",
    "WAFUnhandledException",
];

/// Vercel's status of a function that crashed.
const VERCEL: &str = "-1";

/// The code that bytes spell; `None` for anything else. HAProxy's have a form of their own.
pub(super) fn word(bytes: &[u8]) -> Option<&'static str> {
    words().find(|it| it.as_bytes() == bytes)
}

/// Every code of a list.
pub(super) fn words() -> impl Iterator<Item = &'static str> {
    ENVOY.into_iter().chain(GOROUTER).chain(ALB).chain([VERCEL])
}

/// Whether bytes are a termination state of HAProxy that says what failed: who ended the session,
/// in which phase, and `--` in place of the two characters about cookies. `L`, which HAProxy
/// answered itself, is none. Source: section 8.5 of the configuration manual.
pub(super) const fn is_haproxy(bytes: &[u8]) -> bool {
    matches!(
        bytes,
        [
            b'C' | b'S' | b'P' | b'R' | b'I' | b'D' | b'U' | b'K' | b'c' | b's',
            b'R' | b'Q' | b'C' | b'H' | b'D' | b'L' | b'T' | b'-',
            b'-',
            b'-'
        ]
    )
}
