-- The migrations that this database has been through, one row each. A database with tables and without this one is of version 1.
CREATE TABLE MuScSchema (
    Version integer PRIMARY KEY,
    AppliedOn timestamptz NOT NULL DEFAULT now()
);
INSERT INTO MuScSchema (Version) VALUES (1);
