-- Strengths, policies, and when each credential is due. Times and ids as in the first schema.

CREATE TABLE strengths (
    number      INTEGER PRIMARY KEY,
    id          BLOB    NOT NULL UNIQUE,
    name        TEXT    NOT NULL COLLATE NOCASE,
    name_folded TEXT    NOT NULL UNIQUE,
    built_in    INTEGER NOT NULL, -- came with the program: it stays
    rules       TEXT    NOT NULL, -- JSON
    bits        INTEGER NOT NULL, -- hundredths of the binary logarithm of the number of possible passwords
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL
);
CREATE INDEX strengths_name       ON strengths (name);
CREATE INDEX strengths_bits       ON strengths (bits);
CREATE INDEX strengths_updated_at ON strengths (updated_at);
INSERT INTO strengths (id, name, name_folded, built_in, rules, bits, created_at, updated_at)
VALUES (x'00000000000070008000000000000001', 'Default', 'default', 1, '{}', 14604, 0, 0);

CREATE TABLE policies (
    number       INTEGER PRIMARY KEY,
    id           BLOB    NOT NULL UNIQUE,
    name         TEXT    NOT NULL COLLATE NOCASE,
    name_folded  TEXT    NOT NULL UNIQUE,
    priority     INTEGER NOT NULL,
    strength_id  BLOB    NOT NULL REFERENCES strengths (id) ON DELETE RESTRICT,
    criteria     TEXT    NOT NULL, -- JSON
    triggers     TEXT    NOT NULL, -- JSON
    overrides    TEXT    NOT NULL, -- JSON
    pause_reason TEXT,
    paused_by    BLOB,
    paused_at    INTEGER,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL
);
CREATE INDEX policies_name       ON policies (name);
CREATE INDEX policies_priority   ON policies (priority);
CREATE INDEX policies_updated_at ON policies (updated_at);
CREATE INDEX policies_strength   ON policies (strength_id);

-- What the scheduler remembers. A schedule of an older generation than this one is computed anew.
CREATE TABLE scheduler (
    only_row    INTEGER PRIMARY KEY CHECK (only_row = 1),
    generation  INTEGER NOT NULL,
    last_run_at INTEGER,
    set_back_at INTEGER,          -- what the clock said when it was seen to have been put back
    time_zone   TEXT    NOT NULL -- the zone that hours are meant in, by its IANA name
);
INSERT INTO scheduler (only_row, generation, time_zone) VALUES (1, 1, 'UTC');

ALTER TABLE credentials ADD COLUMN expires_at INTEGER;
-- Never comes after the latest.
ALTER TABLE credentials ADD COLUMN
    expires_order INTEGER NOT NULL GENERATED ALWAYS AS (coalesce(expires_at, 9223372036854775807)) VIRTUAL;
CREATE INDEX credentials_expires_at ON credentials (expires_order);

-- One row a credential: computed from the policies and the credential's own record, and stored so that looking for what
-- is due costs the same however many credentials there are.
CREATE TABLE schedules (
    credential       INTEGER PRIMARY KEY REFERENCES credentials (number) ON DELETE CASCADE,
    generation       INTEGER NOT NULL DEFAULT 0, -- 0: something it was computed from has changed
    policy           INTEGER REFERENCES policies (number) ON DELETE SET NULL,
    standing         TEXT,    -- how it stands to its policy; none while it is inactive
    overdue_at       INTEGER, -- when its password is older than the policy allows
    change_due       INTEGER, -- when it is changed; none while something holds it up
    change_kind      TEXT,    -- by which trigger
    verify_due       INTEGER, -- when it is verified; none while something holds it up
    next_due         INTEGER, -- the soonest of both, held up or not
    next_kind        TEXT,
    not_before       INTEGER, -- where it was moved to because it was missed
    viewed_at        INTEGER, -- when its password was first shown or copied since it was changed
    first_success_at INTEGER, -- when an operation first changed its password
    own_expiry       INTEGER  -- the expiry that the policy gave it; another one was set by a person
);
CREATE INDEX schedules_generation ON schedules (generation);
CREATE INDEX schedules_policy     ON schedules (policy) WHERE policy IS NOT NULL;
CREATE INDEX schedules_standing   ON schedules (standing, overdue_at) WHERE standing IS NOT NULL;
CREATE INDEX schedules_change_due ON schedules (change_due) WHERE change_due IS NOT NULL;
CREATE INDEX schedules_verify_due ON schedules (verify_due) WHERE verify_due IS NOT NULL;
CREATE INDEX schedules_not_before ON schedules (not_before) WHERE not_before IS NOT NULL;
INSERT INTO schedules (credential) SELECT number FROM credentials;

CREATE TRIGGER schedules_begin AFTER INSERT ON credentials
BEGIN INSERT INTO schedules (credential) VALUES (new.number); END;
CREATE TRIGGER schedules_follow_credential AFTER UPDATE OF device_id, username, domain, password_type, tags, status,
    automatic_change, plugin, template, access_credential_id, has_password, has_private_key, sync, changed_at, expires_at,
    -- These two come with the next migration; a trigger may name them before they are there.
    paused_at, verification ON credentials
