-- What is bought together.

CREATE TABLE co_purchase (                                -- Two products that were ordered together; a projection of order events.
  product_id         BIGINT NOT NULL REFERENCES product (id) ON DELETE CASCADE, -- pk
  other_id           BIGINT NOT NULL REFERENCES product (id) ON DELETE CASCADE, -- pk Each pair is kept both ways round.
  order_count        BIGINT NOT NULL,                     -- Orders that hold both.
  CONSTRAINT co_purchase_pk PRIMARY KEY (product_id, other_id),
  CONSTRAINT co_purchase_differ CHECK (product_id <> other_id),
  CONSTRAINT co_purchase_count_positive CHECK (order_count > 0)
);
CREATE INDEX co_purchase_count_idx ON co_purchase (product_id, order_count);
CREATE INDEX co_purchase_other_idx ON co_purchase (other_id);

-- Filters look for the colours of values by their names.
CREATE INDEX option_value_swatch_idx ON option_value (name, id) WHERE swatch_color IS NOT NULL OR swatch_media_id IS NOT NULL;
