-- Who wrote an event by hand (an annotation); NULL for events of log lines.
ALTER TABLE event ADD COLUMN added_by TEXT;
CREATE INDEX event_annotations ON event (app_id, at_ms) WHERE added_by IS NOT NULL;