BEGIN UPDATE schedules SET generation = 0 WHERE credential = new.number AND generation <> 0; END;
CREATE TRIGGER schedules_follow_access AFTER UPDATE OF status, has_password, has_private_key ON credentials
BEGIN
    UPDATE schedules SET generation = 0
    WHERE credential IN (SELECT c.number FROM credentials c WHERE c.access_credential_id = new.id);
END;
CREATE TRIGGER schedules_follow_device AFTER UPDATE OF name, kind, manufacturer, model, site, tags, host_key ON devices
BEGIN
    UPDATE schedules SET generation = 0
    WHERE credential IN (SELECT c.number FROM credentials c WHERE c.device_id = new.id);
END;
-- An open operation holds up every trigger; its end lets them go on.
CREATE TRIGGER schedules_follow_new_operation AFTER INSERT ON operations
    WHEN new.state IN ('awaitingApproval', 'scheduled', 'running')
BEGIN
    UPDATE schedules SET generation = 0, change_due = NULL, verify_due = NULL
    WHERE credential = (SELECT c.number FROM credentials c WHERE c.id = new.credential_id);
END;
CREATE TRIGGER schedules_follow_operation AFTER UPDATE OF state ON operations
    WHEN (old.state IN ('awaitingApproval', 'scheduled', 'running'))
      <> (new.state IN ('awaitingApproval', 'scheduled', 'running'))
BEGIN
    UPDATE schedules SET generation = 0
    WHERE credential = (SELECT c.number FROM credentials c WHERE c.id = new.credential_id);
END;

-- Policies ask for operations as people do; history can name them after they are gone.
CREATE TABLE policy_names (
    id   BLOB PRIMARY KEY,
    name TEXT NOT NULL
) WITHOUT ROWID;

-- What an operation repeats of its device, so that its list is filtered without looking elsewhere.
ALTER TABLE operations ADD COLUMN manufacturer TEXT NOT NULL DEFAULT '' COLLATE NOCASE;
ALTER TABLE operations ADD COLUMN model        TEXT NOT NULL DEFAULT '' COLLATE NOCASE;
ALTER TABLE operations ADD COLUMN website      TEXT NOT NULL DEFAULT '' COLLATE NOCASE;
UPDATE operations SET (manufacturer, model, website) =
    (SELECT d.manufacturer, d.model, d.website FROM devices d WHERE d.id = operations.device_id)
WHERE EXISTS (SELECT 1 FROM devices d WHERE d.id = operations.device_id AND d.manufacturer || d.model || d.website <> '');
CREATE TRIGGER operations_begin_with_device AFTER INSERT ON operations
BEGIN
    UPDATE operations SET (manufacturer, model, website) =
        (SELECT d.manufacturer, d.model, d.website FROM devices d WHERE d.id = new.device_id)
    WHERE code = new.code AND EXISTS (SELECT 1 FROM devices d WHERE d.id = new.device_id);
END;
CREATE TRIGGER operations_follow_device AFTER UPDATE OF manufacturer, model, website ON devices
    WHEN old.manufacturer IS NOT new.manufacturer OR old.model IS NOT new.model OR old.website IS NOT new.website
BEGIN
    UPDATE operations SET manufacturer = new.manufacturer, model = new.model, website = new.website
    WHERE device_id = new.id;
END;
CREATE INDEX operations_kind         ON operations (kind);
CREATE INDEX operations_requester    ON operations (requester_id);
CREATE INDEX operations_manufacturer ON operations (manufacturer);
CREATE INDEX operations_model        ON operations (model);
CREATE INDEX operations_website      ON operations (website);
ALTER TABLE attempts ADD COLUMN ended_order INTEGER NOT NULL GENERATED ALWAYS AS (coalesce(ended_at, -1)) VIRTUAL;
CREATE INDEX attempts_started_at ON attempts (started_at);
CREATE INDEX attempts_ended_at   ON attempts (ended_order);
CREATE INDEX attempts_failure    ON attempts (failure) WHERE failure IS NOT NULL;

-- Filters of lists, of each person. They name accounts and devices: so they stand here and not in the preferences.
CREATE TABLE saved_filters (
    id          BLOB    PRIMARY KEY,
    user_id     BLOB    NOT NULL,
    list        TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    name_folded TEXT    NOT NULL,
    filter      TEXT    NOT NULL, -- JSON
    UNIQUE (user_id, list, name_folded)
) WITHOUT ROWID;
CREATE TABLE last_filters (
    user_id BLOB NOT NULL,
    list    TEXT NOT NULL,
    filter  TEXT NOT NULL, -- JSON
    PRIMARY KEY (user_id, list)
) WITHOUT ROWID;
