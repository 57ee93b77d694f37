-- Paths that units had for customers who have no file of them now: a unit that comes back stands where it stood.
CREATE TABLE past_path (
  customer TEXT NOT NULL,
  place    TEXT NOT NULL,
  unit     TEXT NOT NULL,
  path     TEXT NOT NULL,
  PRIMARY KEY (customer, place, unit)
) STRICT, WITHOUT ROWID;
