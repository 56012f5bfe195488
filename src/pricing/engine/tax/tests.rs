use std::sync::Arc;

use proptest::prelude::*;

use super::*;

const STANDARD: Option<TaxClassId> = None;
const REDUCED: Option<TaxClassId> = Some(TaxClassId(1));

/// How a rate is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Taken {
    OnGoods,
    OnGoodsAndShipping,
    Compound,
}

fn rate(id: i64, rate_e6: i64, class: Option<TaxClassId>, taken: Taken) -> Arc<TaxRate> {
    Arc::new(TaxRate {
        id: TaxRateId(id),
        title: format!("Tax {id}"),
        jurisdiction: "XX".to_owned(),
        rate_e6,
        compound: taken == Taken::Compound,
        class,
        on_shipping: taken == Taken::OnGoodsAndShipping,
    })
}

fn rules(included: bool, rounding: TaxRounding, rates: &[Arc<TaxRate>]) -> TaxRules {
    TaxRules { included, rounding, exempt: false, source: TaxSource::Rates(rates.to_vec()) }
}

fn things(amounts: &[(i64, Option<TaxClassId>)]) -> Vec<Taxed> {
    let thing = |(key, (amount_minor, class)): (i64, &(i64, Option<TaxClassId>))| Taxed {
        key,
        amount_minor: *amount_minor,
        taxable: true,
        class: *class,
    };
    (0..).zip(amounts).map(thing).collect()
}

/// A published calculation, or one by a published rule.
struct Example {
    source: &'static str,
    included: bool,
    rounding: TaxRounding,
    rates: Vec<Arc<TaxRate>>,
    lines: Vec<(i64, Option<TaxClassId>)>,
    deliveries: Vec<i64>,
    /// What each rate brings.
    sums: Vec<i64>,
    /// What each line, and then each delivery, is taxed with.
    taxes: Vec<i64>,
}

fn check(example: &Example) {
    let rules = rules(example.included, example.rounding, &example.rates);
    let deliveries: Vec<_> = example.deliveries.iter().map(|amount| (*amount, STANDARD)).collect();
    let taxation = apply(&rules, &things(&example.lines), &things(&deliveries)).unwrap();
    let sums: Vec<i64> = taxation.tax_lines.iter().map(|line| line.amount_minor).collect();
    assert_eq!(sums, example.sums, "{}", example.source);
    let taxed = taxation.lines.iter().chain(&taxation.deliveries);
    assert_eq!(taxed.map(|line| line.tax_minor).collect::<Vec<_>>(), example.taxes, "{}", example.source);
}

/// Prices that hold the tax: the European ones.
#[test]
fn taxes_are_in_the_price_as_european_law_has_it() {
    use Taken::OnGoodsAndShipping;
    let germany =
        vec![rate(1, 190_000, STANDARD, OnGoodsAndShipping), rate(2, 70_000, REDUCED, OnGoodsAndShipping)];
    let britain = vec![rate(1, 200_000, STANDARD, OnGoodsAndShipping)];
    for example in [
        Example {
            source: "Umsatzsteuergesetz, section 12: 19 % and 7 %, of what is left without them (section 10)",
            included: true,
            rounding: TaxRounding::Line,
            rates: germany.clone(),
            lines: vec![(11_900, STANDARD), (10_700, REDUCED), (999, STANDARD)],
            deliveries: vec![490],
            sums: vec![1_900 + 160 + 78, 700],
            taxes: vec![1_900, 700, 160, 78],
        },
        Example {
            source: "Court of Justice, C-484/06 (Ahold): a member state may let each item be rounded",
            included: true,
            rounding: TaxRounding::Line,
            rates: germany.clone(),
            lines: vec![(999, STANDARD); 3],
            deliveries: vec![],
            sums: vec![480],
            taxes: vec![160, 160, 160],
        },
        Example {
            source: "Court of Justice, C-484/06 (Ahold): or the sum of the receipt",
            included: true,
            rounding: TaxRounding::Order,
            rates: germany,
            lines: vec![(999, STANDARD); 3],
            deliveries: vec![],
            sums: vec![479],
            taxes: vec![160, 160, 159],
        },
        Example {
            source: "HMRC, VAT Notice 727: the VAT fraction of the standard rate of 20 % is one sixth",
            included: true,
            rounding: TaxRounding::Line,
            rates: britain.clone(),
            lines: vec![(600, STANDARD), (1_999, STANDARD)],
            deliveries: vec![],
            sums: vec![100 + 333],
            taxes: vec![100, 333],
        },
        Example {
            source: "HMRC, VAT Notice 700, paragraph 17.5: by line, to the nearest penny (434p at 20 % is 86.8p)",
            included: false,
            rounding: TaxRounding::Line,
            rates: britain,
            lines: vec![(434, STANDARD), (434, STANDARD), (434, STANDARD), (432, STANDARD)],
            deliveries: vec![],
            sums: vec![87 * 3 + 86],
            taxes: vec![87, 87, 87, 86],
        },
    ] {
        check(&example);
    }
}

