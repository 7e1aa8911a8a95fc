-- A message whose sending was begun and never answered may have arrived. It keeps its own id: within a digest it would arrive twice.
ALTER TABLE outbox ADD COLUMN unsettled INTEGER NOT NULL DEFAULT 0;
