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
