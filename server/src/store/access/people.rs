//! People: their names, roles, password hashes, and the invitations by which they come in.

use sqlx::{SqliteConnection, SqlitePool};

use crate::access::{TokenHash, credentials::KnownPerson, principal::Role};

/// Most people. All of them are in memory.
pub(crate) const PEOPLE_MAX: i64 = 200;
/// Longest name, characters.
pub(crate) const NAME_CHARS_MAX: usize = 60;
/// How long an invitation can be accepted, milliseconds.
pub(crate) const INVITED_FOR_MS: i64 = 7 * 86_400_000;
/// Names that stand for others: the administrator, and nobody in particular.
const TAKEN_NAMES: [&str; 2] = ["admin", "any"];

/// Somebody, as lists show them.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(crate) struct PersonRow {
    pub name: String,
    pub role: String,
    pub has_password: bool,
    /// Whether they come in by an OIDC provider.
    pub has_provider: bool,
    pub created_ms: i64,
    /// Until when an open invitation can be accepted, unix milliseconds.
    pub invited_until_ms: Option<i64>,
}

/// Why somebody was not added, changed or removed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(
        "expected a name of 1 to {NAME_CHARS_MAX} characters without ':' and control characters, and not admin or any"
    )]
    Name,
    #[error("there is somebody named {0:?} already")]
    NameTaken(String),
    #[error("expected at most {PEOPLE_MAX} people: remove some first")]
    TooMany,
    #[error("{0:?} signs in with SSO: expected a change of OIDC_ALLOW, or of the person at the provider")]
    Provided(String),
    #[error("there is nobody named {0:?}")]
    Unknown(String),
    #[error("this invitation was used, has expired, or was replaced by another one")]
    NoInvitation,
    #[error("the database could not be used: {0}")]
    Store(#[from] sqlx::Error),
}

/// A name as it is stored.
///
/// # Errors
/// [`Error::Name`].
pub(crate) fn checked_name(name: &str) -> Result<&str, Error> {
    let name = name.trim();
    let is_long = !(1..=NAME_CHARS_MAX).contains(&name.chars().count());
    // A colon ends the name in Basic authorization.
    let is_odd = name.contains(|it: char| it.is_control() || it == ':');
    let is_taken = TAKEN_NAMES.iter().any(|it| it.eq_ignore_ascii_case(name));
    if is_long || is_odd || is_taken { Err(Error::Name) } else { Ok(name) }
}

/// Everybody.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn list(db: &SqlitePool) -> Result<Vec<PersonRow>, sqlx::Error> {
    let sql = "SELECT name, role, password IS NOT NULL AS has_password, issuer IS NOT NULL AS has_provider, created_ms,
               CASE WHEN invite_sha256 IS NOT NULL THEN invited_until_ms END AS invited_until_ms
               FROM person ORDER BY name";
    sqlx::query_as(sql).fetch_all(db).await
}

/// Everybody, with their password hashes.
///
/// # Errors
/// When the store can't be read.
pub(super) async fn known(db: &SqlitePool) -> Result<Vec<KnownPerson>, sqlx::Error> {
    let rows: Vec<(i64, String, String, Option<String>)> =
        sqlx::query_as("SELECT id, name, role, password FROM person").fetch_all(db).await?;
    let people = rows.into_iter().filter_map(|(id, name, role, password)| {
        let role = Role::ALL.into_iter().find(|it| it.word() == role)?;
        Some(KnownPerson { id, name: name.into(), role, password: password.map(Into::into) })
    });
    Ok(people.collect())
}