#[test]
fn canadian_taxes_add_up_stack_and_replace_each_other() {
    use Taken::{Compound, OnGoods, OnGoodsAndShipping};
    let quebec =
        |qst: i64, taken: Taken| vec![rate(1, 50_000, STANDARD, OnGoods), rate(2, qst, STANDARD, taken)];
    for example in [
        Example {
            source: "Revenu Québec, Calculating the Taxes: 100.00 with GST of 5 % and QST of 9.975 % is 114.98",
            included: false,
            rounding: TaxRounding::Line,
            rates: quebec(99_750, OnGoods),
            lines: vec![(10_000, STANDARD)],
            deliveries: vec![],
            sums: vec![500, 998],
            taxes: vec![1_498],
        },
        Example {
            source: "Revenu Québec, Tables of GST and QST Rates: in 2012 the QST was 9.5 % of the price with the GST",
            included: false,
            rounding: TaxRounding::Line,
            rates: quebec(95_000, Compound),
            lines: vec![(10_000, STANDARD)],
            deliveries: vec![],
            sums: vec![500, 998],
            taxes: vec![1_498],
        },
        Example {
            source: "Revenu Québec, Tables of GST and QST Rates: in 2011 it was 8.5 % of it",
            included: false,
            rounding: TaxRounding::Line,
            rates: quebec(85_000, Compound),
            lines: vec![(10_000, STANDARD)],
            deliveries: vec![],
            sums: vec![500, 893],
            taxes: vec![1_393],
        },
        Example {
            source: "the same of 2012 backwards: 114.98 holds 5.00 and 9.98",
            included: true,
            rounding: TaxRounding::Line,
            rates: quebec(95_000, Compound),
            lines: vec![(11_498, STANDARD)],
            deliveries: vec![],
            sums: vec![500, 998],
            taxes: vec![1_498],
        },
        Example {
            source: "Canada Revenue Agency, GST/HST rates and place-of-supply rules: 13 % HST on goods sent to Ontario",
            included: false,
            rounding: TaxRounding::Order,
            rates: vec![rate(1, 130_000, STANDARD, OnGoodsAndShipping)],
            lines: vec![(89_999, STANDARD)],
            deliveries: vec![1_500],
            sums: vec![11_895],
            taxes: vec![11_700, 195],
        },
    ] {
        check(&example);
    }
}

#[test]
fn american_shipping_is_taxed_where_the_state_says_so() {
    use Taken::{OnGoods, OnGoodsAndShipping};
    for example in [
        Example {
            source: "New York, TB-ST-838: tax on all of 549.95, a dryer of 499.95, its service of 30.00, delivery of \
                     20.00; in the city of New York 4 %, 4.5 % and 0.375 % (Publication 718)",
            included: false,
            rounding: TaxRounding::Order,
            rates: vec![
                rate(1, 40_000, STANDARD, OnGoodsAndShipping),
                rate(2, 45_000, STANDARD, OnGoodsAndShipping),
                rate(3, 3_750, STANDARD, OnGoodsAndShipping),
            ],
            lines: vec![(49_995, STANDARD), (3_000, STANDARD)],
            deliveries: vec![2_000],
            sums: vec![2_200, 2_475, 206],
            taxes: vec![2_000 + 2_250 + 187, 120 + 135 + 11, 80 + 90 + 8],
        },
        Example {
            source: "New York, TB-ST-838: table and chairs of 3,500.00 with transportation of 250.00, at the state's 4 %",
            included: false,
            rounding: TaxRounding::Line,
            rates: vec![rate(1, 40_000, STANDARD, OnGoodsAndShipping)],
            lines: vec![(350_000, STANDARD)],
            deliveries: vec![25_000],
            sums: vec![15_000],
            taxes: vec![14_000, 1_000],
        },
        Example {
            source: "California, CDTFA Publication 100: no tax on delivery by a common carrier that is told apart; 7.25 %",
            included: false,
            rounding: TaxRounding::Line,
            rates: vec![rate(1, 72_500, STANDARD, OnGoods)],
            lines: vec![(10_000, STANDARD)],
            deliveries: vec![1_000],
            sums: vec![725],
            taxes: vec![725, 0],
        },
    ] {
        check(&example);
    }
}

