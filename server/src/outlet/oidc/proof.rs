//! What the provider says of somebody: leads them there with a ticket, and makes a code into a
//! proven subject, address and groups. The token must be signed by a key of the provider, be for
//! this server, of this sign-in and not over. Whether they may come in is decided elsewhere.

use openidconnect::{
    AuthorizationCode, CsrfToken, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, Scope,
    TokenResponse,
    core::{CoreAuthPrompt, CoreAuthenticationFlow, CoreGenderClaim, CoreJwsSigningAlgorithm as Signed},
    url::Url,
};
use ureq::Agent;

use super::{
    http::send,
    provider::{FRESH, GroupClaims, KEYS_AGAIN, Known, Provider, Tokens, USABLE},
    ticket::Ticket,
    trouble::Trouble,
};

/// How tokens may be signed: with a key pair alone. A signature with the secret of this server
/// would be one that this server can make.
const SIGNED: [Signed; 10] = [
    Signed::RsaSsaPkcs1V15Sha256,
    Signed::RsaSsaPkcs1V15Sha384,
    Signed::RsaSsaPkcs1V15Sha512,
    Signed::RsaSsaPssSha256,
    Signed::RsaSsaPssSha384,
    Signed::RsaSsaPssSha512,
    Signed::EcdsaP256Sha256,
    Signed::EcdsaP384Sha384,
    Signed::EcdsaP521Sha512,
    Signed::EdDsa,
];
/// Most groups of somebody that are compared.
const GROUPS_MAX: usize = 1_000;
/// Longest subject (OIDC Core 1.0, section 2), bytes.
const SUBJECT_BYTES_MAX: usize = 255;

/// Somebody, as the provider knows them. Not checked beyond that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Proven {
    /// What they are called for good.
    pub subject: String,
    /// Their address of mail.
    pub address: Option<String>,
    /// Whether the provider has made sure that the address is theirs, if it says so.
    pub is_verified: Option<bool>,
    pub groups: Vec<String>,
}

/// The address at the provider for somebody who wants to sign in, and the ticket that their browser
/// keeps. `asks_anew` lets them choose another account than the one they have there.
///
/// # Errors
/// See [`Trouble`].
pub(crate) async fn begin(
    provider: &Provider,
    to: &str,
    asks_anew: bool,
    now_s: i64,
) -> Result<(Url, Ticket), Trouble> {
    let known = provider.known(FRESH).await?;
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let flow = CoreAuthenticationFlow::AuthorizationCode;
    let asked = known.protocol.authorize_url(flow, CsrfToken::new_random, Nonce::new_random);
    let asked = asked.set_pkce_challenge(challenge).add_scope(Scope::new("email".to_owned()));
    let asked = if known.asks_groups { asked.add_scope(Scope::new("groups".to_owned())) } else { asked };
    let (url, state, nonce) = if asks_anew { asked.add_prompt(CoreAuthPrompt::Login) } else { asked }.url();
    let ticket = Ticket {
        began_s: now_s,
        state: state.secret().clone(),
        nonce: nonce.secret().clone(),
        verifier: verifier.secret().clone(),
        to: to.to_owned(),
    };
    Ok((url, ticket))
}

/// Who somebody is that came back with this code.
///
/// # Errors
/// See [`Trouble`].
pub(crate) async fn prove(provider: &Provider, code: String, ticket: &Ticket) -> Result<Proven, Trouble> {
    let mut known = provider.known(USABLE).await?;
    let (asked, verifier) = (known.clone(), ticket.verifier.clone());
    let tokens = provider.ask(move |agent| exchange(&asked, agent, code, verifier)).await?;
    let nonce = Nonce::new(ticket.nonce.clone());
    // A code works once, so only the keys are asked for again.
    if said(&known, &tokens, &nonce) == Err(Trouble::UnknownKey) {
        known = provider.known(KEYS_AGAIN).await?;
    }
    let proven = said(&known, &tokens, &nonce)?;
    let has_groups = !proven.groups.is_empty() || !provider.allow.has_groups();
    let is_whole = proven.address.is_some() && proven.is_verified.is_some() && has_groups;
    if is_whole || known.protocol.user_info_url().is_none() {
        return Ok(proven);
    }
    provider.ask(move |agent| completed(&known, agent, &tokens, proven)).await
}

fn exchange(known: &Known, agent: &Agent, code: String, verifier: String) -> Result<Tokens, Trouble> {
    let asked = known.protocol.exchange_code(AuthorizationCode::new(code));
    let asked = asked.map_err(|_| Trouble::Answer("it has no address where codes become tokens".to_owned()))?;
    let asked = asked.set_pkce_verifier(PkceCodeVerifier::new(verifier));
    Ok(asked.request(&|request| send(agent, request))?)
}

/// What the token says, once it is proved.
fn said(known: &Known, tokens: &Tokens, nonce: &Nonce) -> Result<Proven, Trouble> {
    let token = tokens.id_token().ok_or(Trouble::Token("there is none"))?;
    let verifier = known.protocol.id_token_verifier().set_allowed_algs(SIGNED);
    let claims = token.claims(&verifier, nonce)?;
    let subject = claims.subject().as_str();
    if subject.is_empty() || subject.len() > SUBJECT_BYTES_MAX {
        return Err(Trouble::Token("it does not say who it is about"));
    }
    Ok(Proven {
        subject: subject.to_owned(),
        address: claims.email().map(|it| it.as_str().to_owned()),
        is_verified: claims.email_verified(),
        groups: groups(claims.additional_claims()),
    })
}

/// With what the provider says apart from the token: many say the address and groups only there.
fn completed(known: &Known, agent: &Agent, tokens: &Tokens, mut proven: Proven) -> Result<Proven, Trouble> {
    let subject = openidconnect::SubjectIdentifier::new(proven.subject.clone());
    let asked = known.protocol.user_info(tokens.access_token().clone(), Some(subject));
    let asked = asked.map_err(|_| Trouble::Answer("it has no address where people are described".to_owned()))?;
    let claims: openidconnect::UserInfoClaims<GroupClaims, CoreGenderClaim> =
        asked.request(&|request| send(agent, request))?;
    if proven.address.is_none() {
        proven.address = claims.email().map(|it| it.as_str().to_owned());
    }
    proven.is_verified = proven.is_verified.or(claims.email_verified());
    if proven.groups.is_empty() {
        proven.groups = groups(claims.additional_claims());
    }
    Ok(proven)
}

fn groups(claims: &GroupClaims) -> Vec<String> {
    let of_list = claims.groups.as_array().into_iter().flatten();
    // Some providers write a single group without a list.
    let all = of_list.chain(Some(&claims.groups)).filter_map(|it| it.as_str());
    all.take(GROUPS_MAX).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn ok_groups_of_any_form() {
        let many: Vec<String> = (0..GROUPS_MAX + 1).map(|it| it.to_string()).collect();
        for (claim, expected) in [
            (json!(["a", "b c"]), vec!["a", "b c"]),
            (json!("a"), vec!["a"]),
            (json!(["a", 1, null, ["b"]]), vec!["a"]),
            (json!(null), vec![]),
            (json!({"a": "b"}), vec![]),
            (json!(7), vec![]),
            (json!(many), many.iter().take(GROUPS_MAX).map(String::as_str).collect()),
        ] {
            assert_eq!(groups(&GroupClaims { groups: claim.clone() }), expected, "{claim}");
        }
    }
}
