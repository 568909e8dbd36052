-- What an administrator set, where it differs from the default. Names and values are those of domain::parameter.
CREATE TABLE parameters (
    name       TEXT    PRIMARY KEY,
    value      TEXT    NOT NULL, -- JSON
    updated_at INTEGER NOT NULL
) WITHOUT ROWID;
