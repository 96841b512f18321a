-- Who there is. Run at every start, under a lock; changes nothing that is there.

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
