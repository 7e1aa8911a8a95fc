-- Boards: pages of one's own. `panels` is their JSON; `version` grows by one with each change, so that two people who change a board at
-- once learn of each other.
CREATE TABLE board (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT    NOT NULL,
    panels     TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL,
    changed_by TEXT    NOT NULL
) STRICT;
