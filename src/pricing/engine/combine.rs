//! Which of the discounts stand together: the set that takes the most off.
//!
//! Two discounts stand together only where each allows the class of the other. So whether they do depends on their
//! classes and flags alone, and a legal set holds of each class either one discount that allows no other of its class, or
//! some of those that do. The search tries which classes are present; that decides which discounts fit. Deliveries are
//! searched apart from lines, since neither changes the other.
//!
//! Of equally good sets the one with fewer discounts wins, then the one with the smaller keys. That is exact while the
//! sets that could be legal, times the lines, stay within [`MAX_VISITS`]. Beyond, of the discounts that may stand beside
//! others of their class only all together are tried, since more of them hardly ever take less; sets are compared, the
//! most promising first, until none can be better or [`MAX_VISITS`] is spent. Then single discounts are added and dropped
//! while that makes the set better, within as many visits again.

use super::answer::PriceError;
use super::best::{self, Best};
use super::candidate::{Candidate, Take};
use super::lines::Line;
use super::model::{CombinesWith, DiscountClass};
use super::order::{self, Left, OrderTake};

/// Lines that are looked at, at most, in one search for the best set.
pub(super) const MAX_VISITS: u64 = 400_000;

/// Discounts of one class of which all subsets are tried, at most.
const MAX_SUBSETS_OF: usize = 10;

/// What spreading an amount over lines costs, compared with adding them up.
const SPREAD_VISITS: u64 = 8;

/// What discounts compete for.
pub(super) struct Contest<'a> {
    /// The lines.
    pub(super) lines: &'a [Line<'a>],
    /// What they cost.
    pub(super) base: &'a Left,
    /// How many deliveries there are.
    pub(super) deliveries: usize,
    /// The discounts, in the order of their keys.
    pub(super) candidates: &'a [Candidate<'a>],
    /// Lines that may be looked at for all subsets to be tried: [`MAX_VISITS`].
    pub(super) subset_visits: u64,
}

/// A set of discounts that stand together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Choice {
    /// Which, by their places among the candidates, sorted.
    pub(super) members: Vec<usize>,
    /// What they take off lines and deliveries.
    pub(super) total_minor: i64,
    /// How many sets were compared.
    pub(super) compared: u64,
    /// Whether others were left out because there were too many.
    pub(super) is_cut: bool,
}

impl Choice {
    /// Whether a set is to be preferred to another.
    fn beats(&self, other: &Self) -> bool {
        let order = |choice: &Self| (std::cmp::Reverse(choice.total_minor), choice.members.len());
        (order(self), &self.members) < (order(other), &other.members)
    }

    /// Takes another set where that is to be preferred, and counts.
    fn consider(&mut self, other: Self) {
        let (compared, is_cut) = (self.compared.saturating_add(other.compared), self.is_cut || other.is_cut);
        if other.beats(self) {
            *self = other;
        }
        (self.compared, self.is_cut) = (compared, is_cut);
    }

    /// Both sets together, which do not touch each other.
    fn with(&self, other: &Self) -> Self {
        Self {
            members: merged(&self.members, &other.members),
            total_minor: self.total_minor.saturating_add(other.total_minor),
            compared: self.compared.saturating_add(other.compared),
            is_cut: self.is_cut || other.is_cut,
        }
    }
}

/// Some discounts of one class that stand together.
struct Bundle {
    members: Vec<usize>,
    /// What they take at most.
    bound_minor: i64,
}

/// The discounts on products and on the order that a search is among.
type Lists = (Vec<usize>, Vec<usize>);

/// Chooses the set that takes the most off.
///
/// # Errors
/// [`PriceError::Overflow`].
pub(super) fn choose(contest: &Contest<'_>) -> Result<Choice, PriceError> {
    let mut best = Choice::default();
    let mut known: Vec<(Lists, Choice)> = Vec::new();
    for present in presences() {
        let products = contest.fitting(present, DiscountClass::Product);
        let orders = contest.fitting(present, DiscountClass::Order);
        let shipping = contest.fitting(present, DiscountClass::Shipping);
        // Where no discount of a class fits, the turn without that class finds as much.
        if (present.product && products.is_empty())
            || (present.order && orders.is_empty())
            || (present.shipping && shipping.is_empty())
        {
            continue;
        }
        let lists = (products, orders);
        let on_lines = match known.iter().find(|(searched, _)| *searched == lists) {
            Some((_, choice)) => Choice { compared: 0, ..choice.clone() },
            None => {
                let choice = contest.search_lines(&lists.0, &lists.1)?;
                known.push((lists, choice.clone()));
                choice
            }
        };
        best.consider(on_lines.with(&contest.search_deliveries(&shipping)));
    }
    Ok(best)
}

/// Which classes are present.
fn presences() -> impl Iterator<Item = CombinesWith> {
    (0_u8..8).map(|bits| CombinesWith {
        product: bits & 1 != 0,
        order: bits & 2 != 0,
        shipping: bits & 4 != 0,
    })
}

