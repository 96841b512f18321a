-- What commands write beside the inbox, where there is no event store. Run at every start, under a lock; changes nothing that is there.

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
