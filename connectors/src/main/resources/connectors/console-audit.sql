
-- What people changed in the console; the same entries are on the topic. Nobody's rights let an entry be changed.
CREATE TABLE IF NOT EXISTS "${setting:postgres.status.schema}".console_audit (
    id uuid NOT NULL,
    -- The same in the entries of one action: before it, and of what came of it.
    action_id uuid NOT NULL,
    at timestamptz NOT NULL,
    who text NOT NULL,
    address text NOT NULL,
    action text NOT NULL,
    outcome text NOT NULL,
    subject text NOT NULL,
    detail text NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX IF NOT EXISTS console_audit_latest ON "${setting:postgres.status.schema}".console_audit (at);