#[test]
fn a_japanese_invoice_rounds_once_for_each_rate() {
    use Taken::OnGoodsAndShipping;
    let rates =
        vec![rate(1, 100_000, STANDARD, OnGoodsAndShipping), rate(2, 80_000, REDUCED, OnGoodsAndShipping)];
    let lines = vec![(126, REDUCED), (126, REDUCED), (126, REDUCED), (105, STANDARD), (105, STANDARD)];
    let rule = "National Tax Agency, Q&A on the qualified invoice system: fractions of a yen are rounded once for each \
                rate of an invoice";
    check(&Example {
        source: rule,
        included: false,
        rounding: TaxRounding::Order,
        rates: rates.clone(),
        lines: lines.clone(),
        deliveries: vec![500],
        // 710 yen at 10 % are 71; 378 at 8 % are 30.24. By line they would be 10.5 each, and 10.08 each.
        sums: vec![71, 30],
        taxes: vec![10, 10, 10, 11, 10, 50],
    });
    check(&Example {
        source: "the same by line, which the rule forbids: a yen more",
        included: false,
        rounding: TaxRounding::Line,
        rates,
        lines,
        deliveries: vec![500],
        sums: vec![72, 30],
        taxes: vec![10, 10, 10, 11, 11, 50],
    });
}

#[test]
fn zero_rates_show_and_exemptions_do_not() {
    let zero = [rate(1, 0, STANDARD, Taken::OnGoodsAndShipping)];
    let line = things(&[(1_000, STANDARD)]);
    let taxation = apply(&rules(false, TaxRounding::Line, &zero), &line, &line).unwrap();
    assert_eq!(taxation.tax_lines.iter().map(|line| line.amount_minor).collect::<Vec<_>>(), [0]);
    assert_eq!((taxation.lines[0].tax_lines.len(), taxation.deliveries[0].tax_lines.len()), (1, 1));
    let standard = [rate(1, 190_000, STANDARD, Taken::OnGoodsAndShipping)];
    for included in [true, false] {
        let exempt = TaxRules { exempt: true, ..rules(included, TaxRounding::Order, &standard) };
        let unknown = TaxRules { source: TaxSource::Unknown, ..rules(included, TaxRounding::Order, &[]) };
        for rules in [exempt, unknown] {
            let taxation = apply(&rules, &line, &line).unwrap();
            assert_eq!((taxation.tax_minor, taxation.tax_lines.len()), (0, 0));
            assert_eq!((taxation.lines[0].net_minor, taxation.lines[0].gross_minor), (1_000, 1_000));
        }
    }
    let gift = Taxed { taxable: false, ..line[0].clone() };
    let other = Taxed { class: REDUCED, ..line[0].clone() };
    let taxation = apply(&rules(true, TaxRounding::Line, &standard), &[gift, other], &[]).unwrap();
    assert!(taxation.lines.iter().all(|line| line.tax_lines.is_empty() && line.net_minor == 1_000));
}

#[test]
fn a_providers_amounts_stand_as_they_are() {
    let tax = |title: &str, amount_minor: i64| AnsweredTax {
        title: title.to_owned(),
        jurisdiction: "US-NY".to_owned(),
        rate_e6: 88_750,
        amount_minor,
    };
    let answered = |lines: Vec<Vec<AnsweredTax>>, deliveries: Vec<Vec<AnsweredTax>>| TaxRules {
        source: TaxSource::Answered { lines, deliveries },
        ..rules(false, TaxRounding::Order, &[])
    };
    let (lines, deliveries) = (things(&[(1_000, STANDARD), (500, REDUCED)]), things(&[(700, STANDARD)]));
    let good = answered(vec![vec![tax("State", 40), tax("City", 45)], vec![]], vec![vec![tax("State", 28)]]);
    let taxation = apply(&good, &lines, &deliveries).unwrap();
    assert_eq!(taxation.tax_minor, 113);
    let sums: Vec<(&str, i64)> =
        taxation.tax_lines.iter().map(|line| (line.title.as_str(), line.amount_minor)).collect();
    assert_eq!(sums, [("City", 45), ("State", 68)]);
    assert_eq!((taxation.lines[0].net_minor, taxation.lines[0].gross_minor), (1_000, 1_085));
    let included = TaxRules { included: true, ..good };
    let taxation = apply(&included, &lines, &deliveries).unwrap();
    assert_eq!((taxation.deliveries[0].net_minor, taxation.deliveries[0].gross_minor), (672, 700));
    for wrong in [
        answered(vec![vec![]], vec![vec![]]),
        answered(vec![vec![], vec![]], vec![]),
        answered(vec![vec![tax("State", -1)], vec![]], vec![vec![]]),
        TaxRules { included: true, ..answered(vec![vec![tax("State", 1_001)], vec![]], vec![vec![]]) },
    ] {
        assert_eq!(apply(&wrong, &lines, &deliveries), Err(PriceError::OtherTaxes));
    }
}

