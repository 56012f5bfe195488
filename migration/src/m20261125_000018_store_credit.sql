-- Store credit of customers and its ledger.

CREATE TABLE store_credit_account (                       -- Money that the shop owes to a customer, in one currency.
  id                 @PK,
  customer_id        BIGINT NOT NULL CONSTRAINT store_credit_account_customer_fk REFERENCES customer (id),
  currency           TEXT NOT NULL,                       -- ISO 4217 code.
  balance_minor      BIGINT NOT NULL,                     -- What is left: the sum of its ledger.
  next_expiry_at     @TIME,                               -- No credit ends before it; empty where none ends.
  created_at         @TIME NOT NULL,
  updated_at         @TIME NOT NULL,
  CONSTRAINT store_credit_account_unique UNIQUE (customer_id, currency),
  CONSTRAINT store_credit_account_currency_code CHECK (length(currency) = 3),
  CONSTRAINT store_credit_account_balance_not_negative CHECK (balance_minor >= 0)
);
CREATE INDEX store_credit_account_expiry_idx ON store_credit_account (next_expiry_at) WHERE next_expiry_at IS NOT NULL;

CREATE TABLE store_credit_txn (                           -- Every change of a balance, append-only: a balance is the sum of its deltas.
  id                 @PK,
  account_id         BIGINT NOT NULL CONSTRAINT store_credit_txn_account_fk REFERENCES store_credit_account (id),
  kind               TEXT NOT NULL,                       -- enum StoreCreditTxnKind: credit debit give_back expire
  delta_minor        BIGINT NOT NULL,
  reference          TEXT NOT NULL,                       -- What caused it, such as attempt/7.
  expires_at         @TIME,                               -- Of a credit: until when it can be spent.
  credit_id          BIGINT CONSTRAINT store_credit_txn_credit_fk REFERENCES store_credit_txn (id), -- Of an expiry: whose rest ended.
  created_at         @TIME NOT NULL,
  CONSTRAINT store_credit_txn_once UNIQUE (account_id, kind, reference),
  CONSTRAINT store_credit_txn_direction CHECK (
    CASE WHEN kind IN ('debit', 'expire') THEN delta_minor < 0 ELSE delta_minor > 0 END),
  CONSTRAINT store_credit_txn_expiry_of_credit CHECK (expires_at IS NULL OR kind = 'credit'),
  CONSTRAINT store_credit_txn_credit_of_expiry CHECK ((credit_id IS NOT NULL) = (kind = 'expire'))
);
CREATE INDEX store_credit_txn_reference_idx ON store_credit_txn (reference);
CREATE INDEX store_credit_txn_credit_idx ON store_credit_txn (credit_id);
