-- What tells whose a call or note is, of conversations' first records that live: deciding about all of them reads no bodies. `json`: `Signs`.
CREATE TABLE sign (
  record INTEGER PRIMARY KEY,
  place  INTEGER NOT NULL,
  at     INTEGER NOT NULL,
  json   TEXT NOT NULL
) STRICT;
CREATE INDEX sign_time ON sign (place, at);

-- Work that can wait: `due` is NULL for at once. `tries` is how often an item was put off.
ALTER TABLE work ADD COLUMN due INTEGER;
ALTER TABLE work ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;
