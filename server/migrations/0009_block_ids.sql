-- Which ids of requests a block at rest may hold: a Bloom filter, written when the block is recompressed. Blocks without a row are read.
CREATE TABLE block_ids (
    block_id INTEGER PRIMARY KEY,
    filter   BLOB NOT NULL
) STRICT;
CREATE TRIGGER block_ids_with_body AFTER UPDATE OF body ON block WHEN NEW.body IS NULL
BEGIN
    DELETE FROM block_ids WHERE block_id = NEW.id;
END;
CREATE TRIGGER block_ids_with_row AFTER DELETE ON block
BEGIN
    DELETE FROM block_ids WHERE block_id = OLD.id;
END;
