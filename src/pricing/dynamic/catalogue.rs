//! Going through the prices of a list, some variants at a time, with what the rules must know of them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use entity::id::{CollectionId, InventoryItemId, ProductId, SegmentId, VariantId};
use entity::market::RoundingMode;
use entity::pricing_rule::{self as row, PricingRuleState};
use entity::{collection_member, fx_rate, price, price_list, product_tag};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
    Statement,
};

use super::condition::Needs;
use super::decide::{Decision, Why, decide, first_match};
use super::facts::{Facts, Moment, Standing};
use super::rule::Rule;
use super::sales::{moved_by_variant_ids, sold_by_variant_ids};
use crate::app::App;
use crate::error::Fault;
use crate::inventory::availability_by_product_ids;
use crate::market::{Conversion, Rounding};
use crate::money::Currency;
use crate::pricing::engine::{Step, Trace};
use crate::pricing::window::{Window, first_overlap};
use crate::store::{TimeZone, get_shop};

/// Variants that are looked at together.
pub(super) const BATCH: u64 = 500;

/// What holds for all variants while a rule goes through them.
pub(super) struct Ground {
    pub(super) rule: Rule,
    /// The active rules of the list that go first, in their order.
    first: Vec<Rule>,
    moment: Moment,
    segment: Option<SegmentId>,
    needs: Needs,
    /// From the shop's currency to the list's, where there is a rate.
    cost: Option<Conversion>,
}

/// A variant, what is known of it, and the prices that the list has of its own for it.
pub(super) struct Looked {
    pub(super) variant: VariantId,
    pub(super) product: ProductId,
    pub(super) facts: Facts,
    pub(super) standings: Vec<Standing>,
}

#[derive(FromQueryResult)]
struct VariantRow {
    id: VariantId,
    product_id: ProductId,
    item_id: InventoryItemId,
    published_at: Option<DateTime<Utc>>,
    product_type: String,
    vendor: String,
    cost_minor: Option<i64>,
    cost_currency: Option<String>,
}

impl Ground {
    /// Loads what holds for all variants: a constant number of statements.
    pub(super) async fn load(app: &App, rule: Rule, now: DateTime<Utc>) -> Result<Self, Fault> {
        let db = app.db.fresh();
        let shop = get_shop(db).await?;
        let list = price_list::Entity::find_by_id(rule.list).one(db).await?;
        let first = first_rules(db, &rule).await?;
        let mut needs = Needs::default();
        std::iter::once(&rule).chain(&first).for_each(|rule| rule.condition.add_needs(&mut needs));
        let cost = cost_conversion(db, now, &shop.currency, rule.currency).await?;
        Ok(Self {
            moment: Moment::new(now, TimeZone::of(&shop)?),
            segment: list.and_then(|list| list.segment_id),
            rule,
            first,
            needs,
            cost,
        })
    }

    /// The next variants behind one, in the order of their keys; none where there are no more. A constant number of
    /// statements.
    pub(super) async fn look<C: ConnectionTrait>(
        &self,
        db: &C,
        behind: VariantId,
    ) -> Result<Vec<Looked>, Fault> {
        let variants = self.variants(db, behind).await?;
        let ids: Vec<VariantId> = variants.iter().map(|row| row.id).collect();
        let products: BTreeSet<ProductId> = variants.iter().map(|row| row.product_id).collect();
        let products: Vec<ProductId> = products.into_iter().collect();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let now = self.moment.now;
        let mut standings = self.standings(db, &ids).await?;
        let stock = match self.needs.stock {
            true => availability_by_product_ids(db, &products).await?,
            false => HashMap::new(),
        };
        let tags = self.tags(db, &products).await?;
        let collections = self.collections(db, &products).await?;
        let mut sold = sold_by_variant_ids(db, now, &self.needs.windows, &ids).await?;
        let unsold: BTreeMap<u16, i64> = self.needs.windows.iter().map(|days| (*days, 0)).collect();
        let looked = variants.into_iter().map(|row| Looked {
            variant: row.id,
            product: row.product_id,
            standings: standings.remove(&row.id).unwrap_or_default(),
            facts: Facts {
                cost_minor: self.cost_of(&row),
                stock: stock
                    .get(&row.product_id)
                    .and_then(|items| items.get(&row.item_id))
                    .and_then(crate::inventory::Availability::counted),
                published_at: row.published_at,
                sold: sold.remove(&row.id).unwrap_or_else(|| unsold.clone()),
                segment: self.segment,
                product_type: row.product_type.to_lowercase(),
                vendor: row.vendor.to_lowercase(),
                tags: tags.get(&row.product_id).cloned().unwrap_or_default(),
                collections: collections.get(&row.product_id).cloned().unwrap_or_default(),
            },
        });
        Ok(looked.collect())
    }

