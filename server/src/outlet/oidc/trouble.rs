//! Why the provider could not say who somebody is, in words for a page and for the log. Nothing
//! that the provider or a browser sent is repeated, since it may hold codes and tokens.

use openidconnect::{
    ClaimsVerificationError, DiscoveryError, RequestTokenError, SignatureVerificationError, StandardErrorResponse,
    UserInfoError, core::CoreErrorResponseType,
};

use super::http::HttpError;

/// Why the provider could not say who somebody is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Trouble {
    /// It can't be asked now.
    #[error("{0}")]
    Down(String),
    /// Too many ask at once.
    #[error("too many people are signing in at once")]
    Busy,
    /// Its answer is none of this protocol, or does not fit the settings.
    #[error("{0}")]
    Answer(String),
    /// Its token does not hold.
    #[error("its token was not accepted: {0}")]
    Token(&'static str),
    /// Its token is signed with a key that was not known when it was last asked.
    #[error("its token was not accepted: it is signed with a key that the provider does not publish")]
    UnknownKey,
}

impl From<HttpError> for Trouble {
    fn from(error: HttpError) -> Self {
        match error {
            HttpError::Failed(_) => Self::Down(error.to_string()),
            HttpError::Unprotected | HttpError::TooLong => Self::Answer(error.to_string()),
        }
    }
}

impl From<DiscoveryError<HttpError>> for Trouble {
    fn from(error: DiscoveryError<HttpError>) -> Self {
        match error {
            DiscoveryError::Request(error) => error.into(),
            DiscoveryError::Response(status, ..) if !status.is_success() => {
                answered(status.as_u16(), "where its settings are expected")
            }
            DiscoveryError::Validation(_) => {
                Self::Answer("it calls itself something else than OIDC_ISSUER says; both must be the same".to_owned())
            }
            _ => Self::Answer("its settings are not those of an OpenID Connect provider".to_owned()),
        }
    }
}

/// What the provider says where a code becomes a token.
type TokenError = RequestTokenError<HttpError, StandardErrorResponse<CoreErrorResponseType>>;

impl From<TokenError> for Trouble {
    fn from(error: TokenError) -> Self {
        use CoreErrorResponseType as Code;
        match error {
            RequestTokenError::Request(error) => error.into(),
            RequestTokenError::ServerResponse(answer) => Self::Answer(match answer.error() {
                Code::InvalidClient | Code::UnauthorizedClient => {
                    "it does not accept OIDC_CLIENT_ID with OIDC_CLIENT_SECRET".to_owned()
                }
                Code::InvalidGrant => "it does not know this sign-in any more".to_owned(),
                _ => "it refused to say who you are".to_owned(),
            }),
            // An answer that is no JSON at all comes from something before the provider.
            _ => Self::Answer("its answer could not be read".to_owned()),
        }
    }
}

impl From<UserInfoError<HttpError>> for Trouble {
    fn from(error: UserInfoError<HttpError>) -> Self {
        match error {
            UserInfoError::Request(error) => error.into(),
            UserInfoError::Response(status, ..) if !status.is_success() => {
                answered(status.as_u16(), "where the address of mail is expected")
            }
            UserInfoError::ClaimsVerification(_) => Self::Token("it is about somebody else"),
            _ => Self::Answer("what it says about you could not be read".to_owned()),
        }
    }
}

impl From<ClaimsVerificationError> for Trouble {
    fn from(error: ClaimsVerificationError) -> Self {
        use SignatureVerificationError as Signature;
        Self::Token(match error {
            ClaimsVerificationError::SignatureVerification(Signature::NoMatchingKey) => return Self::UnknownKey,
            ClaimsVerificationError::SignatureVerification(
                Signature::DisallowedAlg(_) | Signature::UnsupportedAlg(_),
            ) => "it is signed in a way that is not accepted",
            ClaimsVerificationError::SignatureVerification(_) => "its signature is wrong",
            ClaimsVerificationError::Expired(_) => "it has expired, or the clocks of both servers differ",
            ClaimsVerificationError::InvalidAudience(_) => "it is for another server",
            ClaimsVerificationError::InvalidIssuer(_) => "it is by another provider",
            ClaimsVerificationError::InvalidNonce(_) => "it is of another sign-in",
            _ => "it is malformed",
        })
    }
}

fn answered(status: u16, place: &str) -> Trouble {
    let words = format!("it answered {status} {place}");
    if status >= 500 || status == 429 { Trouble::Down(words) } else { Trouble::Answer(words) }
}
