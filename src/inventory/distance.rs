//! How far two places on the globe are from each other: the one thing here that is counted in floats.

/// A place on the globe, in degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coordinates {
    /// North of the equator.
    pub latitude: f64,
    /// East of Greenwich.
    pub longitude: f64,
}

/// The mean radius of the globe.
const RADIUS_KILOMETRES: f64 = 6_371.0;

impl Coordinates {
    /// From millionths of a degree.
    #[must_use]
    #[expect(clippy::float_arithmetic, reason = "degrees are no money")]
    pub fn from_micro(latitude: i32, longitude: i32) -> Self {
        Self { latitude: f64::from(latitude) / 1e6, longitude: f64::from(longitude) / 1e6 }
    }

    /// Kilometres to another place along the surface, by the haversine formula.
    #[must_use]
    #[expect(clippy::float_arithmetic, reason = "only the order of distances counts")]
    pub fn kilometres_to(self, other: Self) -> f64 {
        let half = |from: f64, to: f64| ((to - from).to_radians() / 2.0).sin().powi(2);
        let across = half(self.latitude, other.latitude)
            + self.latitude.to_radians().cos()
                * other.latitude.to_radians().cos()
                * half(self.longitude, other.longitude);
        2.0 * RADIUS_KILOMETRES * across.min(1.0).sqrt().asin()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_those_of_the_map() {
        let berlin = Coordinates::from_micro(52_520_000, 13_405_000);
        let paris = Coordinates::from_micro(48_856_600, 2_352_200);
        let sydney = Coordinates::from_micro(-33_868_800, 151_209_300);
        assert!((berlin.kilometres_to(paris) - 877.0).abs() < 3.0, "{}", berlin.kilometres_to(paris));
        assert!((berlin.kilometres_to(sydney) - 16_090.0).abs() < 40.0, "{}", berlin.kilometres_to(sydney));
        assert!(berlin.kilometres_to(berlin) < 1e-9);
        let opposite = Coordinates { latitude: -52.52, longitude: -166.595 };
        assert!(berlin.kilometres_to(opposite).is_finite());
    }
}
