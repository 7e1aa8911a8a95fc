-- Series get the label `path`: the endpoint of a request. The table is made anew, since its uniqueness includes the label.
CREATE TABLE series_new (
    id     INTEGER PRIMARY KEY,
    app_id INTEGER NOT NULL REFERENCES app (id),
    metric TEXT    NOT NULL,
    kind   TEXT    NOT NULL CHECK (kind IN ('counter', 'gauge', 'distribution')),
    unit   TEXT    NOT NULL,
    source TEXT    NOT NULL,
    status INTEGER NOT NULL,
    method TEXT    NOT NULL,
    path   TEXT    NOT NULL,
    code   TEXT    NOT NULL,
    UNIQUE (app_id, metric, kind, unit, source, status, method, path, code)
) STRICT;
INSERT INTO series_new (id, app_id, metric, kind, unit, source, status, method, path, code)
    SELECT id, app_id, metric, kind, unit, source, status, method, '', code FROM series;
DROP TABLE series;
ALTER TABLE series_new RENAME TO series;

-- What happened: releases, crashes, notes. Written with the rollup rows, so that each counts once through a crash.
CREATE TABLE event (
    id     INTEGER PRIMARY KEY,
    app_id INTEGER NOT NULL REFERENCES app (id),
    at_ms  INTEGER NOT NULL,
    end_ms INTEGER,
    kind   TEXT    NOT NULL,
    source TEXT    NOT NULL,
    text   TEXT    NOT NULL,
    link   TEXT    NOT NULL
) STRICT;
CREATE INDEX event_time ON event (app_id, at_ms);
