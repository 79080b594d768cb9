-- The migrations that this file has been through, one row each. A file with tables and without this one is of version 1.
CREATE TABLE MuScSchema (
    Version INT PRIMARY KEY,
    AppliedOn TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);
INSERT INTO MuScSchema (Version) VALUES (1);
