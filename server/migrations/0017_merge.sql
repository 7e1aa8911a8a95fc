-- An app that is merged into another one gives its name away at once, as a removed one does; its rows move in slices, and its own row goes last.
ALTER TABLE app ADD COLUMN merged_into INTEGER REFERENCES app (id);
-- Which tokens and share links are limited to a removed app is forgotten with the app: the number of an app may be given to another one.
CREATE TRIGGER app_limits_of_removed BEFORE DELETE ON app
    BEGIN
        UPDATE token SET apps = (SELECT json_group_array(value) FROM json_each(apps) WHERE value <> OLD.id)
            WHERE apps IS NOT NULL AND EXISTS (SELECT 1 FROM json_each(apps) WHERE value = OLD.id);
        UPDATE share SET apps = (SELECT json_group_array(value) FROM json_each(apps) WHERE value <> OLD.id)
            WHERE EXISTS (SELECT 1 FROM json_each(apps) WHERE value = OLD.id);
    END;