/// Two sorted lists in one.
fn merged(left: &[usize], right: &[usize]) -> Vec<usize> {
    let mut members: Vec<usize> = left.iter().chain(right).copied().collect();
    members.sort_unstable();
    members
}

impl Contest<'_> {
    /// The discounts of a class that allow all other classes that are present.
    fn fitting(&self, present: CombinesWith, class: DiscountClass) -> Vec<usize> {
        let is_present = |class: DiscountClass| match class {
            DiscountClass::Product => present.product,
            DiscountClass::Order => present.order,
            DiscountClass::Shipping => present.shipping,
        };
        let others = [DiscountClass::Product, DiscountClass::Order, DiscountClass::Shipping];
        let fits = |candidate: &Candidate<'_>| {
            candidate.class == class
                && is_present(class)
                && others
                    .iter()
                    .all(|other| *other == class || !is_present(*other) || candidate.allows(*other))
        };
        let fitting = self.candidates.iter().enumerate().filter(|(_, candidate)| fits(candidate));
        fitting.map(|(place, _)| place).collect()
    }

    /// What discounts take off lines or deliveries whatever the others do.
    pub(super) fn best_of(&self, class: DiscountClass, members: &[usize]) -> Best {
        Best::of(self.places(class), members.iter().map(|member| (*member, self.parts(*member))))
    }

    fn places(&self, class: DiscountClass) -> usize {
        match class {
            DiscountClass::Product | DiscountClass::Order => self.lines.len(),
            DiscountClass::Shipping => self.deliveries,
        }
    }

    fn parts(&self, member: usize) -> &[super::basic::Part] {
        self.candidates.get(member).map_or(&[], Candidate::parts)
    }

    /// The discounts on the order among these.
    pub(super) fn orders(&self, members: &[usize]) -> Vec<&OrderTake> {
        let candidates = members.iter().filter_map(|member| self.candidates.get(*member));
        candidates
            .filter_map(|candidate| match &candidate.take {
                Take::Order(take) => Some(take),
                Take::Lines(_) | Take::Deliveries(_) => None,
            })
            .collect()
    }

    /// The bundles that can be made of discounts of one class: none, each that stands alone, and of the others all subsets,
    /// or all together. The most promising first.
    fn bundles(&self, class: DiscountClass, list: &[usize], subsets: Subsets) -> Vec<Bundle> {
        let (group, single) = self.grouped(class, list);
        let mut sets = vec![Vec::new()];
        sets.extend(single.iter().map(|member| vec![*member]));
        match subsets {
            Subsets::All => {
                for subset in 1_u32..1 << group.len().min(MAX_SUBSETS_OF) {
                    let chosen = group.iter().zip(0_u32..).filter(|(_, bit)| (subset >> bit) & 1 == 1);
                    sets.push(chosen.map(|(member, _)| *member).collect());
                }
            }
            Subsets::Whole if group.is_empty() => {}
            Subsets::Whole => sets.push(match class {
                DiscountClass::Product | DiscountClass::Shipping => {
                    best::lean(self.places(class), &group, |member| self.parts(member))
                }
                DiscountClass::Order => group,
            }),
        }
        let mut bundles: Vec<Bundle> = sets
            .into_iter()
            .map(|members| Bundle { bound_minor: self.bound(class, &members), members })
            .collect();
        bundles.sort_unstable_by(|left, right| {
            (right.bound_minor, left.members.len(), &left.members).cmp(&(
                left.bound_minor,
                right.members.len(),
                &right.members,
            ))
        });
        bundles
    }

    /// Those that may stand beside others of their class, and those that may not.
    fn grouped(&self, class: DiscountClass, list: &[usize]) -> (Vec<usize>, Vec<usize>) {
        list.iter().partition(|member| {
            self.candidates.get(**member).is_some_and(|candidate| candidate.allows(class))
        })
    }

    /// What discounts of one class take at most.
    fn bound(&self, class: DiscountClass, members: &[usize]) -> i64 {
        let alone = || members.iter().filter_map(|member| Some(self.candidates.get(*member)?.alone_minor));
        match class {
            DiscountClass::Product | DiscountClass::Shipping if members.len() > 1 => {
                self.best_of(class, members).total_minor
            }
            DiscountClass::Product | DiscountClass::Shipping => alone().sum(),
            DiscountClass::Order => alone().fold(0_i64, i64::saturating_add).min(self.base.sum),
        }
    }

    /// Whether all subsets can be tried.
    fn subsets(&self, products: &[usize], orders: &[usize]) -> Subsets {
        let (product_group, product_single) = self.grouped(DiscountClass::Product, products);
        let (order_group, order_single) = self.grouped(DiscountClass::Order, orders);
        if product_group.len().max(order_group.len()) > MAX_SUBSETS_OF {
            return Subsets::Whole;
        }
        let sets = |group: &[usize], single: &[usize]| (1_u64 << group.len()) + size(single.len());
        let visits = sets(&product_group, &product_single)
            .saturating_mul(sets(&order_group, &order_single))
            .saturating_mul(size(self.lines.len()))
            .saturating_mul(2 + SPREAD_VISITS * size(order_group.len()));
        if visits <= self.subset_visits { Subsets::All } else { Subsets::Whole }
    }

    /// The best set of discounts on lines and on the order, of those that fit.
    fn search_lines(&self, products: &[usize], orders: &[usize]) -> Result<Choice, PriceError> {
        let subsets = self.subsets(products, orders);
        let product_bundles = self.bundles(DiscountClass::Product, products, subsets);
        let order_bundles = self.bundles(DiscountClass::Order, orders, subsets);
        let several = |class, list| self.grouped(class, list).0.len() > 1;
        let mut best = Choice {
            is_cut: subsets == Subsets::Whole
                && (several(DiscountClass::Product, products) || several(DiscountClass::Order, orders)),
            ..Choice::default()
        };
        let mut visits = 0_u64;
        for product in &product_bundles {
            let promising = order_bundles.first().map_or(0, |order| order.bound_minor);
            if product.bound_minor.saturating_add(promising) < best.total_minor {
                break;
            }
            let taken = self.best_of(DiscountClass::Product, &product.members);
            let left = self.base.after(&taken);
            visits += size(self.lines.len());
            for order in &order_bundles {
                if product.bound_minor.saturating_add(order.bound_minor) < best.total_minor {
                    break;
                }
                let takes = self.orders(&order.members);
                visits += self.cost(&takes);
                if visits > MAX_VISITS {
                    best.is_cut = true;
                    return self.improved(best, products, orders);
                }
                best.consider(Choice {
                    members: merged(&product.members, &order.members),
                    total_minor: taken.total_minor + order::total(&takes, &left, self.lines)?,
                    compared: 1,
                    is_cut: false,
                });
            }
        }
        if best.is_cut { self.improved(best, products, orders) } else { Ok(best) }
    }

    /// How many lines are looked at to compute what discounts on the order take.
    fn cost(&self, takes: &[&OrderTake]) -> u64 {
        let each = if takes.len() > 1 { SPREAD_VISITS } else { 1 };
        size(self.lines.len()) + each * takes.iter().map(|take| size(take.entitled.len())).sum::<u64>()
    }

    /// Adds and drops single discounts while that makes a set better.
    fn improved(&self, mut best: Choice, products: &[usize], orders: &[usize]) -> Result<Choice, PriceError> {
        let all = merged(products, orders);
        let mut visits = 0_u64;
        loop {
            let before = best.members.clone();
            for changed in &all {
                let Some(members) = self.toggled(&best.members, *changed) else { continue };
                let of_class = |list: &[usize]| -> Vec<usize> {
                    list.iter().filter(|member| members.contains(member)).copied().collect()
                };
                let taken = self.best_of(DiscountClass::Product, &of_class(products));
                let takes = self.orders(&of_class(orders));
                visits += size(self.lines.len()) * size(members.len()) + self.cost(&takes);
                if visits > MAX_VISITS {
                    return Ok(best);
                }
                let total_minor =
                    taken.total_minor + order::total(&takes, &self.base.after(&taken), self.lines)?;
                best.consider(Choice { members, total_minor, compared: 1, is_cut: false });
            }
            if best.members == before {
                return Ok(best);
            }
        }
    }

    /// A set without a discount that is in it, or with one that is not; none where that would not be legal.
    fn toggled(&self, members: &[usize], changed: usize) -> Option<Vec<usize>> {
        if members.contains(&changed) {
            return Some(members.iter().filter(|member| **member != changed).copied().collect());
        }
        let candidate = self.candidates.get(changed)?;
        let mut others = members.iter().filter_map(|member| self.candidates.get(*member));
        let is_legal = others.all(|other| other.stands_beside(candidate));
        is_legal.then(|| merged(members, &[changed]))
    }

    /// The best set of discounts on deliveries, of those that fit.
    fn search_deliveries(&self, shipping: &[usize]) -> Choice {
        let class = DiscountClass::Shipping;
        let subsets = if self.grouped(class, shipping).0.len() > MAX_SUBSETS_OF {
            Subsets::Whole
        } else {
            Subsets::All
        };
        let mut best = Choice { is_cut: subsets == Subsets::Whole, ..Choice::default() };
        for bundle in self.bundles(class, shipping, subsets) {
            best.consider(Choice {
                members: bundle.members,
                total_minor: bundle.bound_minor,
                compared: 1,
                is_cut: false,
            });
        }
        best
    }
}

/// Which subsets of the discounts that may stand beside others of their class are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Subsets {
    /// All.
    All,
    /// Only all of them together.
    Whole,
}

/// A length, for counting work.
fn size(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
