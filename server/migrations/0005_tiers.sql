-- How much each kind of data takes: kept up to date by whoever writes or deletes, since counting would read the whole file. Sizes are
-- those of rows, estimated from their parts; `floor` is where a limit of size has deleted up to: unix seconds of rollups, the last block
-- without a body of `logs`.
CREATE TABLE tier (
    name  TEXT    PRIMARY KEY CHECK (name IN ('10s', '1m', '1h', 'logs')),
    rows  INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    floor INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO tier (name, rows, bytes, floor)
    SELECT '10s', count(*), coalesce(sum(36 + ifnull((length(sketch) + 27) * 6 / 5, 0)), 0), 0 FROM rollup_10s;
INSERT INTO tier (name, rows, bytes, floor)
    SELECT '1m', count(*), coalesce(sum(36 + ifnull((length(sketch) + 27) * 6 / 5, 0)), 0), 0 FROM rollup_1m;
INSERT INTO tier (name, rows, bytes, floor)
    SELECT '1h', count(*), coalesce(sum(36 + ifnull((length(sketch) + 27) * 6 / 5, 0)), 0), 0 FROM rollup_1h;
-- Of blocks up to the checkpoint: those behind it are added when they are counted again.
INSERT INTO tier (name, rows, bytes, floor)
    SELECT 'logs', count(*), coalesce(sum(length(body) + 150), 0), 0 FROM block
    WHERE body IS NOT NULL AND id <= (SELECT block_id FROM checkpoint);