    /// What the rule makes of a price of a variant, and the steps towards it where it makes another.
    pub(super) fn decide(&self, looked: &Looked, standing: &Standing) -> (Decision, Vec<Step>) {
        let mut trace = Trace::on();
        let decision = decide(&self.rule, &looked.facts, standing, &self.moment, &mut trace);
        if !matches!(decision, Decision::Changed { .. }) {
            return (decision, Vec::new());
        }
        match first_match(&self.first, &looked.facts, &self.moment) {
            Some(first) => (Decision::Stays(Why::Outranked(first.id)), Vec::new()),
            None => (decision, trace.into_steps()),
        }
    }

    async fn variants<C: ConnectionTrait>(
        &self,
        db: &C,
        behind: VariantId,
    ) -> Result<Vec<VariantRow>, Fault> {
        // A gift card is worth what it costs.
        let sql = format!(
            "SELECT v.id, v.product_id, v.inventory_item_id AS item_id, p.published_at, p.product_type, p.vendor, \
               i.cost_minor, i.cost_currency \
             FROM variant v JOIN product p ON p.id = v.product_id JOIN inventory_item i ON i.id = v.inventory_item_id \
             WHERE v.id > $1 AND v.deleted_at IS NULL AND p.status <> 'archived' AND NOT p.is_gift_card \
               AND EXISTS (SELECT 1 FROM price x WHERE x.variant_id = v.id AND x.price_list_id = $2 AND x.currency = $3) \
             ORDER BY v.id LIMIT {BATCH}"
        );
        let values = [behind.0.into(), self.rule.list.0.into(), self.rule.currency.code().into()];
        let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
        Ok(VariantRow::find_by_statement(statement).all(db).await?)
    }

    /// The prices of the list's own that hold, by variant.
    async fn standings<C: ConnectionTrait>(
        &self,
        db: &C,
        ids: &[VariantId],
    ) -> Result<HashMap<VariantId, Vec<Standing>>, Fault> {
        let rows = own_prices(db, &self.rule, ids).await?;
        let moved = moved_by_variant_ids(db, self.moment.now, self.rule.list, ids).await?;
        let mut by_price: BTreeMap<(VariantId, i32), Vec<price::Model>> = BTreeMap::new();
        for row in rows {
            by_price.entry((row.variant_id, row.min_quantity)).or_default().push(row);
        }
        let mut found: HashMap<VariantId, Vec<Standing>> = HashMap::new();
        for ((variant, min_quantity), rows) in by_price {
            let Some(row) = holding(&rows, self.moment.now) else {
                continue;
            };
            found.entry(variant).or_default().push(Standing {
                min_quantity,
                amount_minor: row.amount_minor,
                compare_at_minor: row.compare_at_minor,
                moved_minor: moved.get(&(variant, min_quantity)).copied().unwrap_or(0),
                valid_from: row.valid_from,
                is_temporary: row.valid_to.is_some() || stands_in_the_way(&rows, row),
            });
        }
        Ok(found)
    }

    async fn tags<C: ConnectionTrait>(
        &self,
        db: &C,
        products: &[ProductId],
    ) -> Result<HashMap<ProductId, BTreeSet<String>>, Fault> {
        let mut found: HashMap<ProductId, BTreeSet<String>> = HashMap::new();
        if self.needs.tags {
            let rows = product_tag::Entity::find()
                .filter(product_tag::Column::ProductId.is_in(products.iter().copied()));
            for row in rows.all(db).await? {
                found.entry(row.product_id).or_default().insert(row.tag_norm.to_lowercase());
            }
        }
        Ok(found)
    }

