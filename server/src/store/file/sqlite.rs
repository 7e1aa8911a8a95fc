//! Opens the database file, or refuses it. A foreign or damaged file is not changed.
//!
//! The header is checked before SQLite sees the file: SQLite would turn an empty file into a
//! database, and would roll back the journal of a foreign one.

use std::{
    fs::File,
    io::{ErrorKind, Read},
    path::{Path, PathBuf},
    time::Duration,
};

use sqlx::{
    ConnectOptions, Connection, SqliteConnection, SqlitePool,
    migrate::Migrator,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{lock, open_error::OpenError, permissions};
use crate::{
    config::Synchronous,
    store::search_slots::{COUNTS_MAX, EXPORTS_MAX, RULES_MAX, SEARCHES_MAX, SearchSlots},
};

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// 'SGau', in the header of every file of ours.
const APPLICATION_ID: u32 = 0x5347_6175;
const HEADER_BYTES: usize = 100;
const APPLICATION_ID_AT: usize = 68;
/// Connections that read.
const READERS_MAX: u32 = 4;
/// Rows buffered between the thread that reads the file and the task that waits for them.
const ROWS_BUFFERED: usize = 2_048;
/// Pages of the WAL at which a commit moves them into the file itself: 64 MB. Until then `wal`
/// moves them beside the writer.
const WAL_PAGES_MAX: &str = "16000";
/// How long a statement waits for another process, such as `streamgauge drain add`.
const BUSY_WAIT: Duration = Duration::from_secs(4);

/// An open store.
#[derive(Clone, Debug)]
pub struct Store {
    /// Connections that read.
    pub readers: SqlitePool,
    /// A connection for health checks, which must not wait for other readers.
    pub probes: SqlitePool,
    /// Slots for searches of raw lines.
    pub searches: SearchSlots,
    /// Slots for histograms, which count raw lines.
    pub counts: SearchSlots,
    /// The slot of exports, so that a long one delays nobody's search.
    pub exports: SearchSlots,
    /// The slot of rules that look at log lines, so that they delay nobody's search.
    pub rules: SearchSlots,
    path: PathBuf,
}

impl Store {
    /// The path of the file.
    #[must_use]
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Opens the file; creates and migrates it as needed.
    ///
    /// # Errors
    /// See [`OpenError`]; a foreign file is not changed.
    pub async fn open(path: &Path) -> Result<Self, OpenError> {
        let path = &lock::canonical(path);
        let _turn = lock::turn(path).await?;
        check_header(path)?;
        lock::check_names(path)?;
        let unusable = |reason: String| OpenError::Unusable { path: path.to_owned(), reason };
        if std::fs::metadata(path).map_or(0, |it| it.len()) == 0 {
            // Created here, since SQLite would apply the umask. Closing this handle drops no lock:
            // SQLite has no handle of the file yet.
            permissions::open(path).map_err(|it| unusable(permissions::reason(path, &it)))?;
            write_application_id(path).await.map_err(|it| unusable(message(&it)))?;
        }
        permissions::tighten(path);
        let mut writer = options(path).connect().await.map_err(|it| unusable(message(&it)))?;
        MIGRATIONS.run(&mut writer).await.map_err(|error| match error {
            sqlx::migrate::MigrateError::VersionMissing(version) => {
                unusable(format!("a newer streamgauge made it (schema {version})"))
            }
            other => unusable(other.to_string()),
        })?;
        Ok(Self::reading(path))
    }

    /// Opens an existing file for reading only; nothing is created or migrated.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn read(path: &Path) -> Result<Self, OpenError> {
        let path = &lock::canonical(path);
        let mut db = open_existing(path).await?;
        let unusable = |reason: String| OpenError::Unusable { path: path.to_owned(), reason };
        let newest: i64 = sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM _sqlx_migrations")
            .fetch_one(&mut db)
            .await
            .map_err(|it| unusable(message(&it)))?;
        let ours = MIGRATIONS.iter().map(|it| it.version).max().unwrap_or(0);
        if newest != ours {
            return Err(unusable(format!("expected schema {ours}, found {newest}; streamgauge serve migrates it")));
        }
        Ok(Self::reading(path))
    }

    fn reading(path: &Path) -> Self {
        let (searches, counts) = (SearchSlots::new(SEARCHES_MAX), SearchSlots::new(COUNTS_MAX));
        let (exports, rules) = (SearchSlots::new(EXPORTS_MAX), SearchSlots::new(RULES_MAX));
        let (readers, probes) = (pool(path, READERS_MAX), pool(path, 1));
        Self { readers, probes, searches, counts, exports, rules, path: path.to_owned() }
    }

    /// A connection that writes.
    ///
    /// # Errors
    /// When the file can't be opened.
    pub async fn connect(&self) -> Result<SqliteConnection, sqlx::Error> {
        // A missing file must not be created: the WAL beside it belongs to the old one.
        options(&self.path).create_if_missing(false).connect().await
    }

    /// The connection of the writer. `synchronous` says what its commits survive.
    ///
    /// # Errors
    /// When the file can't be opened.
    pub async fn connect_writer(&self, synchronous: Synchronous) -> Result<SqliteConnection, sqlx::Error> {
        let synchronous = match synchronous {
            Synchronous::Normal => SqliteSynchronous::Normal,
            Synchronous::Full => SqliteSynchronous::Full,
        };
        options(&self.path).synchronous(synchronous).connect().await
    }

    /// Reads one row over the connection for health checks.
    ///
    /// # Errors
    /// When the store can't be read.
    pub async fn probe(&self) -> Result<(), sqlx::Error> {
        let read = sqlx::query_scalar::<_, i64>("SELECT block_id FROM checkpoint").fetch_one(&self.probes);
        read.await.map(drop)
    }

    /// The size of the file and of its WAL.
    ///
    /// # Errors
    /// When the store can't be read.
    pub async fn file_size(&self) -> Result<FileSize, sqlx::Error> {
        let bytes = |path: &Path| std::fs::metadata(path).map_or(0, |it| it.len());
        let mut db = self.readers.acquire().await?;
        let page_bytes: i64 = sqlx::query_scalar("PRAGMA page_size").fetch_one(&mut *db).await?;
        let free_pages: i64 = sqlx::query_scalar("PRAGMA freelist_count").fetch_one(&mut *db).await?;
        Ok(FileSize {
            file_bytes: bytes(&self.path),
            wal_bytes: bytes(&permissions::beside(&self.path, "-wal")),
            free_bytes: u64::try_from(free_pages * page_bytes).unwrap_or(0),
        })
    }
}

