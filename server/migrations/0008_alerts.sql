-- Alerts: rules, incidents with their timelines, channels, the outbox, mutes and maintenance windows.

-- A rule of the user's own. `rule` is its JSON. Without an app it judges each app by itself.
CREATE TABLE rule (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    app_id     INTEGER REFERENCES app (id),
    rule       TEXT    NOT NULL,
    created_ms INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL
) STRICT;
-- The judge asks every two seconds whether a rule has changed.
CREATE INDEX rule_changed ON rule (changed_ms);

-- A built-in rule that is switched off for an app.
CREATE TABLE rule_off (
    app_id INTEGER NOT NULL REFERENCES app (id),
    rule   TEXT    NOT NULL,
    PRIMARY KEY (app_id, rule)
) STRICT, WITHOUT ROWID;

-- One incident an app and cause. `rules` is JSON: how far each rule and group that joined it has come, for the judge to go on
-- after a restart. A pending incident that passes is deleted.
CREATE TABLE incident (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    app_id      INTEGER NOT NULL REFERENCES app (id),
    cause       TEXT    NOT NULL,
    severity    TEXT    NOT NULL,
    state       TEXT    NOT NULL,
    rule        TEXT    NOT NULL,
    rule_name   TEXT    NOT NULL,
    what        TEXT    NOT NULL,
    detail      TEXT    NOT NULL,
    remedy      TEXT    NOT NULL,
    metric      TEXT,
    began_ms    INTEGER NOT NULL,
    fired_ms    INTEGER,
    resolved_ms INTEGER,
    worst_ms    INTEGER NOT NULL,
    rules       TEXT    NOT NULL
) STRICT;
CREATE UNIQUE INDEX incident_open ON incident (app_id, cause) WHERE resolved_ms IS NULL;
CREATE INDEX incident_began ON incident (began_ms);
CREATE INDEX incident_app ON incident (app_id, began_ms);

CREATE TABLE incident_entry (
    id          INTEGER PRIMARY KEY,
    incident_id INTEGER NOT NULL REFERENCES incident (id),
    at_ms       INTEGER NOT NULL,
    kind        TEXT    NOT NULL,
    rule        TEXT,
    rule_group  TEXT    NOT NULL,
    text        TEXT    NOT NULL
) STRICT;
CREATE INDEX incident_entry_of ON incident_entry (incident_id, at_ms);

-- Where messages go. `sealed` is its URL, encrypted with a key that is not in this file; `target` is what may be shown of it. `apps` is a JSON
-- array of names. `problem` is why the last attempt failed, `dropped` counts messages that found no room since the last one that was
-- delivered, and a channel is stopped once its receiver has answered that it is gone.
CREATE TABLE channel (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    kind         TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    target       TEXT    NOT NULL,
    sealed       BLOB    NOT NULL,
    zone         TEXT    NOT NULL,
    severity     TEXT    NOT NULL,
    apps         TEXT    NOT NULL,
    created_ms   INTEGER NOT NULL,
    delivered_ms INTEGER,
    problem      TEXT,
    dropped      INTEGER NOT NULL DEFAULT 0,
    stopped      INTEGER NOT NULL DEFAULT 0
) STRICT;

-- One message for one channel, written with the change of the incident that it is about. `next_ms` is when it is tried next; NULL once it
-- is delivered or given up. Messages that share a `digest_id` are delivered as one.
CREATE TABLE outbox (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id   TEXT    NOT NULL UNIQUE,
    channel_id   INTEGER NOT NULL REFERENCES channel (id),
    incident_id  INTEGER REFERENCES incident (id),
    notice       TEXT    NOT NULL,
    created_ms   INTEGER NOT NULL,
    attempts     INTEGER NOT NULL DEFAULT 0,
    next_ms      INTEGER,
    delivered_ms INTEGER,
    problem      TEXT,
    digest_id    TEXT
) STRICT;
CREATE INDEX outbox_waiting ON outbox (channel_id, id) WHERE next_ms IS NOT NULL;
CREATE INDEX outbox_incident ON outbox (incident_id);

CREATE TABLE mute (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    app_id      INTEGER REFERENCES app (id),
    rule        TEXT,
    incident_id INTEGER REFERENCES incident (id),
    until_ms    INTEGER NOT NULL,
    reason      TEXT    NOT NULL,
    created_ms  INTEGER NOT NULL,
    created_by  TEXT    NOT NULL,
    hidden      INTEGER NOT NULL DEFAULT 0
) STRICT;

-- A maintenance window, by the wall clock of its zone. `draft` is its JSON.
CREATE TABLE maintenance (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    app_id     INTEGER REFERENCES app (id),
    draft      TEXT    NOT NULL,
    created_ms INTEGER NOT NULL,
    created_by TEXT    NOT NULL
) STRICT;

CREATE VIEW incidents AS
SELECT incident.id,
       app.name AS app,
       cause,
       severity,
       state,
       rule,
       what,
       detail,
       strftime('%Y-%m-%dT%H:%M:%SZ', began_ms / 1000, 'unixepoch')    AS began,
       strftime('%Y-%m-%dT%H:%M:%SZ', fired_ms / 1000, 'unixepoch')    AS fired,
       strftime('%Y-%m-%dT%H:%M:%SZ', resolved_ms / 1000, 'unixepoch') AS resolved
FROM incident JOIN app ON app.id = incident.app_id;
