-- Which words and ids blocks at rest may hold: a filter for up to 64 blocks of an app (server/src/store/words). A block has no
-- filter until enough blocks of its app are at rest; it is read then.
CREATE TABLE word_group (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    app_id       INTEGER NOT NULL,
    mask_version INTEGER NOT NULL,
    to_ms        INTEGER NOT NULL,
    first_ms     INTEGER NOT NULL,
    block_bytes  INTEGER NOT NULL,
    counts       BLOB NOT NULL,
    hex_blocks   INTEGER,
    other_blocks INTEGER,
    texts        BLOB
) STRICT;
CREATE INDEX word_group_app ON word_group (app_id, to_ms);
CREATE TABLE word_detail (
    group_id    INTEGER PRIMARY KEY,
    text_blocks BLOB NOT NULL,
    hashes      BLOB NOT NULL
) STRICT;
CREATE TABLE word_block (
    block_id INTEGER PRIMARY KEY,
    group_id INTEGER NOT NULL
) STRICT;
CREATE INDEX word_block_group ON word_block (group_id);
CREATE TRIGGER word_block_with_body AFTER UPDATE OF body ON block WHEN NEW.body IS NULL
BEGIN
    DELETE FROM word_block WHERE block_id = NEW.id;
END;
CREATE TRIGGER word_block_with_row AFTER DELETE ON block
BEGIN
    DELETE FROM word_block WHERE block_id = OLD.id;
END;
CREATE TRIGGER word_block_with_app AFTER UPDATE OF app_id ON block
BEGIN
    DELETE FROM word_block WHERE block_id = NEW.id;
END;
CREATE TRIGGER word_group_with_last AFTER DELETE ON word_block
    WHEN NOT EXISTS (SELECT 1 FROM word_block WHERE group_id = OLD.group_id)
BEGIN
    DELETE FROM word_group WHERE id = OLD.group_id;
END;
CREATE TRIGGER word_detail_with_group AFTER DELETE ON word_group
BEGIN
    DELETE FROM word_detail WHERE group_id = OLD.id;
END;
-- Filters of words hold ids too.
UPDATE tier SET bytes = max(0, bytes - (SELECT coalesce(sum(length(filter)), 0) FROM block_ids)) WHERE name = 'logs';
DROP TRIGGER block_ids_with_body;
DROP TRIGGER block_ids_with_row;
DROP TABLE block_ids;
