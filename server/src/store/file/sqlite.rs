//! Opening the file, or refusing it: a foreign or damaged file is left as it is.
//!
//! Looks at the first bytes before SQLite does, because SQLite would turn an empty file into a database and roll a foreign one's
//! journal back.

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

use super::{lock, permissions};
use crate::{
    config::Synchronous,
    store::log::search_slots::{COUNTS_MAX, SEARCHES_MAX, SearchSlots},
};

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// 'SGau': stands in the header of our files.
const APPLICATION_ID: u32 = 0x5347_6175;
const HEADER_BYTES: usize = 100;
const APPLICATION_ID_AT: usize = 68;
/// Connections for reading.
const READERS_MAX: u32 = 4;
/// Rows between the thread that reads the file and the one that asked.
const ROWS_ON_THEIR_WAY: usize = 2_048;
/// Pages of the log at which a commit moves it into the file itself: 64 MB. Before that it is moved beside the writer.
const LOG_PAGES_MAX: &str = "16000";
/// How long a statement waits for another process, such as `streamgauge drain add`.
const BUSY_WAIT: Duration = Duration::from_secs(4);

/// Why a store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file is something else.
    #[error("{} is not a Streamgauge database ({found}); it was not touched", .path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What it is.
        found: &'static str,
    },
    /// The file can't be read or written.
    #[error("can't use {} as database: {reason}", .path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// It has a second name.
    #[error("{} has {names} names (hard links), and its -wal file belongs to one of them: expected one name, remove the others", .path.display())]
    Linked {
        /// The file.
        path: PathBuf,
        /// How many names it has.
        names: u64,
    },
    /// Another server has it.
    #[error("{} is in use by another streamgauge server", .path.display())]
    InUse {
        /// The file.
        path: PathBuf,
    },
}

/// An open store.
#[derive(Clone, Debug)]
pub struct Store {
    /// Connections that read.
    pub readers: SqlitePool,
    /// The connection of the probes, which wait for no other reader.
    pub probes: SqlitePool,
    /// Turns of those who search raw lines.
    pub searches: SearchSlots,
    /// Turns of those who count them.
    pub counts: SearchSlots,
    path: PathBuf,
}

impl Store {
    /// Opens the file, making and migrating it as needed.
    ///
    /// # Errors
    /// See [`OpenError`]; a foreign file is not changed.
    pub async fn open(path: &Path) -> Result<Self, OpenError> {
        let path = &lock::canonical(path);
        check_header(path)?;
        lock::check_names(path)?;
        let unusable = |reason: String| OpenError::Unusable { path: path.to_owned(), reason };
        if std::fs::metadata(path).map_or(0, |it| it.len()) == 0 {
            // Here, since SQLite would make it with the rights of the umask. A handle may still be closed: SQLite has none yet.
            permissions::open(path).map_err(|it| unusable(it.to_string()))?;
            mark(path).await.map_err(|it| unusable(plain(&it)))?;
        }
        permissions::tighten(path);
        let mut writer = options(path).connect().await.map_err(|it| unusable(plain(&it)))?;
        MIGRATIONS.run(&mut writer).await.map_err(|it| match it {
            sqlx::migrate::MigrateError::VersionMissing(version) => {
                unusable(format!("a newer streamgauge made it (schema {version})"))
            }
            other => unusable(other.to_string()),
        })?;
        Ok(Self::reading(path))
    }

    /// Opens a file that is there, for reading alone; nothing is made or migrated.
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
            .map_err(|it| unusable(plain(&it)))?;
        let ours = MIGRATIONS.iter().map(|it| it.version).max().unwrap_or(0);
        if newest != ours {
            return Err(unusable(format!("expected schema {ours}, found {newest}; streamgauge serve migrates it")));
        }
        Ok(Self::reading(path))
    }

    fn reading(path: &Path) -> Self {
        let (searches, counts) = (SearchSlots::new(SEARCHES_MAX), SearchSlots::new(COUNTS_MAX));
        Self { readers: pool(path, READERS_MAX), probes: pool(path, 1), searches, counts, path: path.to_owned() }
    }

    /// A connection that writes.
    ///
    /// # Errors
    /// When the file can't be opened.
    pub async fn connect(&self) -> Result<SqliteConnection, sqlx::Error> {
        options(&self.path).connect().await
    }

    /// The connection of the writer, whose commits survive what is asked for.
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

    /// Bytes of the file, of its log, and of the file's pages that are free for use.
    ///
    /// # Errors
    /// When the store can't be read.
    pub async fn file_bytes(&self) -> Result<(u64, u64, u64), sqlx::Error> {
        let bytes = |path: &Path| std::fs::metadata(path).map_or(0, |it| it.len());
        let log = PathBuf::from(format!("{}-wal", self.path.display()));
        let mut db = self.readers.acquire().await?;
        let page_bytes: i64 = sqlx::query_scalar("PRAGMA page_size").fetch_one(&mut *db).await?;
        let free_pages: i64 = sqlx::query_scalar("PRAGMA freelist_count").fetch_one(&mut *db).await?;
        Ok((bytes(&self.path), bytes(&log), u64::try_from(free_pages * page_bytes).unwrap_or(0)))
    }
}

/// A connection to a file that is there and ours.
///
/// # Errors
/// See [`OpenError`].
pub async fn open_existing(path: &Path) -> Result<SqliteConnection, OpenError> {
    let path = &lock::canonical(path);
    let unusable = |reason: String| OpenError::Unusable { path: path.to_owned(), reason };
    if std::fs::metadata(path).map_err(|it| unusable(it.to_string()))?.len() == 0 {
        return Err(unusable("it is empty".to_owned()));
    }
    check_header(path)?;
    lock::check_names(path)?;
    options(path).create_if_missing(false).connect().await.map_err(|it| unusable(plain(&it)))
}

/// Connections that read. They are kept for good: a new one would open whatever stands at the path by then.
fn pool(path: &Path, connections_max: u32) -> SqlitePool {
    let pool = SqlitePoolOptions::new().max_connections(connections_max).idle_timeout(None).max_lifetime(None);
    pool.connect_lazy_with(options(path).read_only(true))
}

/// Makes the file with our mark in its header. Not in WAL mode: the header would stay in the log until a checkpoint, and a crash
/// before it would leave a file that looks foreign.
async fn mark(path: &Path) -> Result<(), sqlx::Error> {
    let options =
        options(path).journal_mode(SqliteJournalMode::Delete).pragma("application_id", APPLICATION_ID.to_string());
    options.connect().await?.close().await
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // Survives any crash of the process; a power loss may cost the last commits.
        .synchronous(SqliteSynchronous::Normal)
        // Answers of thousands of rows: the more are on their way at once, the fewer times two threads wake each other.
        .row_buffer_size(ROWS_ON_THEIR_WAY)
        .busy_timeout(BUSY_WAIT)
        .foreign_keys(false)
        .pragma("wal_autocheckpoint", LOG_PAGES_MAX)
        .pragma("temp_store", "memory")
        .disable_statement_logging()
}

/// Passes a file that is missing, empty or ours.
///
/// # Errors
/// [`OpenError::Foreign`] for anything else.
pub fn check_header(path: &Path) -> Result<(), OpenError> {
    let unusable = |it: std::io::Error| OpenError::Unusable { path: path.to_owned(), reason: it.to_string() };
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

fn plain(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(error) => error.message().to_owned(),
        other => other.to_string(),
    }
}
