-- Percentiles as plain columns, for people with sqlite3 and for other programs. Rows written before have none until they are
-- written again. Of a merged span they must come from the merged sketches, never from these.
ALTER TABLE rollup_10s ADD COLUMN p50 REAL;
ALTER TABLE rollup_10s ADD COLUMN p95 REAL;
ALTER TABLE rollup_10s ADD COLUMN p99 REAL;
ALTER TABLE rollup_1m ADD COLUMN p50 REAL;
ALTER TABLE rollup_1m ADD COLUMN p95 REAL;
ALTER TABLE rollup_1m ADD COLUMN p99 REAL;
ALTER TABLE rollup_1h ADD COLUMN p50 REAL;
ALTER TABLE rollup_1h ADD COLUMN p95 REAL;
ALTER TABLE rollup_1h ADD COLUMN p99 REAL;

CREATE VIEW points_10s AS
    SELECT strftime('%Y-%m-%dT%H:%M:%SZ', bucket_s, 'unixepoch') AS time, bucket_s, app.name AS app, metric, kind, unit, source,
           status, method, path, code, count, sum, sum / count AS mean, min, max, last, p50, p95, p99
    FROM rollup_10s JOIN series ON series.id = series_id JOIN app ON app.id = app_id;
CREATE VIEW points_1m AS
    SELECT strftime('%Y-%m-%dT%H:%M:%SZ', bucket_s, 'unixepoch') AS time, bucket_s, app.name AS app, metric, kind, unit, source,
           status, method, path, code, count, sum, sum / count AS mean, min, max, last, p50, p95, p99
    FROM rollup_1m JOIN series ON series.id = series_id JOIN app ON app.id = app_id;
CREATE VIEW points_1h AS
    SELECT strftime('%Y-%m-%dT%H:%M:%SZ', bucket_s, 'unixepoch') AS time, bucket_s, app.name AS app, metric, kind, unit, source,
           status, method, path, code, count, sum, sum / count AS mean, min, max, last, p50, p95, p99
    FROM rollup_1h JOIN series ON series.id = series_id JOIN app ON app.id = app_id;
CREATE VIEW events AS
    SELECT strftime('%Y-%m-%dT%H:%M:%fZ', at_ms / 1000.0, 'unixepoch') AS time, app.name AS app, kind, source, text, link
    FROM event JOIN app ON app.id = app_id;
