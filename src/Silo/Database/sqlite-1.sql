-- What Orleans' storage provider reads and writes in the data folder of one machine. Names of columns are the provider's.
CREATE TABLE IF NOT EXISTS OrleansQuery (
    QueryKey TEXT PRIMARY KEY,
    QueryText TEXT NOT NULL
);

-- One row a stored state of a grain.
CREATE TABLE IF NOT EXISTS OrleansStorage (
    ServiceId TEXT NOT NULL,
    GrainIdHash INT NOT NULL,
    GrainTypeHash INT NOT NULL,
    GrainIdN0 BIGINT NOT NULL,
    GrainIdN1 BIGINT NOT NULL,
    GrainTypeString TEXT NOT NULL,
    GrainIdExtensionString TEXT,
    PayloadBinary BLOB,
    ModifiedOn TEXT NOT NULL,
    Version INT NOT NULL
);

-- A grain's state exists once at most: of two that write it for the first time, one is refused.
CREATE UNIQUE INDEX IF NOT EXISTS OrleansStorage_OfGrain ON OrleansStorage (
    GrainIdHash, GrainTypeHash, GrainIdN0, GrainIdN1, GrainTypeString, coalesce(GrainIdExtensionString, ''), ServiceId
);
