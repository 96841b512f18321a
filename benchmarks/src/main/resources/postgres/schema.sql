-- The tables of the service on PostgreSQL. Run at every start, under a lock; changes nothing that is there.

CREATE TABLE IF NOT EXISTS agents (
  id text PRIMARY KEY,
  name text NOT NULL,
  supervisor boolean NOT NULL,
  active boolean NOT NULL,
  active_periods tstzmultirange NOT NULL
);

CREATE TABLE IF NOT EXISTS groups (
  id text PRIMARY KEY,
  name text NOT NULL,
  members text[] NOT NULL
);

-- Every instance holds agents and groups in memory, and reads them again when it hears of a change.
CREATE OR REPLACE FUNCTION tell_directory() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NOTIFY directory;
  RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER agents_changed AFTER INSERT OR UPDATE OR DELETE ON agents FOR EACH STATEMENT EXECUTE FUNCTION tell_directory();
CREATE OR REPLACE TRIGGER groups_changed AFTER INSERT OR UPDATE OR DELETE ON groups FOR EACH STATEMENT EXECUTE FUNCTION tell_directory();

-- State and inbox row in one. Nobody owns it: owner is the empty text, because an index in the order of time behind an equality serves a
-- page, and behind IS NULL it does not.
CREATE TABLE IF NOT EXISTS conversations (
  id text PRIMARY KEY,
  version bigint NOT NULL,
  at timestamptz NOT NULL,
  owner text NOT NULL,
  since timestamptz,
  completed boolean NOT NULL,
  channel text NOT NULL,
  origin_visitor_id text NOT NULL,
  visitor_id text NOT NULL,
  visitor_name text,
  last_from text NOT NULL,
  last_text text NOT NULL,
  last_activity_at timestamptz NOT NULL,
  waiting_since timestamptz
) WITH (fillfactor = 85);

-- One page of one owner is one run of an index; several owners are a merge of their runs; all of them are a merge of everybody's, so
-- that no claim has to move the row in a list of all. A claim writes the key's index and the first two.
CREATE INDEX IF NOT EXISTS open_by_activity ON conversations (owner, last_activity_at, id) WHERE NOT completed;
CREATE INDEX IF NOT EXISTS open_by_waiting ON conversations (owner, coalesce(waiting_since, 'infinity'::timestamptz), id) WHERE NOT completed;
CREATE INDEX IF NOT EXISTS completed_by_activity ON conversations (last_activity_at, id) WHERE completed;
CREATE INDEX IF NOT EXISTS completed_by_waiting ON conversations (coalesce(waiting_since, 'infinity'::timestamptz), id) WHERE completed;

CREATE TABLE IF NOT EXISTS events (
  conversation_id text NOT NULL,
  version bigint NOT NULL,
  at timestamptz NOT NULL,
  type text NOT NULL,
  actor_type text NOT NULL,
  actor_id text NOT NULL,
  command_id text NOT NULL,
  channel text,
  visitor_id text,
  visitor_name text,
  message_id text,
  text text,
  sent_at timestamptz,
  assignee text,
  previous_assignee text,
  reason text,
  PRIMARY KEY (conversation_id, version)
);

-- What is not on Kafka yet. Numbered while the conversation's row is locked, so in the order of its versions.
CREATE TABLE IF NOT EXISTS outbox (
  seq bigint GENERATED ALWAYS AS IDENTITY (CACHE 1) PRIMARY KEY,
  conversation_id text NOT NULL,
  version bigint NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_insert_scale_factor = 0,
        autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 1000000000, vacuum_truncate = off);

-- Commands that had an Idempotency-Key, with what they led to.
CREATE TABLE IF NOT EXISTS commands (
  conversation_id text NOT NULL,
  command_id text NOT NULL,
  fingerprint text NOT NULL,
  at timestamptz NOT NULL,
  version bigint NOT NULL,
  events int NOT NULL,
  completed boolean NOT NULL,
  owner text NOT NULL,
  since timestamptz,
  refusal text,
  PRIMARY KEY (conversation_id, command_id)
);
-- For forgetting old ones: rows come in the order of time, so ranges of blocks do.
CREATE INDEX IF NOT EXISTS commands_by_time ON commands USING brin (at);

CREATE TABLE IF NOT EXISTS messages (
  conversation_id text NOT NULL,
  message_id text NOT NULL,
  PRIMARY KEY (conversation_id, message_id)
);

-- How many conversations each list holds: '' is nobody's, '/completed' is those put away, any other an agent's. No command writes here: the
-- row of 'nobody' would be waited for by all of them. They write what they moved, and one worker adds it up.
CREATE TABLE IF NOT EXISTS counters (
  list text PRIMARY KEY,
  conversations bigint NOT NULL
) WITH (fillfactor = 50);
CREATE TABLE IF NOT EXISTS moves (
  from_list text,
  to_list text NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_insert_scale_factor = 0,
        autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 1000000000, vacuum_truncate = off);

-- One row per event and recipient; for everyone ('*') one row, which each reads beside her own.
CREATE TABLE IF NOT EXISTS notifications (
  recipient text NOT NULL,
  at timestamptz NOT NULL,
  conversation_id text NOT NULL,
  version bigint NOT NULL,
  type text NOT NULL,
  by text,
  assignee text,
  channel text,
  visitor_id text,
  visitor_name text,
  text text,
  except_agent text,
  PRIMARY KEY (recipient, at, conversation_id, version)
);

CREATE TABLE IF NOT EXISTS notification_reads (
  agent text PRIMARY KEY,
  at timestamptz NOT NULL,
  conversation_id text NOT NULL,
  version bigint NOT NULL
);
