-- Raw lines are searched by app and time. A batch may come long after its lines were written, so it says how old its oldest is
-- (unix milliseconds; none in rows written before).
ALTER TABLE block ADD COLUMN first_ms INTEGER;
CREATE INDEX block_app ON block (app_id, received_ms, first_ms) WHERE body IS NOT NULL;
