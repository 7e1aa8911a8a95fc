//! People who come in by an OIDC provider. They are known by what the provider calls them
//! for good (subject), and named by their address of mail. Whether they may is decided elsewhere.

use sqlx::SqliteConnection;

use super::people::PEOPLE_MAX;
use crate::{access::principal::Role, store::file::transaction::transaction};

/// Somebody that a provider vouches for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entrant<'a> {
    pub issuer: &'a str,
    pub subject: &'a str,
    pub address: &'a str,
    pub role: Role,
}

/// What became of somebody who came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entered {
    /// They have this id.
    As(i64),
    /// Somebody else has the name, and a password or an invitation.
    NameTaken,
    /// There are as many people as there may be, and all of them are signed in or have a password.
    TooMany,
}

/// Adds somebody, or gives somebody who is there the present name and role.
///
/// # Errors
/// When the store can't be read or written.
pub(crate) async fn enter(
    db: &mut SqliteConnection,
    entrant: Entrant<'_>,
    now_ms: i64,
) -> Result<Entered, sqlx::Error> {
    transaction(db, async |db| {
        let Entrant { issuer, subject, address, role } = entrant;
        let sql = "SELECT id, issuer IS NULL, issuer IS ?2 AND subject IS ?3 FROM person WHERE name = ?1";
        let query = sqlx::query_as(sql).bind(address).bind(issuer).bind(subject);
        let named: Option<(i64, bool, bool)> = query.fetch_optional(&mut *db).await?;
        match named {
            Some((_, true, _)) => return Ok(Entered::NameTaken),
            // The address has passed to somebody else, who must not get what was theirs.
            Some((id, false, false)) => forget(db, id).await?,
            _ => {}
        }
        let sql = "UPDATE person SET name = ?, role = ? WHERE issuer = ? AND subject = ? RETURNING id";
        let query = sqlx::query_scalar(sql).bind(address).bind(role.word()).bind(issuer).bind(subject);
        let known: Option<i64> = query.fetch_optional(&mut *db).await?;
        if let Some(id) = known {
            return Ok(Entered::As(id));
        }
        make_room(db, now_ms).await?;
        let sql = "INSERT INTO person (name, role, created_ms, issuer, subject)
                   SELECT ?1, ?2, ?3, ?4, ?5 WHERE (SELECT count(*) FROM person) < ?6 RETURNING id";
        let query = sqlx::query_scalar(sql).bind(address).bind(role.word()).bind(now_ms).bind(issuer);
        let added: Option<i64> = query.bind(subject).bind(PEOPLE_MAX).fetch_optional(&mut *db).await?;
        Ok(added.map_or(Entered::TooMany, Entered::As))
    })
    .await
}

/// Removes somebody who may no longer come in, with their sessions; false when there is nobody.
///
/// # Errors
/// When the store can't be read or written.
pub(crate) async fn dismiss(db: &mut SqliteConnection, issuer: &str, subject: &str) -> Result<bool, sqlx::Error> {
    transaction(db, async |db| {
        let query = sqlx::query_scalar("SELECT id FROM person WHERE issuer = ? AND subject = ?");
        let known: Option<i64> = query.bind(issuer).bind(subject).fetch_optional(&mut *db).await?;
        let Some(id) = known else { return Ok(false) };
        forget(db, id).await.map(|()| true)
    })
    .await
}

async fn forget(db: &mut SqliteConnection, id: i64) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM session WHERE person_id = ?").bind(id).execute(&mut *db).await?;
    sqlx::query("DELETE FROM person WHERE id = ?").bind(id).execute(db).await.map(drop)
}

/// Where there are as many people as there may be, those of a provider leave whose sessions are
/// over: they are added again when they come again.
async fn make_room(db: &mut SqliteConnection, now_ms: i64) -> Result<(), sqlx::Error> {
    let gone = "SELECT id FROM person WHERE issuer IS NOT NULL AND (SELECT count(*) FROM person) >= ?2
                AND NOT EXISTS (SELECT 1 FROM session WHERE person_id = person.id AND ends_ms > ?1)";
    let query = sqlx::query_scalar(gone).bind(now_ms).bind(PEOPLE_MAX);
    let ids: Vec<i64> = query.fetch_all(&mut *db).await?;
    for id in ids {
        forget(db, id).await?;
    }
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that can't go on should say where")]
mod tests {
    use super::*;
    use crate::store::{
        Store,
        access::sessions::{self, NewSession},
    };

    /// Somebody whose session ends then; returns what became of them.
    async fn entered(db: &mut SqliteConnection, n: i64, ends_ms: i64) -> Entered {
        let (subject, address) = (n.to_string(), format!("{n}@x.org"));
        let entrant = Entrant { issuer: "https://i", subject: &subject, address: &address, role: Role::Viewer };
        let entered = enter(db, entrant, 1_000).await.unwrap();
        if let Entered::As(id) = entered {
            let hash = [u8::try_from(n).unwrap(); 32];
            let session = NewSession { hash, person: Some(id), ends_ms: Some(ends_ms), from: "", agent: "" };
            sessions::begin(db, session, 1_000).await.unwrap();
        }
        entered
    }

    #[tokio::test]
    async fn ok_those_whose_sessions_are_over_make_room() {
        let dir = tempfile::TempDir::new().unwrap();
        let store = Store::open(&dir.path().join("test.db")).await.unwrap();
        let mut db = store.connect().await.unwrap();
        for n in 0..PEOPLE_MAX {
            assert!(matches!(entered(&mut db, n, 2_000).await, Entered::As(_)), "{n}");
        }
        assert_eq!(entered(&mut db, PEOPLE_MAX, 2_000).await, Entered::TooMany);
        // Who is there comes in all the same, and takes nobody's room.
        let again = Entrant { issuer: "https://i", subject: "7", address: "seven@x.org", role: Role::Admin };
        assert!(matches!(enter(&mut db, again, 1_000).await.unwrap(), Entered::As(_)));
        let late = Entrant { issuer: "https://i", subject: "late", address: "late@x.org", role: Role::Viewer };
        assert!(matches!(enter(&mut db, late, 2_000).await.unwrap(), Entered::As(_)));
        let left: Vec<String> = sqlx::query_scalar("SELECT name FROM person").fetch_all(&mut db).await.unwrap();
        assert_eq!(left, ["late@x.org"]);
        assert!(dismiss(&mut db, "https://i", "late").await.unwrap());
        assert!(!dismiss(&mut db, "https://i", "late").await.unwrap());
    }
}
