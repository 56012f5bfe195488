//! Factories of markets and what is set for them.

use entity::id::{MarketId, PriceListId, VariantId};
use entity::market::{MarketStatus, RoundingMode};
use entity::price_list::CompareAtMode;
use tradepost::actor::Actor;
use tradepost::market::{
    NewMarket, NewPriceList, NewRate, Region, Rounding, find_country, save_market, save_price_list, save_rate,
};
use tradepost::money::{Currency, Money};
use tradepost::pricing::{FixedPrice, save_fixed_prices};

use super::TestShop;

/// The currency with this code.
pub fn currency(code: &str) -> Currency {
    Currency::find(code).unwrap()
}

/// An active market of these countries that rounds to the minor unit.
pub fn market(handle: &str, code: &str, countries: &[&str]) -> NewMarket {
    NewMarket {
        handle: handle.to_owned(),
        name: handle.to_owned(),
        status: MarketStatus::Active,
        currency: currency(code),
        regions: countries.iter().map(|code| Region::whole(find_country(code).unwrap())).collect(),
        languages: Vec::new(),
        tax_inclusive: true,
        rounding: Rounding::MINOR_UNIT,
        adjust_bp: 0,
    }
}

/// A rule such as `.99`: step 100, ending 99.
pub fn rounding(mode: RoundingMode, step: i64, ending: i64) -> Rounding {
    Rounding::new(mode, step, ending).unwrap()
}

/// A list of a market without a percentage.
pub fn price_list(market: MarketId, code: &str) -> NewPriceList {
    NewPriceList {
        id: None,
        name: "by hand".to_owned(),
        market: Some(market),
        segment: None,
        currency: currency(code),
        adjust_bp: None,
        compare_at: CompareAtMode::Adjusted,
        priority: 0,
        starts_at: None,
        ends_at: None,
    }
}

impl TestShop {
    /// What a euro is worth from now on, in billionths.
    pub async fn rate(&self, code: &str, rate_e9: i64) {
        let new = NewRate { from: currency("EUR"), to: currency(code), rate_e9, effective_at: None };
        save_rate(&self.app, &Actor::System, new).await.unwrap();
    }

    /// Makes a market.
    pub async fn sell_in(&self, new: &NewMarket) -> MarketId {
        save_market(&self.app, &Actor::System, new).await.unwrap()
    }

    /// The United States in dollars at 1.08, ending on .99; Japan in whole tens of yen at 163.5.
    pub async fn sell_abroad(&self) -> (MarketId, MarketId) {
        self.rate("USD", 1_080_000_000).await;
        self.rate("JPY", 163_500_000_000).await;
        let us =
            NewMarket { rounding: rounding(RoundingMode::Nearest, 100, 99), ..market("us", "USD", &["US"]) };
        let jp = NewMarket { rounding: rounding(RoundingMode::Up, 10, 0), ..market("jp", "JPY", &["JP"]) };
        (self.sell_in(&us).await, self.sell_in(&jp).await)
    }

    /// Makes a price list.
    pub async fn list_prices(&self, new: &NewPriceList) -> PriceListId {
        save_price_list(&self.app, &Actor::System, new).await.unwrap()
    }

    /// Sets what the first variant of a product costs on a list, in minor units.
    pub async fn fix_price(&self, list: PriceListId, handle: &str, code: &str, minor: i64) {
        let price = FixedPrice::of(self.first_variant(handle).await, Money::new(minor, currency(code)));
        save_fixed_prices(&self.app, &Actor::System, list, &[price]).await.unwrap();
    }

    /// The key of the first variant of a product.
    pub async fn first_variant(&self, handle: &str) -> VariantId {
        self.variant_rows(handle).await[0].id
    }
}