#[test]
fn a_tax_never_takes_more_than_the_price_that_holds_it() {
    // Two rates bring a unit each, and the first line has one only.
    let rates = [rate(1, 100_000, STANDARD, Taken::OnGoods), rate(2, 100_000, STANDARD, Taken::OnGoods)];
    let lines = things(&[(1, STANDARD); 6]);
    let taxation = apply(&rules(true, TaxRounding::Order, &rates), &lines, &[]).unwrap();
    let taxes: Vec<i64> = taxation.lines.iter().map(|line| line.tax_minor).collect();
    assert_eq!(taxes, [1, 1, 0, 0, 0, 0]);
    let absurd: Vec<_> = (1..=3).map(|id| rate(id, 1_000_000, STANDARD, Taken::OnGoods)).collect();
    let taxation = apply(&rules(true, TaxRounding::Line, &absurd), &things(&[(2, STANDARD)]), &[]).unwrap();
    assert_eq!((taxation.lines[0].net_minor, taxation.lines[0].tax_minor), (0, 2));
}

#[test]
fn sums_that_cannot_be_counted_are_refused() {
    let rates = [rate(1, 1_000_000, STANDARD, Taken::OnGoods)];
    let lines = things(&[(i64::MAX, STANDARD)]);
    let overflow = apply(&rules(false, TaxRounding::Line, &rates), &lines, &[]);
    assert_eq!(overflow, Err(PriceError::Overflow));
    assert!(apply(&rules(true, TaxRounding::Line, &rates), &lines, &[]).is_ok());
}

fn some_rates() -> impl Strategy<Value = Vec<Arc<TaxRate>>> {
    let class = prop_oneof![Just(STANDARD), Just(REDUCED)];
    let taken = prop_oneof![Just(Taken::OnGoods), Just(Taken::OnGoodsAndShipping), Just(Taken::Compound)];
    proptest::collection::vec((0_i64..=1_000_000, class, taken), 0..6).prop_map(|rates| {
        let mut rates: Vec<_> =
            (1..).zip(rates).map(|(id, (e6, class, taken))| rate(id, e6, class, taken)).collect();
        rates.sort_by_key(|rate| rate.compound);
        rates
    })
}

fn some_things() -> impl Strategy<Value = Vec<Taxed>> {
    let class = prop_oneof![Just(STANDARD), Just(REDUCED)];
    let amount = prop_oneof![0_i64..20, 0_i64..100_000, 0_i64..=100_000_000_000];
    proptest::collection::vec((amount, class, proptest::bool::weighted(0.9)), 0..12).prop_map(|things| {
        let thing = |(key, (amount_minor, class, taxable))| Taxed { key, amount_minor, taxable, class };
        (0..).zip(things).map(thing).collect()
    })
}

/// Exact tax of a line in units of `10^-12` of a minor unit, where it is added to the price: slow and obvious.
fn exact_added(rates: &[Arc<TaxRate>], of: &TaxRate, thing: &Taxed, is_delivery: bool) -> i128 {
    let applies =
        |rate: &TaxRate| thing.taxable && rate.class == thing.class && (!is_delivery || rate.on_shipping);
    if !applies(of) {
        return 0;
    }
    let net = i128::from(thing.amount_minor) * 1_000_000;
    let simple: i128 = rates
        .iter()
        .filter(|rate| !rate.compound && applies(rate))
        .map(|rate| i128::from(thing.amount_minor) * i128::from(rate.rate_e6))
        .sum();
    let basis = if of.compound { net + simple } else { net };
    basis * i128::from(of.rate_e6)
}

