"""The two tables of ``benchmarks.bare``, frozen with it."""

SCHEMA = """
CREATE TABLE bench_lead (
  id uuid NOT NULL, organisation_id uuid NOT NULL, status text NOT NULL, configuration jsonb NOT NULL,
  name bytea NOT NULL, email bytea NOT NULL, phone bytea NOT NULL, email_bidx bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(), expires_at timestamptz NOT NULL,
  PRIMARY KEY (organisation_id, id));
CREATE INDEX ON bench_lead (organisation_id, status, id DESC);
CREATE INDEX ON bench_lead (organisation_id, email_bidx);
CREATE INDEX ON bench_lead (expires_at);
CREATE TABLE bench_outbox (
  id uuid PRIMARY KEY, organisation_id uuid NOT NULL, kind text NOT NULL, payload jsonb NOT NULL,
  next_at timestamptz NOT NULL DEFAULT now(), done_at timestamptz);
CREATE INDEX ON bench_outbox (next_at) WHERE done_at IS NULL;
ALTER TABLE bench_lead ENABLE ROW LEVEL SECURITY;
ALTER TABLE bench_lead FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON bench_lead TO app
  USING (organisation_id = (SELECT current_organisation()))
  WITH CHECK (organisation_id = (SELECT current_organisation()));
GRANT SELECT, INSERT, UPDATE, DELETE ON bench_lead, bench_outbox TO app;
"""
