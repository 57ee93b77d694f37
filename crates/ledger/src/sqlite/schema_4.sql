-- Conversations of records whose vendor does not say for good what belongs together (mail): all records with a key in common are one.
CREATE TABLE conversation (
  id    INTEGER PRIMARY KEY,
  place INTEGER NOT NULL,
  name  TEXT NOT NULL,             -- as `thread` of its records
  UNIQUE (place, name)
) STRICT;

CREATE TABLE conversation_key (
  place        INTEGER NOT NULL,
  key          BLOB NOT NULL,      -- the first 12 bytes of the key's SHA-256
  conversation INTEGER NOT NULL,
  PRIMARY KEY (place, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX conversation_keys ON conversation_key (conversation);

-- Subjects of mails, for replies that name no ancestor. `base` is cut as keys are; `orphan` is 1 while such a reply stands alone.
CREATE TABLE subject (
  place  INTEGER NOT NULL,
  base   BLOB NOT NULL,
  record INTEGER NOT NULL,
  orphan INTEGER NOT NULL,
  PRIMARY KEY (place, base, record)
) STRICT, WITHOUT ROWID;
CREATE INDEX subject_orphan ON subject (place, record) WHERE orphan = 1;

-- Copies of records that streams hold at their vendors, in folders and mailboxes. A record whose last copy is dropped is gone.
CREATE TABLE copy (
  stream INTEGER NOT NULL,
  item   TEXT NOT NULL,            -- the copy's id in the stream
  place  INTEGER NOT NULL,
  native TEXT NOT NULL,            -- the record's id, written out
  labels TEXT NOT NULL,            -- JSON array
  PRIMARY KEY (stream, item)
) STRICT, WITHOUT ROWID;
CREATE INDEX copy_record ON copy (place, native);

-- Of mail that concerns nobody only the header is there; the rest is fetched once it turns out to be somebody's.
CREATE INDEX record_partial ON record (place) WHERE partial = 1;
