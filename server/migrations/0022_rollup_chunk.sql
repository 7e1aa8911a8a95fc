-- Cells of an app at one resolution, many in one value: of buckets of ten seconds and of a minute. A chunk adds to others of the same
-- buckets, and to rows of `rollup_10s` and `rollup_1m`, which are written no more. `body` is described in README.md; `cells` is how many
-- it has. It lies within one span (`span_s`: an hour of ten seconds, six hours of minutes). Chunks of the same `level` are joined into one
-- of the next; 9 is a span that is over.
CREATE TABLE rollup_chunk (
    id           INTEGER PRIMARY KEY,
    app_id       INTEGER NOT NULL REFERENCES app (id),
    width_s      INTEGER NOT NULL CHECK (width_s IN (10, 60)),
    span_s       INTEGER NOT NULL,
    level        INTEGER NOT NULL,
    first_s      INTEGER NOT NULL,
    last_s       INTEGER NOT NULL,
    first_series INTEGER NOT NULL,
    last_series  INTEGER NOT NULL,
    cells        INTEGER NOT NULL,
    body         BLOB    NOT NULL
) STRICT;
CREATE INDEX rollup_chunk_span ON rollup_chunk (app_id, width_s, span_s);
CREATE INDEX rollup_chunk_last ON rollup_chunk (width_s, last_s, first_s);

-- Up to where an app's minutes and hours have been made of finer buckets, unix seconds. What is measured later for a time before is
-- added to them at once; what is measured from there on is only in finer buckets. Without a row nothing has been made yet.
CREATE TABLE rollup_mark (
    app_id      INTEGER PRIMARY KEY REFERENCES app (id),
    minute_to_s INTEGER NOT NULL,
    hour_to_s   INTEGER NOT NULL
) STRICT;
-- Rows so far have everything in every resolution.
INSERT INTO rollup_mark (app_id, minute_to_s, hour_to_s)
    SELECT app_id,
           coalesce(max((SELECT max(bucket_s) + 60 FROM rollup_1m WHERE series_id = series.id)), 0),
           coalesce(max((SELECT max(bucket_s) + 3600 FROM rollup_1h WHERE series_id = series.id)), 0)
    FROM series GROUP BY app_id;
CREATE TRIGGER rollup_mark_of_removed BEFORE DELETE ON app
    BEGIN
        DELETE FROM rollup_mark WHERE app_id = OLD.id;
    END;
CREATE INDEX app_merged ON app (merged_into) WHERE merged_into IS NOT NULL;

-- For people: what is finer than an hour is not in rows any more.
DROP VIEW points_10s;
DROP VIEW points_1m;
