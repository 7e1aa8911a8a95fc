-- Which shared drain an app was made by: how many one may make is limited. None where a person made it.
ALTER TABLE app ADD COLUMN made_by_drain INTEGER;
-- An app that is removed gives its name away at once; its rows are deleted in slices, and its own row last.
ALTER TABLE app ADD COLUMN removed_ms INTEGER;
-- Whoever still has its number at hand is stopped.
CREATE TRIGGER block_of_removed BEFORE INSERT ON block
    WHEN (SELECT removed_ms FROM app WHERE id = NEW.app_id) IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'the app was removed'); END;
