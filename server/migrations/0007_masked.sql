-- By which rules a body was masked before it was kept; 0: not at all, as earlier versions did. One that was masked by
-- older rules is masked again whenever it is read.
ALTER TABLE block ADD COLUMN mask_version INTEGER NOT NULL DEFAULT 0;
