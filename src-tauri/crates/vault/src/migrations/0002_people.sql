-- What an administrator set, where it differs from the default. Names and values are those of domain::parameter.
CREATE TABLE parameters (
    name       TEXT    PRIMARY KEY,
    value      TEXT    NOT NULL, -- JSON
    updated_at INTEGER NOT NULL,
    updated_by BLOB    NOT NULL
) WITHOUT ROWID;

-- When something last happened to a person or to the vault, and by whom; the audit trail says the same, but not at once.
CREATE TABLE milestones (
    name    TEXT    NOT NULL,
    subject BLOB    NOT NULL, -- the person's id, or the vault's
    at      INTEGER NOT NULL,
    by      BLOB,
    PRIMARY KEY (name, subject)
) WITHOUT ROWID;

-- The ledger of who may do what, as it stands in keyslots.json. Rows are compared with it, never believed.
CREATE TABLE people (
    number  INTEGER PRIMARY KEY, -- the entry's place in the ledger, from 1
    user_id BLOB    NOT NULL,    -- who it is about
    at      INTEGER NOT NULL,
    entry   TEXT    NOT NULL     -- JSON, with its signature
);
CREATE TRIGGER people_are_never_changed BEFORE UPDATE ON people
BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER people_are_never_shortened BEFORE DELETE ON people
BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END;
