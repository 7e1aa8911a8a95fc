-- People who come in by an OpenID Connect provider: which one, and who they are there. They have no password.
ALTER TABLE person ADD COLUMN issuer  TEXT;
ALTER TABLE person ADD COLUMN subject TEXT;
CREATE UNIQUE INDEX person_subject ON person (issuer, subject) WHERE issuer IS NOT NULL;

-- When a session is over, whether it is used or not; NULL for those that end when they are not used.
ALTER TABLE session ADD COLUMN ends_ms INTEGER;
