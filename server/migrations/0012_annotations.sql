-- Who wrote an event by hand (an annotation); NULL for events of log lines.
ALTER TABLE event ADD COLUMN added_by TEXT;
CREATE INDEX event_annotations ON event (app_id, at_ms) WHERE added_by IS NOT NULL;
DROP VIEW events;
CREATE VIEW events AS
    SELECT strftime('%Y-%m-%dT%H:%M:%fZ', at_ms / 1000.0, 'unixepoch') AS time, app.name AS app, kind, source, text, link, added_by
    FROM event JOIN app ON app.id = app_id;
