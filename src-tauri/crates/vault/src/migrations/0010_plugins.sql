-- Devices name plugins instead of protocols, and what a person accepted as a device's identity is kept for each plugin.

-- An earlier program would read no device.
UPDATE vault SET oldest_reader = max(oldest_reader, 10);

UPDATE devices SET connectivities = (
    SELECT json_group_array(json_object('plugin', known.value ->> 'protocol', 'port', known.value ->> 'port'))
    FROM json_each(devices.connectivities) known
);

-- JSON list: plugin, trust, acceptedBy, acceptedAt; at most one entry a plugin.
ALTER TABLE devices ADD COLUMN trusts TEXT NOT NULL DEFAULT '[]';
UPDATE devices SET trusts = json_array(json_object(
    'plugin', 'ssh',
    'trust', json_object('kind', 'hostKey', 'algorithm', host_key_algorithm, 'key', host_key,
        'fingerprint', host_key_fingerprint),
    'acceptedBy', lower(substr(hex(host_key_accepted_by), 1, 8) || '-' || substr(hex(host_key_accepted_by), 9, 4) || '-' ||
        substr(hex(host_key_accepted_by), 13, 4) || '-' || substr(hex(host_key_accepted_by), 17, 4) || '-' ||
        substr(hex(host_key_accepted_by), 21, 12)),
    'acceptedAt', strftime('%Y-%m-%dT%H:%M:%S', host_key_accepted_at / 1000000, 'unixepoch') ||
        printf('.%06dZ', host_key_accepted_at % 1000000)
)) WHERE host_key IS NOT NULL;

DROP TRIGGER schedules_follow_device;
ALTER TABLE devices DROP COLUMN host_key_algorithm;
ALTER TABLE devices DROP COLUMN host_key;
ALTER TABLE devices DROP COLUMN host_key_fingerprint;
ALTER TABLE devices DROP COLUMN host_key_accepted_by;
ALTER TABLE devices DROP COLUMN host_key_accepted_at;
CREATE TRIGGER schedules_follow_device
    AFTER UPDATE OF name, kind, manufacturer, model, site, tags, connectivities, trusts ON devices
BEGIN
    UPDATE schedules SET generation = 0
    WHERE credential IN (SELECT c.number FROM credentials c WHERE c.device_id = new.id);
END;