fn half_up(exact: i128) -> i128 {
    (exact + 500_000_000_000).div_euclid(1_000_000_000_000)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 600 } else { 20_000 }))]

    #[test]
    fn net_and_tax_make_the_gross_and_all_sums_hold(
        rates in some_rates(),
        lines in some_things(),
        deliveries in some_things(),
        included: bool,
        by_order: bool,
    ) {
        let rounding = if by_order { TaxRounding::Order } else { TaxRounding::Line };
        let rules = rules(included, rounding, &rates);
        let taxation = apply(&rules, &lines, &deliveries).unwrap();
        let taxed: Vec<&TaxedLine> = taxation.lines.iter().chain(&taxation.deliveries).collect();
        prop_assert_eq!(taxed.len(), lines.len() + deliveries.len());
        for (thing, taxed) in lines.iter().chain(&deliveries).zip(&taxed) {
            prop_assert_eq!(taxed.net_minor + taxed.tax_minor, taxed.gross_minor);
            prop_assert_eq!(thing.amount_minor, if included { taxed.gross_minor } else { taxed.net_minor });
            prop_assert!(taxed.net_minor >= 0 && taxed.tax_lines.iter().all(|line| line.amount_minor >= 0));
            prop_assert_eq!(taxed.tax_minor, taxed.tax_lines.iter().map(|line| line.amount_minor).sum::<i64>());
        }
        prop_assert_eq!(taxation.tax_minor, taxed.iter().map(|line| line.tax_minor).sum::<i64>());
        for sum in &taxation.tax_lines {
            let lines = taxed.iter().flat_map(|line| &line.tax_lines).filter(|line| line.rate == sum.rate);
            prop_assert_eq!(sum.amount_minor, lines.map(|line| line.amount_minor).sum::<i64>());
        }
    }

    #[test]
    fn the_order_of_the_lines_changes_nothing(
        rates in some_rates(),
        lines in some_things(),
        deliveries in some_things(),
        included: bool,
    ) {
        let rules = rules(included, TaxRounding::Order, &rates);
        let taxation = apply(&rules, &lines, &deliveries).unwrap();
        let backwards = |things: &[Taxed]| things.iter().rev().cloned().collect::<Vec<_>>();
        let mut other = apply(&rules, &backwards(&lines), &backwards(&deliveries)).unwrap();
        other.lines.reverse();
        other.deliveries.reverse();
        prop_assert_eq!(taxation, other);
    }

    #[test]
    fn taxes_on_top_are_exact_and_rounded_once(
        rates in some_rates(),
        lines in some_things(),
        deliveries in some_things(),
    ) {
        let by_line = apply(&rules(false, TaxRounding::Line, &rates), &lines, &deliveries).unwrap();
        let by_order = apply(&rules(false, TaxRounding::Order, &rates), &lines, &deliveries).unwrap();
        let things: Vec<(&Taxed, bool)> = lines
            .iter()
            .map(|line| (line, false))
            .chain(deliveries.iter().map(|delivery| (delivery, true)))
            .collect();
        for of in &rates {
            let amount = |taxed: &TaxedLine| {
                taxed.tax_lines.iter().find(|line| line.rate == Some(of.id)).map_or(0, |line| line.amount_minor)
            };
            let mut sum = 0;
            for (place, (thing, is_delivery)) in things.iter().enumerate() {
                let exact = exact_added(&rates, of, thing, *is_delivery);
                let all = |taxation: &Taxation| {
                    amount(taxation.lines.iter().chain(&taxation.deliveries).nth(place).unwrap())
                };
                prop_assert_eq!(i128::from(all(&by_line)), half_up(exact));
                let floor = exact.div_euclid(1_000_000_000_000);
                prop_assert!((floor..=floor + 1).contains(&i128::from(all(&by_order))));
                sum += exact;
            }
            let told = by_order.tax_lines.iter().find(|line| line.rate == Some(of.id));
            prop_assert_eq!(told.map_or(0, |line| i128::from(line.amount_minor)), half_up(sum));
        }
    }

    #[test]
    fn what_is_added_to_a_net_is_found_in_the_gross(net in 0_i64..=100_000_000, e6 in 0_i64..=1_000_000) {
        let rates = [rate(1, e6, STANDARD, Taken::OnGoods)];
        let line = |amount| things(&[(amount, STANDARD)]);
        let added = apply(&rules(false, TaxRounding::Line, &rates), &line(net), &[]).unwrap();
        let held = apply(&rules(true, TaxRounding::Line, &rates), &line(added.lines[0].gross_minor), &[]).unwrap();
        prop_assert_eq!(held.lines[0].net_minor, net);
        prop_assert_eq!(held.tax_minor, added.tax_minor);
    }
}
