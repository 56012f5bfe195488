-- Answers that were given under a caller's key: kept byte for byte, and sealed, because they may hold tokens.
ALTER TABLE idempotency_key DROP COLUMN response;
ALTER TABLE idempotency_key ADD COLUMN answer @BYTES;     -- NULL while the request is carried out, and for an answer that is not kept.
ALTER TABLE idempotency_key ADD COLUMN ended_at @TIME;    -- When the request had its answer.
