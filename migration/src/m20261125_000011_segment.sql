-- Customer segments, the shop's time zone, and how often its rules of prices have changed.

-- A group of customers that prices and discounts can be for.
CREATE TABLE segment (
    id @PK,
    name TEXT NOT NULL CONSTRAINT segment_name_unique UNIQUE,
    created_at @TIME NOT NULL,
    updated_at @TIME NOT NULL
);

CREATE TABLE segment_member (
    segment_id BIGINT NOT NULL CONSTRAINT segment_member_segment_fk REFERENCES segment (id) ON DELETE CASCADE,
    customer_id BIGINT NOT NULL CONSTRAINT segment_member_customer_fk REFERENCES customer (id) ON DELETE CASCADE,
    CONSTRAINT segment_member_pk PRIMARY KEY (segment_id, customer_id)
);
CREATE INDEX segment_member_customer ON segment_member (customer_id);

ALTER TABLE shop ADD COLUMN time_zone TEXT NOT NULL DEFAULT 'UTC'; -- IANA name, such as Europe/Berlin.
ALTER TABLE shop ADD COLUMN discount_version BIGINT NOT NULL DEFAULT 0; -- Grows with each change of a discount.
ALTER TABLE shop ADD COLUMN tax_version BIGINT NOT NULL DEFAULT 0; -- Grows with each change of tax rates.
ALTER TABLE shop ADD COLUMN delivery_version BIGINT NOT NULL DEFAULT 0; -- Grows with each change of delivery.
