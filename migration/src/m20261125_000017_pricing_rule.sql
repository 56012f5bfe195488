-- Rules that set prices, their runs and what each changed.

CREATE TABLE pricing_rule (                               -- Changes the prices of a list by itself where its condition holds.
  id                 @PK,
  name               TEXT NOT NULL,                       -- For staff.
  state              TEXT NOT NULL,                       -- enum PricingRuleState: draft active paused archived
  price_list_id      BIGINT NOT NULL CONSTRAINT pricing_rule_list_fk REFERENCES price_list (id) ON DELETE CASCADE,
  currency           TEXT NOT NULL,                       -- ISO 4217 code of the list and of all amounts of the rule.
  condition          @JSON NOT NULL,                      -- As pricing::dynamic::Condition.
  action             @JSON NOT NULL,                      -- As pricing::dynamic::Action.
  floor              @JSON,                               -- As pricing::dynamic::Bound.
  ceiling            @JSON,                               -- As pricing::dynamic::Bound.
  max_step_bp        INTEGER NOT NULL,                    -- How far all rules together move a price within a day.
  priority           INTEGER NOT NULL,                    -- Of the rules that match a variant the highest changes its price.
  every_minutes      INTEGER NOT NULL,                    -- How often it runs.
  version            BIGINT NOT NULL,                     -- Grows with each change of what it says.
  simulated_digest   TEXT,                                -- Of what it said when it was last simulated.
  next_run_at        @TIME,                               -- When it is due; empty while it is not active.
  lease_until        @TIME,                               -- Until when a node runs it.
  created_at         @TIME NOT NULL,
  updated_at         @TIME NOT NULL,
  CONSTRAINT pricing_rule_currency_code CHECK (length(currency) = 3),
  CONSTRAINT pricing_rule_step_positive CHECK (max_step_bp > 0),
  CONSTRAINT pricing_rule_schedule_positive CHECK (every_minutes > 0)
);
CREATE INDEX pricing_rule_list_idx ON pricing_rule (price_list_id);
CREATE INDEX pricing_rule_due_idx ON pricing_rule (next_run_at) WHERE state = 'active';

CREATE TABLE pricing_run (                                -- One time that a rule went through the prices of its list.
  id                 @PK,
  rule_id            BIGINT NOT NULL CONSTRAINT pricing_run_rule_fk REFERENCES pricing_rule (id) ON DELETE CASCADE,
  kind               TEXT NOT NULL,                       -- enum PricingRunKind: scheduled manual
  state              TEXT NOT NULL,                       -- enum PricingRunState: running done reverted
  digest             TEXT NOT NULL,                       -- Of what the rule said.
  last_variant_id    BIGINT NOT NULL DEFAULT 0,           -- Up to which variant it has come.
  looked_at_count    BIGINT NOT NULL DEFAULT 0,           -- Prices that it looked at.
  changed_count      BIGINT NOT NULL DEFAULT 0,           -- Prices that it changed.
  stayed             @JSON NOT NULL,                      -- Why the other prices stayed, and how many: an object of numbers.
  started_at         @TIME NOT NULL,
  finished_at        @TIME
);
CREATE INDEX pricing_run_rule_idx ON pricing_run (rule_id, id);
CREATE UNIQUE INDEX pricing_run_one_at_once ON pricing_run (rule_id) WHERE state = 'running';

CREATE TABLE pricing_run_change (                         -- A price that a run changed.
  run_id             BIGINT NOT NULL CONSTRAINT pricing_run_change_run_fk REFERENCES pricing_run (id) ON DELETE CASCADE, -- pk
  variant_id         BIGINT NOT NULL CONSTRAINT pricing_run_change_variant_fk REFERENCES variant (id) ON DELETE CASCADE, -- pk
  min_quantity       INTEGER NOT NULL,                    -- pk From how many units on the price holds.
  price_list_id      BIGINT NOT NULL,                     -- That of the rule.
  currency           TEXT NOT NULL,
  valid_from         @TIME NOT NULL,                      -- That of the price.
  before_minor       BIGINT NOT NULL,
  after_minor        BIGINT NOT NULL,
  compare_at_before_minor BIGINT,
  compare_at_after_minor  BIGINT,
  reason             TEXT NOT NULL,                       -- Why, in plain English.
  trace              @JSON NOT NULL,                      -- The steps behind it.
  changed_at         @TIME NOT NULL,
  outcome            TEXT,                                -- enum PricingChangeOutcome: reverted kept; empty while the run was not taken back.
  CONSTRAINT pricing_run_change_pk PRIMARY KEY (run_id, variant_id, min_quantity),
  CONSTRAINT pricing_run_change_positive CHECK (after_minor > 0)
);
-- By this the step of a day is counted.
CREATE INDEX pricing_run_change_day_idx ON pricing_run_change (variant_id, price_list_id, changed_at);
