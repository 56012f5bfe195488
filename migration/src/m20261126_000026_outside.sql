-- What happens to an order's money outside the shop.

ALTER TABLE orders ADD COLUMN disputed_at @TIME;          -- When it became known that its buyer disputes a payment.
CREATE INDEX order_transaction_reference_idx ON order_transaction (gateway, provider_reference) WHERE provider_reference IS NOT NULL;
