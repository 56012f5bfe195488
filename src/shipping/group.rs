//! Which lines go together, and how they may go. Pure rules.

use entity::id::CartLineId;

use super::model::{LocationGroup, Method, MethodRate, Profile, Settings, Zone};
use super::parcel::{ParcelLine, Shipment, Taken, are_there, parcel_of};
use super::pickup::pickups_of;
use super::quote::{CarrierAnswer, CarrierAnswers};
use super::rate::{DeliveryOption, conversion_of, fits, options_of};
use super::request::request_of;
use super::zone::{Destination, zone_of};

/// Lines that go together, and how they may go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferedGroup {
    /// Its name among the groups of its address, the same as long as the lines' profile and locations are: empty for
    /// those of the default profile, so that a shop with one profile has one name.
    pub name: String,
    /// What goes.
    pub lines: Vec<CartLineId>,
    /// How: what is sent first, the cheapest of it first and equal ones in the shop's order; then where it can be fetched.
    pub options: Vec<DeliveryOption>,
    /// Why nothing of it can be sent, where that is so.
    pub unserved: Option<Unserved>,
}

/// Why lines cannot be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unserved {
    /// It is not known where to.
    NoAddress,
    /// No zone holds the address.
    NoZone,
    /// None of the zone's methods delivers such a parcel.
    NoMethod,
    /// The carriers did not answer, and no rate was declared for that.
    NoAnswer,
}

/// Lines that go together: the same profile delivers them from the same locations.
#[derive(Debug)]
pub(super) struct Split<'a> {
    pub(super) profile: &'a Profile,
    pub(super) group: &'a LocationGroup,
    pub(super) lines: Vec<&'a ParcelLine>,
}

/// The delivery groups of a cart: its lines by profile, and by location where a profile has several groups of them.
#[must_use]
pub fn groups(settings: &Settings, shipment: &Shipment<'_>, answers: &CarrierAnswers) -> Vec<OfferedGroup> {
    let destination = shipment.address.and_then(Destination::of);
    let (splits, homeless) = split(settings, shipment, destination.as_ref());
    let mut offered: Vec<OfferedGroup> =
        splits.iter().map(|split| offer(settings, shipment, answers, split, destination.as_ref())).collect();
    if !homeless.is_empty() {
        let unserved = if destination.is_some() { Unserved::NoZone } else { Unserved::NoAddress };
        offered.push(OfferedGroup {
            name: String::new(),
            options: pickups_of(settings, &homeless, destination.as_ref()),
            lines: homeless.iter().map(|line| line.line).collect(),
            unserved: Some(unserved),
        });
    }
    offered
}

/// The lines by profile and locations, in the order of profiles, and those that no profile delivers.
pub(super) fn split<'a>(
    settings: &'a Settings,
    shipment: &Shipment<'a>,
    to: Option<&Destination>,
) -> (Vec<Split<'a>>, Vec<&'a ParcelLine>) {
    let delivering = |line: &ParcelLine| settings.profile_of(line.product, line.variant);
    let (served, homeless): (Vec<_>, Vec<_>) = shipment
        .lines
        .iter()
        .map(|line| (delivering(line).filter(|profile| !profile.groups.is_empty()), line))
        .partition(|(profile, _)| profile.is_some());
    let mut splits: Vec<Split<'a>> = Vec::new();
    for profile in &settings.profiles {
        let own = served.iter().filter(|(own, _)| own.is_some_and(|own| own.id == profile.id));
        let lines: Vec<&ParcelLine> = own.map(|(_, line)| *line).collect();
        splits.extend(by_location(profile, &lines, to));
    }
    let homeless = homeless.into_iter().map(|(_, line)| line).collect();
    (splits, homeless)
}

