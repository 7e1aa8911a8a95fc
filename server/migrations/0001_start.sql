-- Streamgauge's store. Times end in _ms (unix milliseconds) or _s (unix seconds), UTC.
-- `PRAGMA application_id` is 1397186933, 'SGau' in ASCII: how Streamgauge knows its own files. It is set when a file is made.

CREATE TABLE app (
    id           INTEGER PRIMARY KEY,
    name         TEXT    NOT NULL UNIQUE,
    created_ms   INTEGER NOT NULL,
    last_line_ms INTEGER
) STRICT;

-- A drain without an app is shared: the app stands in its URL. Only the hash of its token is kept.
CREATE TABLE drain (
    id           INTEGER PRIMARY KEY,
    app_id       INTEGER REFERENCES app (id),
    name         TEXT    NOT NULL,
    token_sha256 BLOB    NOT NULL UNIQUE,
    created_ms   INTEGER NOT NULL
) STRICT;

-- One row a batch, written before its sender is answered: the log is the database. The body is LZ4 with its size before it,
-- and NULL once it is neither needed for a replay nor kept as raw lines; the row stays to know a batch that comes again.
CREATE TABLE block (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    drain_id      INTEGER NOT NULL,
    app_id        INTEGER NOT NULL REFERENCES app (id),
    batch_id      TEXT,
    received_ms   INTEGER NOT NULL,
    from_logplex  INTEGER NOT NULL,
    prefix        TEXT    NOT NULL,
    source_prefix TEXT    NOT NULL,
    lines         INTEGER NOT NULL,
    body_bytes    INTEGER NOT NULL,
    body          BLOB
) STRICT;
CREATE UNIQUE INDEX block_batch ON block (drain_id, batch_id) WHERE batch_id IS NOT NULL;
CREATE INDEX block_received ON block (received_ms);

CREATE TABLE series (
    id     INTEGER PRIMARY KEY,
    app_id INTEGER NOT NULL REFERENCES app (id),
    metric TEXT    NOT NULL,
    kind   TEXT    NOT NULL CHECK (kind IN ('counter', 'gauge', 'distribution')),
    unit   TEXT    NOT NULL,
    source TEXT    NOT NULL,
    status INTEGER NOT NULL,
    method TEXT    NOT NULL,
    code   TEXT    NOT NULL,
    UNIQUE (app_id, metric, kind, unit, source, status, method, code)
) STRICT;

-- One row a series and bucket that has data. `sketch` holds a distribution; rows of the same series merge over any range.
CREATE TABLE rollup_10s (
    series_id INTEGER NOT NULL REFERENCES series (id),
    bucket_s  INTEGER NOT NULL,
    count     INTEGER NOT NULL,
    sum       REAL    NOT NULL,
    min       REAL    NOT NULL,
    max       REAL    NOT NULL,
    last      REAL    NOT NULL,
    last_ms   INTEGER NOT NULL,
    sketch    BLOB,
    PRIMARY KEY (series_id, bucket_s)
) STRICT, WITHOUT ROWID;

CREATE TABLE rollup_1m (
    series_id INTEGER NOT NULL REFERENCES series (id),
    bucket_s  INTEGER NOT NULL,
    count     INTEGER NOT NULL,
    sum       REAL    NOT NULL,
    min       REAL    NOT NULL,
    max       REAL    NOT NULL,
    last      REAL    NOT NULL,
    last_ms   INTEGER NOT NULL,
    sketch    BLOB,
    PRIMARY KEY (series_id, bucket_s)
) STRICT, WITHOUT ROWID;

CREATE TABLE rollup_1h (
    series_id INTEGER NOT NULL REFERENCES series (id),
    bucket_s  INTEGER NOT NULL,
    count     INTEGER NOT NULL,
    sum       REAL    NOT NULL,
    min       REAL    NOT NULL,
    max       REAL    NOT NULL,
    last      REAL    NOT NULL,
    last_ms   INTEGER NOT NULL,
    sketch    BLOB,
    PRIMARY KEY (series_id, bucket_s)
) STRICT, WITHOUT ROWID;

-- The rollup rows include every block up to this one, and no later one.
CREATE TABLE checkpoint (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    block_id INTEGER NOT NULL,
    lines    INTEGER NOT NULL
) STRICT;
INSERT INTO checkpoint (id, block_id, lines) VALUES (1, 0, 0);