/// Invites somebody: adds them, or gives somebody who is there a new role and invitation. A
/// password that they have stays until the invitation is accepted.
///
/// # Errors
/// See [`Error`].
pub(crate) async fn invite(
    db: &mut SqliteConnection,
    name: &str,
    role: Role,
    invitation: TokenHash,
    now_ms: i64,
) -> Result<(), Error> {
    let name = checked_name(name)?;
    let sql = "INSERT INTO person (name, role, created_ms, invite_sha256, invited_until_ms)
               SELECT ?1, ?2, ?3, ?4, ?5 WHERE (SELECT count(*) FROM person) < ?6
                   OR EXISTS (SELECT 1 FROM person WHERE name = ?1)
               ON CONFLICT (name) DO UPDATE SET role = ?2, invite_sha256 = ?4, invited_until_ms = ?5
                   WHERE issuer IS NULL";
    let query = sqlx::query(sql).bind(name).bind(role.word()).bind(now_ms).bind(invitation.as_slice());
    let done = query.bind(now_ms + INVITED_FOR_MS).bind(PEOPLE_MAX).execute(&mut *db).await?;
    if done.rows_affected() > 0 {
        return Ok(());
    }
    let is_known: bool =
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM person WHERE name = ?)").bind(name).fetch_one(db).await?;
    Err(if is_known { Error::Provided(name.to_owned()) } else { Error::TooMany })
}

/// Who is invited by this, while the invitation is open.
///
/// # Errors
/// When the store can't be read.
pub(crate) async fn invited(
    db: &SqlitePool,
    invitation: TokenHash,
    now_ms: i64,
) -> Result<Option<String>, sqlx::Error> {
    let query = sqlx::query_scalar("SELECT name FROM person WHERE invite_sha256 = ? AND invited_until_ms > ?");
    query.bind(invitation.as_slice()).bind(now_ms).fetch_optional(db).await
}

/// Accepts an invitation with a name and the hash of a password; returns who it was. It ends with
/// that, and so do all sessions of the person.
///
/// # Errors
/// See [`Error`].
pub(crate) async fn accept(
    db: &mut SqliteConnection,
    invitation: TokenHash,
    (name, password): (&str, &str),
    now_ms: i64,
) -> Result<i64, Error> {
    let name = checked_name(name)?;
    let sql = "UPDATE person SET name = ?, password = ?, invite_sha256 = NULL, invited_until_ms = NULL
               WHERE invite_sha256 = ? AND invited_until_ms > ? RETURNING id";
    let query = sqlx::query_scalar(sql).bind(name).bind(password).bind(invitation.as_slice()).bind(now_ms);
    let found: Option<i64> = query.fetch_optional(&mut *db).await.map_err(|error| match error.as_database_error() {
        Some(it) if it.is_unique_violation() => Error::NameTaken(name.to_owned()),
        _ => Error::Store(error),
    })?;
    let id = found.ok_or(Error::NoInvitation)?;
    super::sessions::end_all(db, id, None).await?;
    Ok(id)
}

/// Gives somebody another password, and ends all their sessions but one.
///
/// # Errors
/// When the store can't be written.
pub(crate) async fn set_password(
    db: &mut SqliteConnection,
    id: i64,
    password: &str,
    but: Option<i64>,
) -> Result<(), sqlx::Error> {
    sqlx::query("UPDATE person SET password = ? WHERE id = ?").bind(password).bind(id).execute(&mut *db).await?;
    super::sessions::end_all(db, id, but).await
}

/// Removes somebody by name, with their sessions.
///
/// # Errors
/// See [`Error`].
pub(crate) async fn remove(db: &mut SqliteConnection, name: &str) -> Result<(), Error> {
    let sql = "DELETE FROM session WHERE person_id = (SELECT id FROM person WHERE name = ?)";
    sqlx::query(sql).bind(name).execute(&mut *db).await?;
    let done = sqlx::query("DELETE FROM person WHERE name = ?").bind(name).execute(db).await?;
    if done.rows_affected() > 0 { Ok(()) } else { Err(Error::Unknown(name.chars().take(60).collect())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_names() {
        for name in ["alice", " Zoë ", "a b"] {
            assert!(checked_name(name).is_ok_and(|it| it == name.trim()), "{name}");
        }
    }

    #[test]
    fn err_names() {
        for name in ["", " ", "a:b", "a\nb", "Admin", "any", &"x".repeat(61)] {
            assert!(checked_name(name).is_err(), "{name}");
        }
    }
}
