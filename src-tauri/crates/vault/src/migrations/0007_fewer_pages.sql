-- Every page that a transaction touches is encrypted and authenticated anew, so that transactions touch few.

-- Text search: the indexes of words are written once, at the end of a transaction, not row by row. FTS5 writes a segment
-- at every savepoint, and a statement whose triggers write to several tables opens one for itself.
DROP TRIGGER device_search_insert;
DROP TRIGGER device_search_delete;
DROP TRIGGER device_search_update;
DROP TRIGGER credential_search_insert;
DROP TRIGGER credential_search_delete;
DROP TRIGGER credential_search_update;
DROP TRIGGER audit_search_insert;
DROP TABLE device_search;
DROP TABLE credential_search;
DROP TABLE audit_search;

-- The rows whose text changed in this transaction; empty between transactions.
CREATE TABLE devices_to_index     (number INTEGER PRIMARY KEY);
CREATE TABLE credentials_to_index (number INTEGER PRIMARY KEY);

-- Without a copy of the text, so that a row's old words are not needed to take it out.
CREATE VIRTUAL TABLE device_search USING fts5 (
    name, address, kind, manufacturer, model, website, site, domain, tags,
    content = '', contentless_delete = 1, tokenize = 'trigram remove_diacritics 1'
);
INSERT INTO device_search (rowid, name, address, kind, manufacturer, model, website, site, domain, tags)
SELECT number, name, address, kind, manufacturer, model, website, site, domain, tags FROM devices;
CREATE TRIGGER devices_inserted AFTER INSERT ON devices
BEGIN INSERT OR IGNORE INTO devices_to_index VALUES (new.number); END;
CREATE TRIGGER devices_deleted AFTER DELETE ON devices
BEGIN INSERT OR IGNORE INTO devices_to_index VALUES (old.number); END;
CREATE TRIGGER devices_worded
AFTER UPDATE OF name, address, kind, manufacturer, model, website, site, domain, tags ON devices
WHEN (new.name, new.address, new.kind, new.manufacturer, new.model, new.website, new.site, new.domain, new.tags)
    IS NOT (old.name, old.address, old.kind, old.manufacturer, old.model, old.website, old.site, old.domain, old.tags)
BEGIN INSERT OR IGNORE INTO devices_to_index VALUES (new.number); END;

CREATE VIRTUAL TABLE credential_search USING fts5 (
    username, device_name, domain, additional_information, tags,
    content = '', contentless_delete = 1, tokenize = 'trigram remove_diacritics 1'
);
INSERT INTO credential_search (rowid, username, device_name, domain, additional_information, tags)
SELECT number, username, device_name, domain, additional_information, tags FROM credentials;
CREATE TRIGGER credentials_inserted AFTER INSERT ON credentials
BEGIN INSERT OR IGNORE INTO credentials_to_index VALUES (new.number); END;
CREATE TRIGGER credentials_deleted AFTER DELETE ON credentials
BEGIN INSERT OR IGNORE INTO credentials_to_index VALUES (old.number); END;
CREATE TRIGGER credentials_worded
AFTER UPDATE OF username, device_name, domain, additional_information, tags ON credentials
WHEN (new.username, new.device_name, new.domain, new.additional_information, new.tags)
    IS NOT (old.username, old.device_name, old.domain, old.additional_information, old.tags)
BEGIN INSERT OR IGNORE INTO credentials_to_index VALUES (new.number); END;

-- Entries are only added, so that those after the index's last one are the new ones. Of the detail, the values: what they
-- are called in it is the same in every entry.
CREATE VIRTUAL TABLE audit_search USING fts5 (
    action, object_label, detail,
    content = '', tokenize = 'trigram remove_diacritics 1'
);

-- What waits on a device is known from the heads of its queues.
DROP INDEX operations_waiting_of_device;

-- The audit trail has no gap, so that its last number is its length.
DROP TRIGGER audit_count_up;
DELETE FROM row_counts WHERE name = 'audit';

-- A large change writes thousands of entries: so many bytes of their words are kept in memory for one segment, instead of
-- a million at a time that would have to be merged.
INSERT INTO audit_search (audit_search, rank) VALUES ('hashsize', 4194304);
