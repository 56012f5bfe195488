-- Mails about orders: confirmation, refund, cancellation, news of parcels. SQLite cannot make a column nullable, so the table is made anew.

CREATE TABLE mail_new (                                   -- A mail to be made and sent. Its words are made when it is sent or shown.
  id                 @PK,
  kind               TEXT NOT NULL,                       -- enum MailKind: activation recovery order_confirmation order_refund order_cancellation parcel_announced parcel_delivered
  token_id           BIGINT REFERENCES one_time_token (id) ON DELETE CASCADE, -- What its link opens.
  order_id           BIGINT REFERENCES orders (id) ON DELETE CASCADE, -- What it tells of.
  refund_id          BIGINT REFERENCES refund (id) ON DELETE CASCADE, -- Which refund of it.
  label_id           BIGINT REFERENCES shipping_label (id) ON DELETE CASCADE, -- Which parcel of it.
  state              TEXT NOT NULL,                       -- enum MailState: waiting sent kept failed dropped
  attempts           INTEGER NOT NULL DEFAULT 0,
  run_at             @TIME NOT NULL,                      -- When it is tried next.
  lease_until        @TIME,                               -- Until when one node has it for itself.
  last_error         TEXT,                                -- The mail server's code, never its words.
  sent_at            @TIME,
  created_at         @TIME NOT NULL,
  CONSTRAINT mail_token_once UNIQUE (token_id),
  CONSTRAINT mail_about_something CHECK ((token_id IS NULL) <> (order_id IS NULL)),
  CONSTRAINT mail_refund_of_order CHECK (refund_id IS NULL OR order_id IS NOT NULL),
  CONSTRAINT mail_parcel_of_order CHECK (label_id IS NULL OR order_id IS NOT NULL)
);

INSERT INTO mail_new (id, kind, token_id, state, attempts, run_at, lease_until, last_error, sent_at, created_at)
SELECT id, kind, token_id, state, attempts, run_at, lease_until, last_error, sent_at, created_at FROM mail;

DROP TABLE mail;
ALTER TABLE mail_new RENAME TO mail;
CREATE INDEX mail_due_idx ON mail (run_at) WHERE state = 'waiting';
CREATE UNIQUE INDEX mail_order_once ON mail (order_id, kind, COALESCE(refund_id, 0), COALESCE(label_id, 0)) WHERE order_id IS NOT NULL;
CREATE INDEX mail_refund_idx ON mail (refund_id) WHERE refund_id IS NOT NULL;
CREATE INDEX mail_label_idx ON mail (label_id) WHERE label_id IS NOT NULL;
@POSTGRES SELECT setval(pg_get_serial_sequence('mail', 'id'), COALESCE((SELECT MAX(id) FROM mail), 0) + 1, FALSE);
