-- Filters of words get shelves: the words of up to 64 groups together, so that a search need not read each group. Hashes are kept
-- in parts, of which a search reads one, and are wrong less often. Filters are made of the blocks, so they are made again.
UPDATE tier SET bytes = max(0, bytes - (SELECT coalesce(sum(block_bytes), 0) FROM word_block JOIN word_group ON word_group.id = group_id))
WHERE name = 'logs';
DROP TRIGGER word_block_with_body;
DROP TRIGGER word_block_with_row;
DROP TRIGGER word_block_with_app;
DROP TRIGGER word_group_with_last;
DROP TRIGGER word_detail_with_group;
DROP TABLE word_block;
DROP TABLE word_detail;
DROP TABLE word_group;
-- Short columns come first: those behind a long one are slow to read.
CREATE TABLE word_group (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    app_id       INTEGER NOT NULL,
    mask_version INTEGER NOT NULL,
    to_ms        INTEGER NOT NULL,
    first_ms     INTEGER NOT NULL,
    block_bytes  INTEGER NOT NULL,
    shelf_id     INTEGER,
    hex_blocks   INTEGER,
    other_blocks INTEGER,
    counts       BLOB NOT NULL,
    texts        BLOB
) STRICT;
CREATE INDEX word_group_app ON word_group (app_id, to_ms);
CREATE INDEX word_group_loose ON word_group (app_id) WHERE shelf_id IS NULL;
CREATE INDEX word_group_shelf ON word_group (shelf_id) WHERE shelf_id IS NOT NULL;
CREATE TABLE word_detail (
    group_id    INTEGER PRIMARY KEY,
    text_blocks BLOB NOT NULL
) STRICT;
-- Eight rows a group: its number times eight, and the number of the part.
CREATE TABLE word_hash (
    id     INTEGER PRIMARY KEY,
    hashes BLOB NOT NULL
) STRICT;
CREATE TABLE word_shelf (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    group_ids   TEXT NOT NULL,
    texts       BLOB,
    text_groups BLOB
) STRICT;
CREATE TABLE word_block (
    block_id INTEGER PRIMARY KEY,
    group_id INTEGER NOT NULL
) STRICT;
CREATE INDEX word_block_group ON word_block (group_id);
-- Blocks that are in no group although later ones of their app are: those that came from another app, and those that arrived after
-- the clock was set back. All others without a group are later than the last block of the newest group.
CREATE TABLE word_loose (
    block_id    INTEGER PRIMARY KEY,
    app_id      INTEGER NOT NULL,
    received_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX word_loose_app ON word_loose (app_id, received_ms, block_id);
CREATE TRIGGER word_loose_of_block AFTER INSERT ON block
    WHEN NEW.received_ms <= (SELECT to_ms FROM word_group WHERE app_id = NEW.app_id ORDER BY to_ms DESC LIMIT 1)
BEGIN
    INSERT OR REPLACE INTO word_loose (block_id, app_id, received_ms) VALUES (NEW.id, NEW.app_id, NEW.received_ms);
END;
CREATE TRIGGER word_rows_with_body AFTER UPDATE OF body ON block WHEN NEW.body IS NULL
BEGIN
    DELETE FROM word_block WHERE block_id = NEW.id;
    DELETE FROM word_loose WHERE block_id = NEW.id;
END;
CREATE TRIGGER word_rows_with_row AFTER DELETE ON block
BEGIN
    DELETE FROM word_block WHERE block_id = OLD.id;
    DELETE FROM word_loose WHERE block_id = OLD.id;
END;
CREATE TRIGGER word_rows_with_app AFTER UPDATE OF app_id ON block
BEGIN
    DELETE FROM word_block WHERE block_id = NEW.id;
    INSERT OR REPLACE INTO word_loose (block_id, app_id, received_ms)
        SELECT NEW.id, NEW.app_id, NEW.received_ms WHERE NEW.body IS NOT NULL;
END;
CREATE TRIGGER word_loose_until_group AFTER INSERT ON word_block
BEGIN
    DELETE FROM word_loose WHERE block_id = NEW.block_id;
END;
CREATE TRIGGER word_group_with_last AFTER DELETE ON word_block
    WHEN NOT EXISTS (SELECT 1 FROM word_block WHERE group_id = OLD.group_id)
BEGIN
    DELETE FROM word_group WHERE id = OLD.group_id;
END;
CREATE TRIGGER word_rows_with_group AFTER DELETE ON word_group
BEGIN
    DELETE FROM word_detail WHERE group_id = OLD.id;
    DELETE FROM word_hash WHERE id >= OLD.id * 8 AND id < OLD.id * 8 + 8;
    DELETE FROM word_shelf WHERE id = OLD.shelf_id AND NOT EXISTS (SELECT 1 FROM word_group WHERE shelf_id = OLD.shelf_id);
END;
