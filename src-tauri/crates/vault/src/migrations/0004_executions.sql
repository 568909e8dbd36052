-- Chains, reconciliation, verification, pauses, and a queue whose next operation is found without passing over the others.

-- Programs of older versions do not know the new words.
UPDATE vault SET oldest_reader = max(oldest_reader, 4);

ALTER TABLE credentials ADD COLUMN parent_credential_id         BLOB REFERENCES credentials (id) ON DELETE RESTRICT
    CHECK (parent_credential_id <> id);
ALTER TABLE credentials ADD COLUMN child_password               TEXT    NOT NULL DEFAULT 'same';
-- The parent's password changed while an operation on this credential was open: it follows when that one has ended.
ALTER TABLE credentials ADD COLUMN follows_since                INTEGER;
ALTER TABLE credentials ADD COLUMN exclusion_group              TEXT    NOT NULL DEFAULT '' COLLATE NOCASE;
ALTER TABLE credentials ADD COLUMN reconciliation               INTEGER NOT NULL DEFAULT 0;
ALTER TABLE credentials ADD COLUMN reconciliation_autorun       INTEGER NOT NULL DEFAULT 0;
ALTER TABLE credentials ADD COLUMN reconciliation_credential_id BLOB REFERENCES credentials (id) ON DELETE RESTRICT
    CHECK (reconciliation_credential_id <> id);
ALTER TABLE credentials ADD COLUMN reconciliation_plugin        TEXT;
ALTER TABLE credentials ADD COLUMN reconciliation_template      TEXT;
ALTER TABLE credentials ADD COLUMN verification                 TEXT;
ALTER TABLE credentials ADD COLUMN verified_at                  INTEGER;
ALTER TABLE credentials ADD COLUMN paused_at                    INTEGER;
ALTER TABLE credentials ADD COLUMN paused_by                    BLOB;
ALTER TABLE credentials ADD COLUMN pause_reason                 TEXT;
CREATE INDEX credentials_parent ON credentials (parent_credential_id) WHERE parent_credential_id IS NOT NULL;
CREATE INDEX credentials_reconciliation ON credentials (reconciliation_credential_id)
    WHERE reconciliation_credential_id IS NOT NULL;

-- The operation that a value was generated for. A reconciliation uses no candidate but its own.
ALTER TABLE secret_versions ADD COLUMN operation_id BLOB;
CREATE INDEX secret_versions_unresolved ON secret_versions (credential_id, kind, version) WHERE state = 'unresolved';

-- At most one row: while it is there, nothing but what a person pushes begins.
CREATE TABLE pause (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    at       INTEGER NOT NULL,
    who      BLOB    NOT NULL,
    reason   TEXT    NOT NULL
);

ALTER TABLE operations ADD COLUMN priority        INTEGER NOT NULL DEFAULT 50 CHECK (priority BETWEEN 0 AND 100);
ALTER TABLE operations ADD COLUMN origin          TEXT    NOT NULL DEFAULT 'person';
ALTER TABLE operations ADD COLUMN cause_id        BLOB;    -- the operation that it follows
ALTER TABLE operations ADD COLUMN held            INTEGER NOT NULL DEFAULT 0; -- its credential is paused
ALTER TABLE operations ADD COLUMN exclusion_group TEXT    NOT NULL DEFAULT '' COLLATE NOCASE; -- follows the credential's
-- Where it stands in the queue before its time counts: immediate ones from 0, the others from 1000, higher priority
-- first. None: it does not stand in the queue.
ALTER TABLE operations ADD COLUMN lane            INTEGER GENERATED ALWAYS AS (
    CASE WHEN state = 'scheduled' AND (immediate OR NOT held) THEN (1 - immediate) * 1000 + 100 - priority END
) VIRTUAL;
CREATE INDEX operations_lane ON operations (device_id, exclusion_group, lane, not_before, id) WHERE lane IS NOT NULL;
CREATE INDEX operations_running_group ON operations (exclusion_group) WHERE state = 'running' AND exclusion_group <> '';
CREATE INDEX operations_cause ON operations (cause_id) WHERE cause_id IS NOT NULL;

