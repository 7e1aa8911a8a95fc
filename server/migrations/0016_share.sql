-- Share links, by the SHA-256 of their token. `apps` is a JSON array of app ids, at least one; the
-- page of kind `app` is that of the first. `span` is the word of a range; empty for any. A link that
-- has ended stays for a while, so that whoever opens it is told.
CREATE TABLE share (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    name        TEXT    NOT NULL COLLATE NOCASE,
    sha256      BLOB    NOT NULL UNIQUE,
    page        TEXT    NOT NULL CHECK (page IN ('wall', 'app', 'board')),
    board_id    INTEGER,
    apps        TEXT    NOT NULL,
    span        TEXT    NOT NULL,
    shows_lines INTEGER NOT NULL CHECK (shows_lines IN (0, 1)),
    created_ms  INTEGER NOT NULL,
    created_by  TEXT    NOT NULL,
    expires_ms  INTEGER,
    ended_ms    INTEGER,
    views       INTEGER NOT NULL DEFAULT 0,
    viewed_ms   INTEGER
) STRICT;
CREATE UNIQUE INDEX share_name ON share (name) WHERE ended_ms IS NULL;
