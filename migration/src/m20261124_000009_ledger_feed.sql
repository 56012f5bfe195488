-- Lets each node follow the stock ledger in the order of its transactions, to drop what it remembers of stock.

ALTER TABLE inventory_ledger ADD COLUMN tx_id @TXID;        -- Orders entries by the transactions that wrote them.
CREATE INDEX inventory_ledger_order_idx ON inventory_ledger (tx_id, id);
