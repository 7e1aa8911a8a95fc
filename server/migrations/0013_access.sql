-- Who comes in besides the administrator of ADMIN_PASSWORD, and who changed what.

-- People with a name and a password of their own. `password` is an Argon2id hash in PHC form; until
-- an invitation is accepted there is none. The hash of an invitation is NULL once it was used.
CREATE TABLE person (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    name           TEXT    NOT NULL UNIQUE COLLATE NOCASE,
    role           TEXT    NOT NULL CHECK (role IN ('viewer', 'editor', 'admin')),
    password       TEXT,
    created_ms     INTEGER NOT NULL,
    invite_sha256  BLOB UNIQUE,
    invited_until_ms INTEGER
) STRICT;

-- Browsers that are signed in: the SHA-256 of a cookie. Without a person it is the administrator's,
-- and its hash includes that of ADMIN_PASSWORD, so that another password ends it.
CREATE TABLE session (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    sha256       BLOB    NOT NULL UNIQUE,
    person_id    INTEGER REFERENCES person (id),
    created_ms   INTEGER NOT NULL,
    used_ms      INTEGER NOT NULL,
    used_from    TEXT    NOT NULL,
    agent        TEXT    NOT NULL
) STRICT;
CREATE INDEX session_person ON session (person_id);

-- API tokens, by their SHA-256. `apps` is a JSON array of app ids; NULL for every app.
CREATE TABLE token (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    name        TEXT    NOT NULL UNIQUE COLLATE NOCASE,
    scope       TEXT    NOT NULL CHECK (scope IN ('read', 'write')),
    apps        TEXT,
    sha256      BLOB    NOT NULL UNIQUE,
    created_ms  INTEGER NOT NULL,
    created_by  TEXT    NOT NULL,
    expires_ms  INTEGER,
    used_ms     INTEGER,
    used_from   TEXT
) STRICT;

-- Changes, the newest ones alone.
CREATE TABLE audit (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms   INTEGER NOT NULL,
    who     TEXT    NOT NULL,
    address TEXT    NOT NULL,
    what    TEXT    NOT NULL
) STRICT;
