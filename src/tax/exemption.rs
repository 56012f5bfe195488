//! Who pays no tax.

use std::collections::BTreeSet;

use entity::id::CustomerId;
use sea_orm::{ConnectionTrait, FromQueryResult, Statement};

use super::question::Place;
use crate::error::Fault;

/// Where a customer pays no tax.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Exemption {
    /// Nowhere: they pay it.
    #[default]
    None,
    /// Everywhere.
    Everywhere,
    /// In these countries, whose whole is meant where there is no province, and in these provinces.
    In(BTreeSet<(String, Option<String>)>),
}

impl Exemption {
    /// Whether nobody of this country, or of this province of it, takes a tax.
    #[must_use]
    pub fn covers(&self, country: &str, province: Option<&str>) -> bool {
        match self {
            Self::None => false,
            Self::Everywhere => true,
            Self::In(places) => places.iter().any(|(exempt_country, exempt_province)| {
                exempt_country == country
                    && exempt_province.as_deref().is_none_or(|exempt| province == Some(exempt))
            }),
        }
    }

    /// As [`Self::covers`], of a place.
    #[must_use]
    pub fn covers_place(&self, place: &Place) -> bool {
        self.covers(&place.country, place.province.as_deref())
    }
}

#[derive(FromQueryResult)]
struct Row {
    tax_exempt: bool,
    country: Option<String>,
    province: Option<String>,
}

/// Where a customer pays no tax, in one statement.
///
/// # Errors
/// The database's own.
pub async fn exemption_of<C: ConnectionTrait>(db: &C, customer: CustomerId) -> Result<Exemption, Fault> {
    let sql = "SELECT c.tax_exempt, e.country, e.province FROM customer c \
               LEFT JOIN customer_tax_exemption e ON e.customer_id = c.id WHERE c.id = $1";
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, [customer.0.into()]);
    let rows = Row::find_by_statement(statement).all(db).await?;
    if rows.iter().any(|row| row.tax_exempt) {
        return Ok(Exemption::Everywhere);
    }
    let places: BTreeSet<(String, Option<String>)> = rows
        .into_iter()
        .filter_map(|row| Some((row.country?, row.province.filter(|province| !province.is_empty()))))
        .collect();
    Ok(if places.is_empty() { Exemption::None } else { Exemption::In(places) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_covers_its_provinces_and_a_province_itself() {
        let place = |country: &str, province: Option<&str>| (country.to_owned(), province.map(str::to_owned));
        let some = Exemption::In(BTreeSet::from([place("DE", None), place("US", Some("NY"))]));
        assert!(some.covers("DE", None) && some.covers("DE", Some("BE")) && some.covers("US", Some("NY")));
        assert!(!some.covers("US", None) && !some.covers("US", Some("CA")) && !some.covers("FR", None));
        assert!(Exemption::Everywhere.covers("FR", None) && !Exemption::None.covers("FR", None));
    }
}
