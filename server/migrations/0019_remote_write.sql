-- What a Prometheus-compatible store is sent. `sealed_s` is the last minute that the totals include, `sent_s` the last that was accepted whole.
CREATE TABLE remote_write (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    sealed_s INTEGER NOT NULL,
    sent_s   INTEGER NOT NULL
) STRICT;
-- The total of a series up to `active_s`, the last minute in which it was measured; `before` is the one before that minute where the
-- series begins with it, or goes on after a pause. With both, a minute is sent again as it was sent the first time.
CREATE TABLE remote_total (
    series_id INTEGER PRIMARY KEY,
    active_s  INTEGER NOT NULL,
    total     BLOB    NOT NULL,
    before    BLOB
) STRICT;
-- What was counted in a minute after that was sealed. It goes into the totals of the next minute.
CREATE TABLE remote_late (
    id        INTEGER PRIMARY KEY,
    series_id INTEGER NOT NULL,
    bucket_s  INTEGER NOT NULL,
    count     INTEGER NOT NULL,
    sum       REAL    NOT NULL,
    min       REAL    NOT NULL,
    max       REAL    NOT NULL,
    sketch    BLOB
) STRICT;
CREATE INDEX remote_late_series ON remote_late (series_id);
CREATE TRIGGER remote_of_removed AFTER DELETE ON series
    BEGIN
        DELETE FROM remote_total WHERE series_id = OLD.id;
        DELETE FROM remote_late WHERE series_id = OLD.id;
    END;
