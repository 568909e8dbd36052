-- Nothing. Keeps the number of another migration.
UPDATE vault SET oldest_reader = max(oldest_reader, 9);
