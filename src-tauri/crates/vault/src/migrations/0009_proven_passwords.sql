-- "In sync" is what a login has proven. A password that somebody entered is not verified until then.

-- An earlier program does not know the new words of "sync" and "standing".
UPDATE vault SET oldest_reader = max(oldest_reader, 9);

ALTER TABLE credentials ADD COLUMN proven_at INTEGER; -- when a login last proved the stored password

-- A verification is forgotten when another password becomes current: a confirmed one is about the stored password.
UPDATE credentials SET proven_at = verified_at WHERE has_password AND verification = 'confirmed';

-- A change makes a generated password current only after a login with it. An entered one that became current later than
-- it was stored was restored, after a login with it.
UPDATE credentials SET
    proven_at = v.current_at,
    verified_at = coalesce(verified_at, v.current_at),
    verification = coalesce(verification, 'confirmed')
FROM secret_versions v
WHERE v.credential_id = credentials.id AND v.kind = 'password' AND v.state = 'current'
    AND (v.origin = 'generated' OR v.current_at > v.created_at)
    AND (proven_at IS NULL OR proven_at < v.current_at);

UPDATE credentials SET sync = 'noPassword' WHERE sync = 'inSync' AND NOT has_password;
UPDATE credentials SET sync = 'notVerified' WHERE sync = 'inSync' AND proven_at IS NULL;

-- What is being checked counts no longer as within its policy.
UPDATE schedules SET generation = 0
WHERE credential IN (SELECT number FROM credentials WHERE sync = 'checking') AND generation <> 0;
