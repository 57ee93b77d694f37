-- Texts of times are RFC 3339; numbers of times are microseconds since 1970.

CREATE TABLE kv (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- The last dirty mark given; grows by one with each transaction that marks something.
CREATE TABLE tick (id INTEGER PRIMARY KEY CHECK (id = 1), mark INTEGER NOT NULL) STRICT;
INSERT INTO tick VALUES (1, 0);

CREATE TABLE stream (
  id            INTEGER PRIMARY KEY,
  source        TEXT NOT NULL,
  account       TEXT NOT NULL,
  stream        TEXT NOT NULL,
  part          TEXT NOT NULL,
  checkpoint    TEXT,
  generation    INTEGER NOT NULL DEFAULT 0,
  lease_until   INTEGER,
  owner_pid     INTEGER,           -- NULL: nobody holds it
  owner_started TEXT,
  finished      TEXT,
  error         TEXT,
  auth          INTEGER NOT NULL DEFAULT 0,
  gaps          TEXT NOT NULL DEFAULT '[]',
  UNIQUE (source, account, stream, part)
) STRICT;

-- What stands in a place is counted here, so that no question needs all records.
CREATE TABLE place (
  id       INTEGER PRIMARY KEY,
  key      TEXT NOT NULL UNIQUE,
  json     TEXT,                   -- NULL: only its records are known
  live     INTEGER NOT NULL DEFAULT 0,
  versions INTEGER NOT NULL DEFAULT 0,
  newest   INTEGER                 -- `at` of the newest live record
) STRICT;

CREATE TABLE person (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, json TEXT NOT NULL) STRICT;

-- A unit of files; `mark` is set while something in it is not yet in the files.
CREATE TABLE unit (
  id    INTEGER PRIMARY KEY,
  place INTEGER NOT NULL,
  name  TEXT NOT NULL,
  mark  INTEGER,
  UNIQUE (place, name)
) STRICT;
CREATE INDEX unit_dirty ON unit (mark) WHERE mark IS NOT NULL;

-- Raw items of one page, one after the other. codec 1: zstd.
CREATE TABLE chunk (
  id      INTEGER PRIMARY KEY,
  stream  INTEGER NOT NULL,
  kind    TEXT NOT NULL,
  route   TEXT NOT NULL,
  fetched TEXT NOT NULL,
  codec   INTEGER NOT NULL,
  size    INTEGER NOT NULL,        -- bytes when unpacked
  body    BLOB NOT NULL
) STRICT;

-- Raw items that no record came from (people, places), by their hash.
CREATE TABLE item (
  hash  BLOB PRIMARY KEY,
  chunk INTEGER NOT NULL,
  start INTEGER NOT NULL,
  size  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- `native` is '' for a conversation's first record, whose id is `thread`. The body stands last: what is before it is read without it.
CREATE TABLE record (
  id      INTEGER PRIMARY KEY,
  place   INTEGER NOT NULL,
  unit    INTEGER NOT NULL,
  at      INTEGER NOT NULL,
  state   INTEGER NOT NULL,        -- 0 live, 1 stub, 2 deleted
  partial INTEGER NOT NULL,
  version INTEGER NOT NULL,
  hash    BLOB NOT NULL,           -- of the raw item; zeros if the vendor gave none (a deletion)
  chunk   INTEGER,
  start   INTEGER,
  size    INTEGER,
  thread  TEXT NOT NULL,
  native  TEXT NOT NULL,
  body    TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX record_order ON record (place, thread, native);
CREATE UNIQUE INDEX record_reply ON record (place, native) WHERE native <> '';

-- Superseded versions. `body` is NULL where only the raw item differed.
CREATE TABLE record_version (
  record     INTEGER NOT NULL,
  version    INTEGER NOT NULL,
  hash       BLOB NOT NULL,
  at         INTEGER NOT NULL,
  state      INTEGER NOT NULL,
  partial    INTEGER NOT NULL,
  chunk      INTEGER,
  start      INTEGER,
  size       INTEGER,
  superseded INTEGER,
  body       TEXT,
  PRIMARY KEY (record, version, hash)
) STRICT, WITHOUT ROWID;

-- Work lists. Pending while the marker seen is not the marker done.
CREATE TABLE work (
  stream INTEGER NOT NULL,
  item   TEXT NOT NULL,
  seen   TEXT NOT NULL,
  done   TEXT,
  PRIMARY KEY (stream, item)
) STRICT, WITHOUT ROWID;
CREATE INDEX work_pending ON work (stream, item) WHERE seen IS NOT done;

CREATE TABLE failure (
  stream INTEGER NOT NULL,
  item   TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (stream, item)
) STRICT, WITHOUT ROWID;

-- thread '' means the whole place.
CREATE TABLE attribution (
  place    INTEGER NOT NULL,
  thread   TEXT NOT NULL,
  customer TEXT NOT NULL,
  rule     TEXT NOT NULL,
  reason   TEXT NOT NULL,
  PRIMARY KEY (place, thread, customer, rule)
) STRICT, WITHOUT ROWID;

CREATE TABLE doubt (
  place  INTEGER NOT NULL,
  thread TEXT NOT NULL,
  json   TEXT NOT NULL,
  PRIMARY KEY (place, thread)
) STRICT, WITHOUT ROWID;

CREATE TABLE file (
  place    TEXT NOT NULL,
  unit     TEXT NOT NULL,
  customer TEXT NOT NULL,
  path     TEXT NOT NULL,
  hash     BLOB,
  PRIMARY KEY (place, unit, customer),
  UNIQUE (customer, path)
) STRICT, WITHOUT ROWID;

CREATE TABLE finding (
  customer TEXT NOT NULL,
  place    TEXT NOT NULL,
  unit     TEXT NOT NULL,
  rules    INTEGER NOT NULL,
  findings TEXT NOT NULL,
  digest   TEXT NOT NULL,
  PRIMARY KEY (customer, place, unit)
) STRICT, WITHOUT ROWID;

CREATE TABLE stale (customer TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

CREATE TABLE job (
  id      TEXT PRIMARY KEY,
  kind    TEXT NOT NULL,
  started TEXT NOT NULL,
  ended   TEXT,
  state   TEXT NOT NULL,
  result  TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Append-only; each entry's hash covers the one before it. The details are salted and stand apart, so that they can be erased.
CREATE TABLE audit (
  seq    INTEGER PRIMARY KEY,
  at     TEXT NOT NULL,
  action TEXT NOT NULL,
  digest BLOB NOT NULL,
  hash   BLOB NOT NULL
) STRICT;
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TABLE audit_detail (seq INTEGER PRIMARY KEY, salt BLOB NOT NULL, detail TEXT NOT NULL) STRICT;

-- rowid is the record's id. `tag` holds the place as a token (`p12`): filters stand inside the index.
CREATE VIRTUAL TABLE search USING fts5 (text, tag, content = '', contentless_delete = 1, tokenize = 'porter unicode61');
INSERT INTO search (search, rank) VALUES ('rank', 'bm25(1.0, 0.0)');
INSERT INTO search (search, rank) VALUES ('automerge', 8);
