-- Which times a stream has read completely, merged: none touches another of its stream. What lies between was never seen.
CREATE TABLE read_time (
  stream INTEGER NOT NULL,
  start  INTEGER NOT NULL,
  end    INTEGER NOT NULL,
  PRIMARY KEY (stream, start)
) STRICT, WITHOUT ROWID;

-- Accounts that were asked for anything, and on which day that was last tried. Days are those of the workspace.
CREATE TABLE account (
  source TEXT NOT NULL,
  name   TEXT NOT NULL,
  asked  TEXT NOT NULL,
  PRIMARY KEY (source, name)
) STRICT, WITHOUT ROWID;

-- An older ledger did not note it. Its checkpoints tell how far back was asked for; what was read before is taken for read without a hole.
INSERT INTO read_time (stream, start, end)
SELECT id, start, end FROM (
  SELECT id,
    coalesce(max(0, CAST(1000000 * CASE source
      WHEN 'slack' THEN CAST(json_extract(checkpoint, '$.bottom') AS REAL)
      WHEN 'gong' THEN unixepoch(json_extract(checkpoint, '$.bottom'))
      WHEN 'granola' THEN unixepoch(json_extract(checkpoint, '$.whole[1]'))
    END AS INTEGER)), 0) AS start,
    1000000 * unixepoch(finished) AS end
  FROM stream
  WHERE finished IS NOT NULL AND json_valid(checkpoint) AND stream IN ('history', 'calls', 'notes', 'mailbox', 'folder')
) WHERE start < end;
