//! A request, as a line of the router describes it. The pipeline's own reader fills it in; nothing
//! here reads a line.

use serde::{Deserialize, Serialize};

/// The parts of a router's line. A part that the line does not have, or that is not valid, is
/// `None`.
///
/// Host and path are the client's words. All texts are masked like the line.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RequestParts {
    /// HTTP method, never empty.
    pub method: String,
    /// Path with its query string, never empty.
    pub path: String,
    /// HTTP status that the client received, 100 to 599.
    pub status: u16,
    /// The platform's error code, such as `H12`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What the code means, in the platform's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Host that the client asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Id that the router gave the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Dyno that answered, such as `web.1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dyno: Option<String>,
    /// Time from the connection to the last byte, milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_ms: Option<f64>,
    /// Time to connect to the dyno, milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connect_ms: Option<f64>,
    /// Time in the router's queue before that, milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue_ms: Option<f64>,
    /// Size of the response body, bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<f64>,
}