/// From which of a profile's groups of locations its lines go: all from the first that has them all and delivers there,
/// else each from the first that has it beside those before it; what none has goes from the first that delivers there.
fn by_location<'a>(
    profile: &'a Profile,
    lines: &[&'a ParcelLine],
    to: Option<&Destination>,
) -> Vec<Split<'a>> {
    if lines.is_empty() {
        return Vec::new();
    }
    let serves = |group: &&LocationGroup| to.is_some_and(|to| zone_of(&group.zones, to).is_some());
    let serving: Vec<&LocationGroup> = profile.groups.iter().filter(serves).collect();
    let Some(first) = serving.first().copied().or(profile.groups.first()) else { return Vec::new() };
    let has =
        |group: &LocationGroup, lines: &[&ParcelLine]| are_there(lines, |place| group.locations.holds(place));
    if let Some(group) = serving.iter().copied().find(|group| has(group, lines)) {
        return vec![Split { profile, group, lines: lines.to_vec() }];
    }
    let mut splits: Vec<(Split<'a>, Taken)> = profile
        .groups
        .iter()
        .map(|group| (Split { profile, group, lines: Vec::new() }, Taken::default()))
        .collect();
    for line in lines {
        let takes = |(split, taken): &mut (Split<'a>, Taken)| {
            serving.iter().any(|group| std::ptr::eq(*group, split.group))
                && taken.take(line, |place| split.group.locations.holds(place))
        };
        let found = splits.iter_mut().position(takes);
        let place = found.or_else(|| splits.iter().position(|(split, _)| std::ptr::eq(split.group, first)));
        if let Some((split, _)) = place.and_then(|place| splits.get_mut(place)) {
            split.lines.push(*line);
        }
    }
    let mut splits: Vec<Split<'a>> = splits.into_iter().map(|(split, _)| split).collect();
    splits.retain(|split| !split.lines.is_empty());
    splits
}

fn offer(
    settings: &Settings,
    shipment: &Shipment<'_>,
    answers: &CarrierAnswers,
    split: &Split<'_>,
    to: Option<&Destination>,
) -> OfferedGroup {
    let zone = to.and_then(|to| zone_of(&split.group.zones, to));
    let parcel = parcel_of(&split.lines);
    let mut options = Vec::new();
    let mut unanswered = false;
    for method in zone.map(|zone| zone.methods.as_slice()).unwrap_or_default() {
        let answer = answer_to(settings, shipment, answers, split, method);
        unanswered |=
            may_ask(settings, shipment, split, method) && !matches!(answer, Some(CarrierAnswer::Rates(_)));
        options.extend(options_of(settings, parcel, shipment.conversion, method, answer));
    }
    options.sort_by_key(|option| option.cost_minor);
    let unserved = options.is_empty().then_some(match (to, zone) {
        (None, _) => Unserved::NoAddress,
        (Some(_), None) => Unserved::NoZone,
        (Some(_), Some(_)) if unanswered => Unserved::NoAnswer,
        (Some(_), Some(_)) => Unserved::NoMethod,
    });
    options.extend(pickups_of(settings, &split.lines, to));
    OfferedGroup {
        name: name_of(split.profile, split.group),
        lines: split.lines.iter().map(|line| line.line).collect(),
        options,
        unserved,
    }
}

fn name_of(profile: &Profile, group: &LocationGroup) -> String {
    let is_first = profile.groups.first().is_none_or(|first| first.position == group.position);
    match (profile.is_default, is_first) {
        (true, true) => String::new(),
        (false, true) => format!("p{}", profile.id),
        (_, false) => format!("p{}-{}", profile.id, group.position),
    }
}

/// Whether a carrier is asked what a method costs for these lines: it is on, and they fit the method.
pub(super) fn may_ask(
    settings: &Settings,
    shipment: &Shipment<'_>,
    split: &Split<'_>,
    method: &Method,
) -> bool {
    let MethodRate::Carrier { service, .. } = &method.rate else { return false };
    let conversion = conversion_of(method, shipment.conversion);
    settings.carrier(*service).is_some()
        && conversion.is_some_and(|conversion| fits(parcel_of(&split.lines), &conversion, &method.conditions))
}

fn answer_to<'a>(
    settings: &Settings,
    shipment: &Shipment<'_>,
    answers: &'a CarrierAnswers,
    split: &Split<'_>,
    method: &Method,
) -> Option<&'a CarrierAnswer> {
    let MethodRate::Carrier { service, .. } = &method.rate else { return None };
    if answers.is_empty() {
        return None;
    }
    answers.find(&request_of(settings, shipment, split, *service)?)
}

/// The zone that lines go to.
pub(super) fn zone_to<'a>(split: &Split<'a>, to: &Destination) -> Option<&'a Zone> {
    zone_of(&split.group.zones, to)
}