    async fn collections<C: ConnectionTrait>(
        &self,
        db: &C,
        products: &[ProductId],
    ) -> Result<HashMap<ProductId, BTreeSet<CollectionId>>, Fault> {
        let mut found: HashMap<ProductId, BTreeSet<CollectionId>> = HashMap::new();
        if self.needs.collections.is_empty() {
            return Ok(found);
        }
        let rows: Vec<(ProductId, CollectionId)> = collection_member::Entity::find()
            .select_only()
            .columns([collection_member::Column::ProductId, collection_member::Column::CollectionId])
            .filter(collection_member::Column::ProductId.is_in(products.iter().copied()))
            .filter(collection_member::Column::CollectionId.is_in(self.needs.collections.iter().copied()))
            .into_tuple()
            .all(db)
            .await?;
        for (product, collection) in rows {
            found.entry(product).or_default().insert(collection);
        }
        Ok(found)
    }

    /// What a unit costs the shop in the list's currency, rounded up.
    fn cost_of(&self, row: &VariantRow) -> Option<i64> {
        let (cost, currency) = (row.cost_minor?, row.cost_currency.as_deref()?);
        if currency == self.rule.currency.code() {
            return Some(cost);
        }
        self.cost.filter(|conversion| conversion.from.code() == currency)?.price(cost, 0)
    }
}

/// The prices that a rule's list has of its own for variants, whenever they hold: one statement.
pub(super) async fn own_prices<C: ConnectionTrait>(
    db: &C,
    rule: &Rule,
    ids: &[VariantId],
) -> Result<Vec<price::Model>, Fault> {
    let rows = price::Entity::find()
        .filter(price::Column::VariantId.is_in(ids.iter().copied()))
        .filter(price::Column::PriceListId.eq(rule.list))
        .filter(price::Column::Currency.eq(rule.currency.code()));
    Ok(rows.all(db).await?)
}

/// Of the prices of a variant for a quantity the one that holds: the newest.
fn holding(rows: &[price::Model], now: DateTime<Utc>) -> Option<&price::Model> {
    let holds = |row: &&price::Model| row.valid_from <= now && row.valid_to.is_none_or(|end| end > now);
    rows.iter().filter(holds).min_by_key(|row| Reverse(row.valid_from))
}

/// Whether prices of a variant for a quantity are such that this one could not be set today.
fn stands_in_the_way(rows: &[price::Model], row: &price::Model) -> bool {
    let window = |row: &price::Model| Window { from: row.valid_from, to: row.valid_to };
    let others: Vec<Window> =
        rows.iter().filter(|other| other.valid_from != row.valid_from).map(window).collect();
    first_overlap(&others, &[window(row)]).is_some()
}

/// The active rules of the list that go before a rule, in their order.
async fn first_rules<C: ConnectionTrait>(db: &C, rule: &Rule) -> Result<Vec<Rule>, Fault> {
    let rows = row::Entity::find()
        .filter(row::Column::State.eq(PricingRuleState::Active))
        .filter(row::Column::PriceListId.eq(rule.list))
        .filter(row::Column::Id.ne(rule.id))
        .filter(row::Column::Priority.gte(rule.priority))
        .order_by_desc(row::Column::Priority)
        .order_by_asc(row::Column::Id);
    let rules = rows.all(db).await?.iter().map(Rule::from_row).collect::<Result<Vec<_>, _>>()?;
    let goes_first = |other: &Rule| (Reverse(other.priority), other.id) < (Reverse(rule.priority), rule.id);
    Ok(rules.into_iter().filter(goes_first).collect())
}

/// How costs in the shop's currency become amounts of the list's; none where there is no rate.
async fn cost_conversion<C: ConnectionTrait>(
    db: &C,
    now: DateTime<Utc>,
    shop_currency: &str,
    to: Currency,
) -> Result<Option<Conversion>, Fault> {
    let Some(from) = Currency::find(shop_currency).filter(|from| *from != to) else {
        return Ok(None);
    };
    let rate = fx_rate::Entity::find()
        .filter(fx_rate::Column::FromCurrency.eq(from.code()))
        .filter(fx_rate::Column::ToCurrency.eq(to.code()))
        .filter(fx_rate::Column::EffectiveAt.lte(now))
        .order_by_desc(fx_rate::Column::EffectiveAt);
    let rounding = Rounding::new(RoundingMode::Up, 1, 0).unwrap_or(Rounding::MINOR_UNIT);
    let conversion = |rate: fx_rate::Model| Conversion { from, to, rate_e9: rate.rate_e9, rounding };
    Ok(rate.one(db).await?.map(conversion))
}