/// How large the database file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileSize {
    /// Bytes of the file.
    pub file_bytes: u64,
    /// Bytes of its write-ahead log.
    pub wal_bytes: u64,
    /// Bytes of the file's pages that hold no data and will be used again.
    pub free_bytes: u64,
}

/// Opens a connection to an existing file of ours.
///
/// # Errors
/// See [`OpenError`].
pub(crate) async fn open_existing(path: &Path) -> Result<SqliteConnection, OpenError> {
    let path = &lock::canonical(path);
    let unusable = |reason: String| OpenError::Unusable { path: path.to_owned(), reason };
    if std::fs::metadata(path).map_err(|it| unusable(permissions::reason(path, &it)))?.len() == 0 {
        return Err(unusable("it is empty".to_owned()));
    }
    check_header(path)?;
    lock::check_names(path)?;
    options(path).create_if_missing(false).connect().await.map_err(|it| unusable(message(&it)))
}

/// A pool of connections that read. They are never replaced: a new one would open whatever file is
/// at the path by then.
fn pool(path: &Path, connections_max: u32) -> SqlitePool {
    let pool = SqlitePoolOptions::new().max_connections(connections_max).idle_timeout(None).max_lifetime(None);
    pool.connect_lazy_with(options(path).read_only(true))
}

/// Creates the database with our application id in its header. Not in WAL mode: the header would
/// stay in the WAL until a checkpoint, and a crash before that would leave a file that looks
/// foreign.
async fn write_application_id(path: &Path) -> Result<(), sqlx::Error> {
    let options =
        options(path).journal_mode(SqliteJournalMode::Delete).pragma("application_id", APPLICATION_ID.to_string());
    options.connect().await?.close().await
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // A commit survives any crash of the process; a power loss may cost the last commits.
        .synchronous(SqliteSynchronous::Normal)
        // Results have thousands of rows: the more are buffered, the less often two threads wake
        // each other.
        .row_buffer_size(ROWS_BUFFERED)
        .busy_timeout(BUSY_WAIT)
        .foreign_keys(false)
        .pragma("wal_autocheckpoint", WAL_PAGES_MAX)
        .pragma("temp_store", "memory")
        .disable_statement_logging()
}

/// Accepts a file that is missing, empty or ours.
///
/// # Errors
/// [`OpenError::Foreign`] for anything else.
pub(crate) fn check_header(path: &Path) -> Result<(), OpenError> {
    let unusable = |it| OpenError::Unusable { path: path.to_owned(), reason: permissions::reason(path, &it) };
    let foreign = |found| Err(OpenError::Foreign { path: path.to_owned(), found });
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(unusable(error)),
    };
    let mut header = Vec::with_capacity(HEADER_BYTES);
    file.take(HEADER_BYTES as u64).read_to_end(&mut header).map_err(unusable)?;
    if header.is_empty() {
        return Ok(());
    }
    if header.len() < HEADER_BYTES || !header.starts_with(b"SQLite format 3\0") {
        return foreign("not an SQLite file");
    }
    if header[APPLICATION_ID_AT..APPLICATION_ID_AT + 4] != APPLICATION_ID.to_be_bytes() {
        return foreign("another program's SQLite file");
    }
    Ok(())
}

/// SQLite's code of a damaged file.
const CORRUPT: &str = "11";

fn message(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(error) if error.code().as_deref() == Some(CORRUPT) => {
            format!("it is damaged: {}", error.message())
        }
        sqlx::Error::Database(error) => error.message().to_owned(),
        other => other.to_string(),
    }
}
