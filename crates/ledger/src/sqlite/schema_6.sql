-- What was asked to be forgotten. `open` is 1 until the bytes of what fell are rewritten.
CREATE TABLE erasure (
  id    INTEGER PRIMARY KEY,
  at    TEXT NOT NULL,
  open  INTEGER NOT NULL,
  words INTEGER NOT NULL           -- most words of a name that it masks
) STRICT;

-- What must not come back, as hashes with a key of this ledger's own (kv `suppression.key`). `known` is 1 for what names the erasure.
CREATE TABLE suppression (
  hash    BLOB NOT NULL,
  erasure INTEGER NOT NULL,
  known   INTEGER NOT NULL,
  PRIMARY KEY (hash, erasure)
) STRICT, WITHOUT ROWID;

-- 1: the raw item named somebody who was forgotten, and was dropped; `hash` still tells it from a newer one.
ALTER TABLE record ADD COLUMN withheld INTEGER NOT NULL DEFAULT 0;
