-- A drain may be paused, and has a second token while its senders change over to the new one. `platform` is where its
-- lines come from, as the page of drains names it; `memory` is who sent and what was seen, as JSON, for people only.
ALTER TABLE drain ADD COLUMN paused_ms        INTEGER;
ALTER TABLE drain ADD COLUMN platform         TEXT NOT NULL DEFAULT '';
ALTER TABLE drain ADD COLUMN rotated_ms       INTEGER;
ALTER TABLE drain ADD COLUMN old_token_sha256 BLOB;
ALTER TABLE drain ADD COLUMN old_until_ms     INTEGER;
ALTER TABLE drain ADD COLUMN memory           TEXT;
CREATE UNIQUE INDEX drain_old_token ON drain (old_token_sha256) WHERE old_token_sha256 IS NOT NULL;
