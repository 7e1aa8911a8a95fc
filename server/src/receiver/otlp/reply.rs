//! Replies of OTLP over HTTP, in the encoding of the request. Source: OpenTelemetry's
//! `docs/specification.md`.
//!
//! A sender retries 429, 502, 503 and 504 only, so a refusal is one of these where a retry helps,
//! and never where it does not.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::record::{Encoding, Rejected};
use crate::receiver::{BodyError, IngestError, batch::StoreError, protobuf};

/// The reply to a request that was taken.
pub(super) fn success(encoding: Encoding, list: &'static str, rejected: &Rejected) -> Response {
    let body = match encoding {
        Encoding::Protobuf => {
            let mut body = vec![];
            if rejected.count > 0 {
                let mut partial = vec![];
                protobuf::put_whole(&mut partial, 1, rejected.count);
                protobuf::put_bytes(&mut partial, 2, rejected.why.as_bytes());
                protobuf::put_bytes(&mut body, 1, &partial);
            }
            body
        }
        Encoding::Json if rejected.count == 0 => b"{}".to_vec(),
        Encoding::Json => {
            let why = serde_json::Value::from(&*rejected.why);
            // 64-bit numbers are texts in this encoding.
            format!(r#"{{"partialSuccess":{{"{list}":"{}","errorMessage":{why}}}}}"#, rejected.count).into_bytes()
        }
    };
    with_type(StatusCode::OK, encoding, body)
}

/// The reply to a request that was refused: a `google.rpc.Status` with one sentence.
pub(super) fn refusal(encoding: Encoding, error: &IngestError) -> Response {
    let status = match error {
        // A retry may arrive whole and in time.
        IngestError::Body(BodyError::Slow(_) | BodyError::Cut) => StatusCode::SERVICE_UNAVAILABLE,
        // It takes a person to make room.
        IngestError::Store(StoreError::TooManyApps) => StatusCode::FORBIDDEN,
        other => other.status(),
    };
    let why = error.to_string();
    let body = match encoding {
        Encoding::Protobuf => {
            let mut body = vec![];
            protobuf::put_bytes(&mut body, 2, why.as_bytes());
            body
        }
        Encoding::Json => format!(r#"{{"message":{}}}"#, serde_json::Value::from(why)).into_bytes(),
    };
    let mut response = with_type(status, encoding, body);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"drain\""));
    }
    response
}

fn with_type(status: StatusCode, encoding: Encoding, body: Vec<u8>) -> Response {
    (status, [(header::CONTENT_TYPE, encoding.essence())], body).into_response()
}