-- The first of each queue of a device (its groups and lanes apart). Only these are looked at when the next operation is
-- taken, and of these only those whose device has room: so many may wait behind a busy device as will.
CREATE TABLE queue_heads (
    device_id       BLOB    NOT NULL,
    exclusion_group TEXT    NOT NULL COLLATE NOCASE,
    lane            INTEGER NOT NULL,
    not_before      INTEGER NOT NULL,
    operation_id    BLOB    NOT NULL,
    code            INTEGER NOT NULL,
    credential_id   BLOB    NOT NULL,
    full            INTEGER NOT NULL, -- as many as allowed run on the device
    PRIMARY KEY (device_id, exclusion_group, lane)
) WITHOUT ROWID;
CREATE INDEX queue_heads_free ON queue_heads (lane, not_before, operation_id, device_id, credential_id, exclusion_group, code)
    WHERE full = 0;

-- How many may run on one device. The executor writes here what an administrator chose.
CREATE TABLE queue_limits (
    only_row   INTEGER PRIMARY KEY CHECK (only_row = 1),
    per_device INTEGER NOT NULL CHECK (per_device >= 1)
);
INSERT INTO queue_limits (only_row, per_device) VALUES (1, 1);

INSERT INTO queue_heads (device_id, exclusion_group, lane, not_before, operation_id, code, credential_id, full)
SELECT device_id, exclusion_group, lane, not_before, id, code, credential_id,
    EXISTS (SELECT 1 FROM operations r WHERE r.state = 'running' AND r.device_id = w.device_id)
FROM (SELECT o.*, row_number() OVER (PARTITION BY device_id, exclusion_group, lane ORDER BY not_before, id) AS place
      FROM operations o WHERE lane IS NOT NULL) w
WHERE place = 1;

CREATE TRIGGER queue_grows AFTER INSERT ON operations WHEN new.lane IS NOT NULL
BEGIN
    INSERT INTO queue_heads (device_id, exclusion_group, lane, not_before, operation_id, code, credential_id, full)
    VALUES (new.device_id, new.exclusion_group, new.lane, new.not_before, new.id, new.code, new.credential_id,
        (SELECT count(*) FROM operations WHERE state = 'running' AND device_id = new.device_id)
            >= (SELECT per_device FROM queue_limits))
    ON CONFLICT (device_id, exclusion_group, lane) DO UPDATE SET not_before = excluded.not_before,
        operation_id = excluded.operation_id, code = excluded.code, credential_id = excluded.credential_id
    WHERE (excluded.not_before, excluded.operation_id) < (queue_heads.not_before, queue_heads.operation_id);
END;

CREATE TRIGGER queue_moves AFTER UPDATE OF state, immediate, priority, held, not_before, device_id, exclusion_group ON operations
WHEN old.lane IS NOT new.lane OR old.not_before <> new.not_before OR old.device_id <> new.device_id
    OR old.exclusion_group <> new.exclusion_group OR (old.state = 'running') <> (new.state = 'running')
BEGIN
    -- The queue that it leaves, then the one that it joins: each gets its first one anew.
    DELETE FROM queue_heads
    WHERE device_id = old.device_id AND exclusion_group = old.exclusion_group AND lane = old.lane;
    INSERT INTO queue_heads (device_id, exclusion_group, lane, not_before, operation_id, code, credential_id, full)
    SELECT device_id, exclusion_group, lane, not_before, id, code, credential_id, 0 FROM operations
    WHERE device_id = old.device_id AND exclusion_group = old.exclusion_group AND lane = old.lane
    ORDER BY not_before, id LIMIT 1;
    DELETE FROM queue_heads
    WHERE device_id = new.device_id AND exclusion_group = new.exclusion_group AND lane = new.lane;
    INSERT INTO queue_heads (device_id, exclusion_group, lane, not_before, operation_id, code, credential_id, full)
    SELECT device_id, exclusion_group, lane, not_before, id, code, credential_id, 0 FROM operations
    WHERE device_id = new.device_id AND exclusion_group = new.exclusion_group AND lane = new.lane
    ORDER BY not_before, id LIMIT 1;
    UPDATE queue_heads SET full =
        (SELECT count(*) FROM operations r WHERE r.state = 'running' AND r.device_id = queue_heads.device_id)
            >= (SELECT per_device FROM queue_limits)
    WHERE device_id IN (old.device_id, new.device_id);
END;

-- What an operation repeats of its credential while it is not finished.
CREATE TRIGGER operations_follow_pause AFTER UPDATE OF paused_at, exclusion_group ON credentials
BEGIN
    UPDATE operations SET held = new.paused_at IS NOT NULL, exclusion_group = new.exclusion_group
    WHERE credential_id = new.id AND state IN ('awaitingApproval', 'scheduled');
END;
