-- Signed heads of the audit trail: who saw it at this length, with this hash, and put their name to it.
CREATE TABLE audit_heads (
    number    INTEGER PRIMARY KEY, -- 1, 2, 3 … without a gap; part of what is signed
    count     INTEGER NOT NULL,    -- how many entries there were
    hash      BLOB    NOT NULL,    -- the last one's hash
    at        INTEGER NOT NULL,
    signer_id BLOB    NOT NULL,
    signature BLOB    NOT NULL
);
CREATE TRIGGER audit_heads_are_never_changed BEFORE UPDATE ON audit_heads
BEGIN SELECT raise(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER audit_heads_are_never_removed BEFORE DELETE ON audit_heads
BEGIN SELECT raise(ABORT, 'the audit trail is append-only'); END;

-- The list goes by time, then by number; each filter has the same order on an index of its own.
CREATE INDEX audit_at     ON audit (at);
CREATE INDEX audit_who    ON audit (who, at);
CREATE INDEX audit_action ON audit (action, at);
CREATE INDEX audit_noun   ON audit (object_noun, at);
CREATE INDEX audit_object ON audit (object_id, at);

CREATE VIRTUAL TABLE audit_search USING fts5 (
    action, object_label, detail,
    content = 'audit', content_rowid = 'number', tokenize = 'trigram remove_diacritics 1'
);
INSERT INTO audit_search (audit_search) VALUES ('rebuild');
CREATE TRIGGER audit_search_insert AFTER INSERT ON audit BEGIN
    INSERT INTO audit_search (rowid, action, object_label, detail)
    VALUES (new.number, new.action, new.object_label, new.detail);
END;

-- How many rows the long tables have, so that no list counts a million to say so.
CREATE TABLE row_counts (
    name  TEXT    PRIMARY KEY,
    count INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO row_counts (name, count)
SELECT 'devices', count(*) FROM devices UNION ALL
SELECT 'credentials', count(*) FROM credentials UNION ALL
SELECT 'operations', count(*) FROM operations UNION ALL
SELECT 'attempts', count(*) FROM attempts UNION ALL
SELECT 'audit', count(*) FROM audit;
CREATE TRIGGER devices_count_up AFTER INSERT ON devices
BEGIN UPDATE row_counts SET count = count + 1 WHERE name = 'devices'; END;
CREATE TRIGGER devices_count_down AFTER DELETE ON devices
BEGIN UPDATE row_counts SET count = count - 1 WHERE name = 'devices'; END;
CREATE TRIGGER credentials_count_up AFTER INSERT ON credentials
BEGIN UPDATE row_counts SET count = count + 1 WHERE name = 'credentials'; END;
CREATE TRIGGER credentials_count_down AFTER DELETE ON credentials
BEGIN UPDATE row_counts SET count = count - 1 WHERE name = 'credentials'; END;
CREATE TRIGGER operations_count_up AFTER INSERT ON operations
BEGIN UPDATE row_counts SET count = count + 1 WHERE name = 'operations'; END;
CREATE TRIGGER operations_count_down AFTER DELETE ON operations
BEGIN UPDATE row_counts SET count = count - 1 WHERE name = 'operations'; END;
CREATE TRIGGER attempts_count_up AFTER INSERT ON attempts
BEGIN UPDATE row_counts SET count = count + 1 WHERE name = 'attempts'; END;
CREATE TRIGGER attempts_count_down AFTER DELETE ON attempts
BEGIN UPDATE row_counts SET count = count - 1 WHERE name = 'attempts'; END;
CREATE TRIGGER audit_count_up AFTER INSERT ON audit
BEGIN UPDATE row_counts SET count = count + 1 WHERE name = 'audit'; END;

-- The list of credentials is filtered by it; few rest at a time.
CREATE INDEX credentials_paused ON credentials (paused_at) WHERE paused_at IS NOT NULL;
