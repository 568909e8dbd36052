-- Which authenticator of a person stands in the key slots, and the last of its steps that was accepted. A step is written
-- before it lets anybody in, so that a code works once, in every process and after every start. The digest tells when
-- somebody took an authenticator out of the file, or put an earlier one back.
CREATE TABLE second_factors (
    user_id   BLOB PRIMARY KEY CHECK (length(user_id) = 16),
    digest    BLOB NOT NULL, -- of what is sealed in the slot; empty: nothing
    becomes   BLOB,          -- the same, while the slot is being changed; null: it is not
    last_step INTEGER        -- thirty seconds each, from 1970 on; null: none yet
) WITHOUT ROWID;
