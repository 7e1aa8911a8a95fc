//! What the provider says of itself: its addresses and keys. Asked when somebody signs in, never at
//! start, so that this server starts while the provider is down.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use dashboard::part::address::filled;
use openidconnect::{
    AdditionalClaims, AuthType, Client, ClientId, ClientSecret, EmptyExtraTokenFields, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, IdTokenFields, IssuerUrl, RedirectUrl, StandardErrorResponse, StandardTokenResponse,
    core::{
        CoreAuthDisplay, CoreAuthPrompt, CoreClientAuthMethod, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
        CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreRevocableToken,
        CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
    },
};
use serde::{Deserialize, Serialize};
use tokio::{
    sync::{Mutex, Semaphore},
    time::timeout,
};
use ureq::Agent;

use super::{
    http::{HttpError, agent, send},
    trouble::Trouble,
};
use crate::{
    access::allow::{Allow, AllowError},
    config::{OidcClient, is_protected},
    telemetry::LogPace,
};

/// How old what is known of the provider may be where a sign-in begins: a provider that is down is
/// noticed before a browser is led to it.
pub(super) const FRESH: Duration = Duration::from_secs(60);
/// How old it may be where a sign-in ends.
pub(super) const USABLE: Duration = Duration::from_secs(900);
/// How old it may be where a key is not known: keys change seldom, and a wrong token must not make
/// the server ask without a pause.
pub(super) const KEYS_AGAIN: Duration = Duration::from_secs(1);
/// How long a failure is remembered: those who wait behind it don't each wait as long.
const FAILED_FOR: Duration = Duration::from_secs(2);
/// Most threads that wait for the provider.
const AT_ONCE_MAX: usize = 8;
/// How long a sign-in may wait for one.
const WAIT: Duration = Duration::from_secs(10);

/// What a token says besides what every token says.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(super) struct GroupClaims {
    /// Any JSON: what is no list of names counts as none.
    #[serde(default)]
    pub groups: serde_json::Value,
}

impl AdditionalClaims for GroupClaims {}

pub(super) type Fields = IdTokenFields<
    GroupClaims,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
pub(super) type Tokens = StandardTokenResponse<Fields, CoreTokenType>;
type Protocol = Client<
    GroupClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// What is known of the provider.
#[derive(Debug)]
pub(super) struct Known {
    pub protocol: Protocol,
    /// Whether it has a scope for groups, and they matter.
    pub asks_groups: bool,
    at: Instant,
}

/// What was learned last.
#[derive(Debug, Default)]
struct Last {
    known: Option<Arc<Known>>,
    failed: Option<(Instant, Trouble)>,
}

/// The provider by which people sign in.
#[derive(Debug)]
pub(crate) struct Provider {
    pub(crate) client: OidcClient,
    /// Whom it lets in.
    pub(crate) allow: Allow,
    agent: Agent,
    last: Mutex<Last>,
    slots: Arc<Semaphore>,
    /// When a refusal that anybody can cause was last logged.
    pub(crate) logged: LogPace,
}

impl Provider {
    /// A provider that was not asked yet.
    ///
    /// # Errors
    /// See [`AllowError`].
    pub(crate) fn new(client: OidcClient) -> Result<Self, AllowError> {
        let (allow, slots) = (Allow::parse(&client.allow)?, Arc::new(Semaphore::new(AT_ONCE_MAX)));
        Ok(Self { client, allow, agent: agent(), last: Mutex::default(), slots, logged: LogPace::default() })
    }

    /// Its name on pages.
    pub(crate) fn host(&self) -> &str {
        self.client.issuer.host_str().unwrap_or(&self.client.issuer_text)
    }

    /// The address that leads there, and back to a path of this server; with another account where
    /// somebody has one there. It is whole, since a browser that knows this server by another name
    /// would come back without its ticket.
    pub(crate) fn address(&self, to: &str, asks_anew: bool) -> String {
        let (to, account) = (if to == "/" { "" } else { to }, if asks_anew { "other" } else { "" });
        filled(&format!("{}/sign-in/oidc", self.client.base), &[("to", to), ("account", account)])
    }

    /// What is known of it, not older than this.
    pub(super) async fn known(&self, age_max: Duration) -> Result<Arc<Known>, Trouble> {
        // Held while the provider is asked: all who wait for it share one answer.
        let mut last = self.last.lock().await;
        if let Some(known) = last.known.as_ref().filter(|it| it.at.elapsed() < age_max) {
            return Ok(Arc::clone(known));
        }
        if let Some((at, trouble)) = &last.failed
            && at.elapsed() < FAILED_FOR
        {
            return Err(trouble.clone());
        }
        let (client, has_groups) = (self.client.clone(), self.allow.has_groups());
        match self.ask(move |agent| discover(&client, has_groups, agent)).await {
            Ok(known) => {
                let known = Arc::new(known);
                *last = Last { known: Some(Arc::clone(&known)), failed: None };
                Ok(known)
            }
            Err(trouble) => {
                last.failed = Some((Instant::now(), trouble.clone()));
                Err(trouble)
            }
        }
    }

    /// Runs something that waits for the provider beside the async threads.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Agent) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Trouble> {
        let slot = timeout(WAIT, Arc::clone(&self.slots).acquire_owned()).await;
        let slot = slot.ok().and_then(Result::ok).ok_or(Trouble::Busy)?;
        let agent = self.agent.clone();
        let asked = tokio::task::spawn_blocking(move || {
            let _slot = slot;
            question(&agent)
        });
        asked.await.unwrap_or_else(|_| Err(Trouble::Answer("its answer could not be read".to_owned())))
    }
}

fn discover(client: &OidcClient, has_groups: bool, agent: &Agent) -> Result<Known, Trouble> {
    let malformed = |_| Trouble::Answer("OIDC_ISSUER or PUBLIC_URL is malformed".to_owned());
    let issuer = IssuerUrl::new(client.issuer_text.clone()).map_err(malformed)?;
    let back = RedirectUrl::new(format!("{}/sign-in/oidc/callback", client.base)).map_err(malformed)?;
    let metadata = CoreProviderMetadata::discover(&issuer, &|request| send(agent, request))?;
    if !is_protected(metadata.authorization_endpoint().url()) {
        return Err(HttpError::Unprotected.into());
    }
    let has_scope = metadata.scopes_supported().is_some_and(|all| all.iter().any(|it| it.as_str() == "groups"));
    // Basic is what providers take that say nothing.
    let methods = metadata.token_endpoint_auth_methods_supported();
    let takes_basic = methods.is_none_or(|all| all.contains(&CoreClientAuthMethod::ClientSecretBasic));
    let secret = ClientSecret::new(client.secret.expose().to_owned());
    let protocol = Protocol::from_provider_metadata(metadata, ClientId::new(client.id.clone()), Some(secret));
    let protocol = protocol.set_redirect_uri(back);
    let protocol = if takes_basic { protocol } else { protocol.set_auth_type(AuthType::RequestBody) };
    Ok(Known { protocol, asks_groups: has_scope && has_groups, at: Instant::now() })
}
