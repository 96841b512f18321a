-- What the inbox and the feeds read. Run at every start, under a lock; changes nothing that is there.

-- The rows of the inbox; in the service on PostgreSQL also what commands decide by. Nobody owns it: owner is the empty text, because an index in the order of time behind an equality serves a
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

-- How many conversations each list holds: '' is nobody's, '/completed' is those put away, any other an agent's. No command writes here: the
-- row of 'nobody' would be waited for by all of them. Either they write what they moved, and one worker adds it up; or a projection counts.
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
