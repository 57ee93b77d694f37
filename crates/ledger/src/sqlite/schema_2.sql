-- Findings and digest of a unit, packed: they were a third of the ledger. Every unit is read again to fill it.
DROP TABLE finding;
CREATE TABLE finding (
  id       INTEGER PRIMARY KEY,    -- rows of this size would each fill a page of their own in a table without rowids
  customer TEXT NOT NULL,
  place    TEXT NOT NULL,
  unit     TEXT NOT NULL,
  rules    INTEGER NOT NULL,
  size     INTEGER NOT NULL,       -- bytes when unpacked
  body     BLOB NOT NULL,          -- zstd: the findings as a JSON array, a line end, the digest
  UNIQUE (customer, place, unit)
) STRICT;
UPDATE tick SET mark = mark + 1;
UPDATE unit SET mark = (SELECT mark FROM tick);

-- A record that one stream could not read may be read by another.
CREATE INDEX failure_item ON failure (item);
