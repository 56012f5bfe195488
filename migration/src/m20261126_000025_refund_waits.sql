-- What a refund does only once its provider has answered, and why money did not move.

ALTER TABLE refund ADD COLUMN waits BOOLEAN NOT NULL DEFAULT FALSE; -- Whether the rest of it is done once a provider has not refused its part.
ALTER TABLE refund ADD COLUMN credit_expires_at @TIME;    -- Until when the store credit of it can be spent; empty: without an end.
ALTER TABLE order_transaction ADD COLUMN to_credit BOOLEAN NOT NULL DEFAULT FALSE; -- Whether it becomes store credit of the order's customer, wherever it was taken.
ALTER TABLE order_transaction ADD COLUMN error_code TEXT; -- enum TransactionErrorCode: card_declined config_error processing_error generic_error
