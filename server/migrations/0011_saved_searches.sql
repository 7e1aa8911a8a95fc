-- Searches for log lines that people keep, for an app (none: for every app). `search` is their JSON.
CREATE TABLE saved_search (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    app_id     INTEGER REFERENCES app (id),
    name       TEXT    NOT NULL,
    search     TEXT    NOT NULL,
    changed_ms INTEGER NOT NULL,
    changed_by TEXT    NOT NULL
) STRICT;
-- One name means one search of an app, whatever the case of its letters.
CREATE UNIQUE INDEX saved_search_name ON saved_search (coalesce(app_id, 0), name COLLATE NOCASE);
