-- Times are microseconds since 1970-01-01T00:00:00Z. Ids are the 16 bytes of a UUID. `number` and `code` count rows up and
-- break ties in every sort order: an index on a column is, in SQLite, an index on (column, number).

CREATE TABLE vault (
    only_row      INTEGER PRIMARY KEY CHECK (only_row = 1),
    id            BLOB    NOT NULL,
    -- The oldest schema version whose program can still read this file: a later migration that only adds leaves it.
    oldest_reader INTEGER NOT NULL,
    created_at    INTEGER NOT NULL
);

-- Names of people, so that history can name them after they have left keyslots.json.
CREATE TABLE users (
    id   BLOB PRIMARY KEY,
    name TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE devices (
    number               INTEGER PRIMARY KEY,
    id                   BLOB    NOT NULL UNIQUE,
    name                 TEXT    NOT NULL COLLATE NOCASE,
    name_folded          TEXT    NOT NULL UNIQUE,
    address              TEXT    NOT NULL COLLATE NOCASE,
    kind                 TEXT    NOT NULL COLLATE NOCASE,
    manufacturer         TEXT    NOT NULL COLLATE NOCASE,
    model                TEXT    NOT NULL COLLATE NOCASE,
    website              TEXT    NOT NULL,
    site                 TEXT    NOT NULL COLLATE NOCASE,
    domain               TEXT    NOT NULL COLLATE NOCASE,
    tags                 TEXT    NOT NULL, -- JSON list
    criticality          INTEGER NOT NULL, -- 1 low, 2 medium, 3 high
    connectivities       TEXT    NOT NULL, -- JSON list
    host_key_algorithm   TEXT,
    host_key             TEXT,
    host_key_fingerprint TEXT,
    host_key_accepted_by BLOB,
    host_key_accepted_at INTEGER,
    refused_logins       INTEGER NOT NULL DEFAULT 0, -- in a row, by whatever credential
    refused_at           INTEGER,
    rest_until           INTEGER,
    created_at           INTEGER NOT NULL,
    updated_at           INTEGER NOT NULL
);
CREATE INDEX devices_name         ON devices (name);
CREATE INDEX devices_address      ON devices (address);
CREATE INDEX devices_kind         ON devices (kind);
CREATE INDEX devices_manufacturer ON devices (manufacturer);
CREATE INDEX devices_site         ON devices (site);
CREATE INDEX devices_criticality  ON devices (criticality);
CREATE INDEX devices_created_at   ON devices (created_at);
CREATE INDEX devices_updated_at   ON devices (updated_at);
CREATE INDEX devices_resting      ON devices (rest_until) WHERE rest_until IS NOT NULL;

CREATE TABLE device_tags (
    tag_folded TEXT    NOT NULL,
    device     INTEGER NOT NULL REFERENCES devices (number) ON DELETE CASCADE,
    PRIMARY KEY (tag_folded, device)
) WITHOUT ROWID;
CREATE INDEX device_tags_device ON device_tags (device);

CREATE TABLE credentials (
    number                 INTEGER PRIMARY KEY,
    id                     BLOB    NOT NULL UNIQUE,
    device_id              BLOB    NOT NULL REFERENCES devices (id) ON DELETE RESTRICT,
    device_name            TEXT    NOT NULL COLLATE NOCASE, -- follows devices.name, by trigger
    username               TEXT    NOT NULL COLLATE NOCASE,
    username_folded        TEXT    NOT NULL,
    domain                 TEXT    NOT NULL COLLATE NOCASE,
    domain_folded          TEXT    NOT NULL,
    password_type          TEXT    NOT NULL,
    additional_information TEXT    NOT NULL,
    tags                   TEXT    NOT NULL, -- JSON list
    status                 TEXT    NOT NULL,
    automatic_change       INTEGER NOT NULL,
    plugin                 TEXT,
    template               TEXT,
    access_credential_id   BLOB    REFERENCES credentials (id) ON DELETE RESTRICT,
    has_password           INTEGER NOT NULL DEFAULT 0,
    has_private_key        INTEGER NOT NULL DEFAULT 0,
    sync                   TEXT    NOT NULL,
    changed_at             INTEGER,
    -- Never comes before the oldest. Lists are walked on a column: a place in an order is compared as a pair, and
    -- SQLite looks up a pair on columns only, not on an expression.
    changed_order          INTEGER NOT NULL GENERATED ALWAYS AS (coalesce(changed_at, -1)) VIRTUAL,
    created_at             INTEGER NOT NULL,
    updated_at             INTEGER NOT NULL,
    UNIQUE (device_id, username_folded, domain_folded),
    CHECK (access_credential_id <> id)
);
CREATE INDEX credentials_username      ON credentials (username);
CREATE INDEX credentials_device_name   ON credentials (device_name);
CREATE INDEX credentials_password_type ON credentials (password_type);
CREATE INDEX credentials_status        ON credentials (status);
CREATE INDEX credentials_sync          ON credentials (sync);
CREATE INDEX credentials_changed_at    ON credentials (changed_order);
CREATE INDEX credentials_created_at    ON credentials (created_at);
CREATE INDEX credentials_updated_at    ON credentials (updated_at);
CREATE INDEX credentials_access        ON credentials (access_credential_id) WHERE access_credential_id IS NOT NULL;

CREATE TABLE credential_tags (
    tag_folded TEXT    NOT NULL,
    credential INTEGER NOT NULL REFERENCES credentials (number) ON DELETE CASCADE,
    PRIMARY KEY (tag_folded, credential)
) WITHOUT ROWID;
CREATE INDEX credential_tags_credential ON credential_tags (credential);

CREATE TABLE secret_versions (
    number        INTEGER PRIMARY KEY,
    id            BLOB    NOT NULL UNIQUE,
    credential_id BLOB    NOT NULL REFERENCES credentials (id) ON DELETE CASCADE,
    kind          TEXT    NOT NULL,
    version       INTEGER NOT NULL, -- 1, 2, 3 … for each credential and kind
    state         TEXT    NOT NULL,
    origin        TEXT    NOT NULL,
    sealed        BLOB    NOT NULL, -- under the secrets key; see docs/vault-format.md
    created_at    INTEGER NOT NULL,
    current_at    INTEGER,          -- when it became current
    sent_at       INTEGER,          -- when it may first have been sent to the device
    doubted_at    INTEGER,          -- when another password was first proven against it
    UNIQUE (credential_id, kind, version)
);
CREATE UNIQUE INDEX secret_versions_one_candidate ON secret_versions (credential_id, kind) WHERE state = 'candidate';
CREATE UNIQUE INDEX secret_versions_one_current   ON secret_versions (credential_id, kind) WHERE state = 'current';
CREATE UNIQUE INDEX secret_versions_one_previous  ON secret_versions (credential_id, kind) WHERE state = 'previous';

-- Operations and attempts are history: they outlive the credential and the device they name.
CREATE TABLE operations (
    code          INTEGER PRIMARY KEY AUTOINCREMENT,
    id            BLOB    NOT NULL UNIQUE,
    kind          TEXT    NOT NULL,
    credential_id BLOB    NOT NULL,
    device_id     BLOB    NOT NULL,
    username      TEXT    NOT NULL COLLATE NOCASE, -- follows credentials.username, by trigger
    device_name   TEXT    NOT NULL COLLATE NOCASE, -- follows credentials.device_name, by trigger
    requester_id  BLOB    NOT NULL,
    state         TEXT    NOT NULL,
    step          TEXT,
    immediate     INTEGER NOT NULL,
    scheduled_at  INTEGER NOT NULL, -- what a person or a trigger asked for
    not_before    INTEGER NOT NULL, -- what the queue goes by: later than scheduled_at after a failed attempt
    started_at    INTEGER,
    started_order INTEGER NOT NULL GENERATED ALWAYS AS (coalesce(started_at, -1)) VIRTUAL,
    ended_at      INTEGER,
    ended_order   INTEGER NOT NULL GENERATED ALWAYS AS (coalesce(ended_at, -1)) VIRTUAL,
    attempts      INTEGER NOT NULL DEFAULT 0,
    failure       TEXT,
    owner_id      BLOB,
    lease_until   INTEGER,
    access_id     BLOB,             -- the credential that the running operation logs in with, if not its own
    created_at    INTEGER NOT NULL
);
CREATE UNIQUE INDEX operations_one_open ON operations (credential_id)
    WHERE state IN ('awaitingApproval', 'scheduled', 'running');
-- The queue, in its order. Device and credential are in it so that a row that must wait is skipped without reading it.
CREATE INDEX operations_waiting ON operations (immediate, not_before, id, device_id, credential_id)
    WHERE state = 'scheduled';
CREATE INDEX operations_waiting_of_device ON operations (device_id, not_before) WHERE state = 'scheduled';
CREATE INDEX operations_running_device     ON operations (device_id)     WHERE state = 'running';
CREATE INDEX operations_running_credential ON operations (credential_id) WHERE state = 'running';
CREATE INDEX operations_running_access     ON operations (access_id)     WHERE state = 'running';
CREATE INDEX operations_credential   ON operations (credential_id);
CREATE INDEX operations_device       ON operations (device_id);
CREATE INDEX operations_username     ON operations (username);
CREATE INDEX operations_device_name  ON operations (device_name);
CREATE INDEX operations_state        ON operations (state);
CREATE INDEX operations_scheduled_at ON operations (scheduled_at);
CREATE INDEX operations_started_at   ON operations (started_order);
CREATE INDEX operations_ended_at     ON operations (ended_order);

CREATE TABLE attempts (
    sequence         INTEGER PRIMARY KEY,
    id               BLOB    NOT NULL UNIQUE,
    operation_id     BLOB    NOT NULL REFERENCES operations (id) ON DELETE RESTRICT,
    number           INTEGER NOT NULL,
    template_id      TEXT    NOT NULL,
    template_name    TEXT    NOT NULL,
    template_version INTEGER NOT NULL,
    step             TEXT,
    started_at       INTEGER NOT NULL,
    apply_at         INTEGER,
    ended_at         INTEGER,
    failure          TEXT,
    words            TEXT,
    expected         TEXT,
    transcript       TEXT    NOT NULL DEFAULT '[]', -- JSON list, secrets masked
    UNIQUE (operation_id, number)
);

CREATE TABLE audit (
    number       INTEGER PRIMARY KEY,
    at           INTEGER NOT NULL,
    who          BLOB,
    action       TEXT    NOT NULL,
    object_noun  TEXT,
    object_id    BLOB,
    object_label TEXT,
    detail       TEXT    NOT NULL, -- JSON
    previous     BLOB    NOT NULL, -- the hash of the entry before
    hash         BLOB    NOT NULL
);
CREATE TRIGGER audit_is_never_changed BEFORE UPDATE ON audit
BEGIN SELECT raise(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER audit_is_never_shortened BEFORE DELETE ON audit
BEGIN SELECT raise(ABORT, 'the audit trail is append-only'); END;

-- Names that other tables repeat so that lists sort by them on an index.
CREATE TRIGGER credentials_follow_device AFTER UPDATE OF name ON devices
BEGIN UPDATE credentials SET device_name = new.name WHERE device_id = new.id; END;
CREATE TRIGGER operations_follow_credential AFTER UPDATE OF username, device_name ON credentials
BEGIN
    UPDATE operations SET username = new.username, device_name = new.device_name WHERE credential_id = new.id;
END;

-- Text search: pieces of three letters, accents and case ignored. The text itself stays in its table.
CREATE VIRTUAL TABLE device_search USING fts5 (
    name, address, kind, manufacturer, model, website, site, domain, tags,
    content = 'devices', content_rowid = 'number', tokenize = 'trigram remove_diacritics 1'
);
CREATE TRIGGER device_search_insert AFTER INSERT ON devices BEGIN
    INSERT INTO device_search (rowid, name, address, kind, manufacturer, model, website, site, domain, tags)
    VALUES (new.number, new.name, new.address, new.kind, new.manufacturer, new.model, new.website, new.site, new.domain, new.tags);
END;
CREATE TRIGGER device_search_delete AFTER DELETE ON devices BEGIN
    INSERT INTO device_search (device_search, rowid, name, address, kind, manufacturer, model, website, site, domain, tags)
    VALUES ('delete', old.number, old.name, old.address, old.kind, old.manufacturer, old.model, old.website, old.site, old.domain, old.tags);
END;
CREATE TRIGGER device_search_update
AFTER UPDATE OF name, address, kind, manufacturer, model, website, site, domain, tags ON devices BEGIN
    INSERT INTO device_search (device_search, rowid, name, address, kind, manufacturer, model, website, site, domain, tags)
    VALUES ('delete', old.number, old.name, old.address, old.kind, old.manufacturer, old.model, old.website, old.site, old.domain, old.tags);
    INSERT INTO device_search (rowid, name, address, kind, manufacturer, model, website, site, domain, tags)
    VALUES (new.number, new.name, new.address, new.kind, new.manufacturer, new.model, new.website, new.site, new.domain, new.tags);
END;

CREATE VIRTUAL TABLE credential_search USING fts5 (
    username, device_name, domain, additional_information, tags,
    content = 'credentials', content_rowid = 'number', tokenize = 'trigram remove_diacritics 1'
);
CREATE TRIGGER credential_search_insert AFTER INSERT ON credentials BEGIN
    INSERT INTO credential_search (rowid, username, device_name, domain, additional_information, tags)
    VALUES (new.number, new.username, new.device_name, new.domain, new.additional_information, new.tags);
END;
CREATE TRIGGER credential_search_delete AFTER DELETE ON credentials BEGIN
    INSERT INTO credential_search (credential_search, rowid, username, device_name, domain, additional_information, tags)
    VALUES ('delete', old.number, old.username, old.device_name, old.domain, old.additional_information, old.tags);
END;
CREATE TRIGGER credential_search_update
AFTER UPDATE OF username, device_name, domain, additional_information, tags ON credentials BEGIN
    INSERT INTO credential_search (credential_search, rowid, username, device_name, domain, additional_information, tags)
    VALUES ('delete', old.number, old.username, old.device_name, old.domain, old.additional_information, old.tags);
    INSERT INTO credential_search (rowid, username, device_name, domain, additional_information, tags)
    VALUES (new.number, new.username, new.device_name, new.domain, new.additional_information, new.tags);
END;
