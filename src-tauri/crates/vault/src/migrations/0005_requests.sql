-- Requests that others must approve, what was decided, and who may decide. What is signed stands in `content`; every other
-- column only lets lists be filtered and sorted. Nothing is ever decided or applied by such a column.

CREATE TABLE approval_settings (
    number    INTEGER PRIMARY KEY, -- 1, 2, 3 …; each names the digest of the one before
    content   BLOB NOT NULL,
    signature BLOB NOT NULL        -- of the administrator whom the content names
);
CREATE TRIGGER approval_settings_are_never_changed BEFORE UPDATE ON approval_settings
BEGIN SELECT raise(ABORT, 'approval settings are append-only'); END;
CREATE TRIGGER approval_settings_are_never_removed BEFORE DELETE ON approval_settings
BEGIN SELECT raise(ABORT, 'approval settings are append-only'); END;

CREATE TABLE requests (
    code                INTEGER PRIMARY KEY AUTOINCREMENT,
    id                  BLOB    NOT NULL UNIQUE,
    content             BLOB    NOT NULL,
    signature           BLOB    NOT NULL, -- of the requester
    action              TEXT    NOT NULL,
    requester_id        BLOB    NOT NULL,
    requester_name      TEXT    NOT NULL COLLATE NOCASE,
    reason              TEXT    NOT NULL,
    tasks               INTEGER NOT NULL, -- how many credentials or operations
    settings            INTEGER NOT NULL, -- the number of the settings it was made under
    requested_at        INTEGER NOT NULL,
    valid_until         INTEGER NOT NULL,
    state               TEXT    NOT NULL,
    open_level          INTEGER,          -- whose turn it is, while it awaits approval
    approvals           INTEGER NOT NULL DEFAULT 0,
    approvals_needed    INTEGER NOT NULL,
    rejections          INTEGER NOT NULL DEFAULT 0,
    ended_at            INTEGER,
    ended_order         INTEGER NOT NULL GENERATED ALWAYS AS (coalesce(ended_at, -1)) VIRTUAL,
    conflicts           TEXT    NOT NULL DEFAULT '[]', -- JSON list: what was not as requested
    canceled_operations INTEGER NOT NULL DEFAULT 0,
    emergency_by        BLOB,             -- the administrator who applied it without approvals
    emergency_at        INTEGER,
    emergency_reason    TEXT,
    emergency_signature BLOB
);
CREATE INDEX requests_requested_at ON requests (requested_at);
CREATE INDEX requests_ended_at     ON requests (ended_order);
CREATE INDEX requests_state        ON requests (state);
CREATE INDEX requests_action       ON requests (action);
CREATE INDEX requests_requester    ON requests (requester_name);
CREATE INDEX requests_tasks        ON requests (tasks);
CREATE INDEX requests_awaiting     ON requests (valid_until) WHERE state = 'awaitingApproval';
CREATE TRIGGER requests_are_never_rewritten BEFORE UPDATE OF code, id, content, signature ON requests
BEGIN SELECT raise(ABORT, 'a request is never changed'); END;
CREATE TRIGGER requests_are_never_removed BEFORE DELETE ON requests
BEGIN SELECT raise(ABORT, 'a request is never removed'); END;

CREATE TABLE decisions (
    number      INTEGER PRIMARY KEY,
    request_id  BLOB    NOT NULL REFERENCES requests (id) ON DELETE RESTRICT,
    approver_id BLOB    NOT NULL,
    verdict     TEXT    NOT NULL,
    reason      TEXT    NOT NULL,
    at          INTEGER NOT NULL,
    signature   BLOB    NOT NULL,
    UNIQUE (request_id, approver_id)
);
CREATE INDEX decisions_approver ON decisions (approver_id, request_id);
CREATE TRIGGER decisions_are_never_changed BEFORE UPDATE ON decisions
BEGIN SELECT raise(ABORT, 'a decision is never changed'); END;
CREATE TRIGGER decisions_are_never_removed BEFORE DELETE ON decisions
BEGIN SELECT raise(ABORT, 'a decision is never removed'); END;

-- Which credentials open requests are about, so that lists can mark them. Emptied when a request ends.
CREATE TABLE open_request_credentials (
    credential_id BLOB    NOT NULL,
    request       INTEGER NOT NULL REFERENCES requests (code),
    PRIMARY KEY (credential_id, request)
) WITHOUT ROWID;
CREATE INDEX open_request_credentials_request ON open_request_credentials (request);

-- The request that an operation waits for, or was allowed by.
ALTER TABLE operations ADD COLUMN request_id BLOB;
CREATE INDEX operations_request ON operations (request_id) WHERE request_id IS NOT NULL;
