-- What the program is about to put at a path, noted before it does: what stands there after a kill is told from what a person wrote.
CREATE TABLE announced (
  customer TEXT NOT NULL,
  path     TEXT NOT NULL,
  hash     BLOB NOT NULL,
  PRIMARY KEY (customer, path, hash)
) STRICT, WITHOUT ROWID;
