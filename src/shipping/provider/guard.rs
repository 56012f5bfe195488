//! Which addresses may be called from here: nobody reaches the shop's own network through it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use super::ProviderError;
use crate::config::Environment;

/// Which addresses may be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressRange {
    /// Those of the internet only.
    Public,
    /// And those of this machine and its network, as a developer wants; never those of a cloud's metadata.
    AlsoPrivate,
}

impl AddressRange {
    /// The range that an environment allows.
    #[must_use]
    pub fn of(environment: Environment) -> Self {
        match environment {
            Environment::Production => Self::Public,
            Environment::Development => Self::AlsoPrivate,
        }
    }
}

/// Whether an address may be called.
#[must_use]
pub fn is_reachable(range: AddressRange, address: IpAddr) -> bool {
    let address = match address {
        IpAddr::V4(address) => address,
        IpAddr::V6(address) => match embedded(address) {
            Some(address) => address,
            None => return is_reachable_v6(range, address),
        },
    };
    if address.is_link_local() || address.is_multicast() || address.is_broadcast() || address.is_unspecified()
    {
        return false;
    }
    match range {
        AddressRange::AlsoPrivate => true,
        AddressRange::Public => is_public_v4(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [first, second, third, _] = address.octets();
    let special = match (first, second, third) {
        (0 | 240..=255, _, _) | (100, 64..=127, _) | (192, 0, 0) | (198, 18 | 19, _) | (192, 88, 99) => true,
        _ => address.is_loopback() || address.is_private() || address.is_documentation(),
    };
    !special
}

fn is_reachable_v6(range: AddressRange, address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    if address.is_unicast_link_local() || address.is_multicast() || address.is_unspecified() {
        return false;
    }
    match range {
        AddressRange::AlsoPrivate => true,
        // What is not handed out to anybody on the internet, and Teredo and documentation among what is.
        AddressRange::Public => {
            (0x2000..=0x3fff).contains(&first) && !(first == 0x2001 && matches!(second, 0 | 0xdb8))
        }
    }
}

/// The version 4 address within a version 6 one: mapped, compatible, 6to4 and NAT64.
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let of = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Some(Ipv4Addr::new(a, b, c, d))
    };
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => None,
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] | [0x64, 0xff9b, _, _, _, _, high, low] => of(high, low),
        [0x2002, high, low, ..] => of(high, low),
        _ => None,
    }
}

/// Whether a callback may have this address at all. What its name resolves to is looked at when it is called.
///
/// # Errors
/// [`ProviderError::ForbiddenAddress`].
pub fn check_callback_url(range: AddressRange, url: &str) -> Result<Url, ProviderError> {
    let url = Url::parse(url).map_err(|_| ProviderError::ForbiddenAddress("it is not a web address"))?;
    let is_open = match range {
        AddressRange::Public => false,
        AddressRange::AlsoPrivate => true,
    };
    match url.scheme() {
        "https" => {}
        "http" if is_open => {}
        _ => return Err(ProviderError::ForbiddenAddress("it must begin with https://")),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(ProviderError::ForbiddenAddress("it must hold no name and no password"));
    }
    let reachable = match url.host() {
        Some(Host::Ipv4(address)) => is_reachable(range, address.into()),
        Some(Host::Ipv6(address)) => is_reachable(range, address.into()),
        Some(Host::Domain(name)) => is_open || !is_local_name(name),
        None => false,
    };
    if reachable { Ok(url) } else { Err(ProviderError::ForbiddenAddress("it is not one of the internet")) }
}

fn is_local_name(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    let tops = ["localhost", "local", "internal", "home.arpa"];
    !name.contains('.') || tops.iter().any(|top| name == *top || name.ends_with(&format!(".{top}")))
}

/// Resolves names to the addresses that may be called, and only those: what is connected to is what was looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct GuardedResolver(pub(super) AddressRange);

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let range = self.0;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> =
                found.filter(|address| is_reachable(range, address.ip())).collect();
            if allowed.is_empty() {
                return Err("the name has no address that may be called".into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_internet_are_called_in_production() {
        let inside = [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.168.1.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::a9fe:a9fe",
            "2002:7f00:1::",
            "2001:db8::1",
            "2001:0:1::1",
            "64:ff9b:1::a00:1",
            "fec0::1",
        ];
        for address in inside {
            assert!(!is_reachable(AddressRange::Public, address.parse().unwrap()), "{address}");
        }
        for address in ["1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:8.8.8.8"] {
            assert!(is_reachable(AddressRange::Public, address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn a_developer_reaches_the_own_machine_but_no_metadata() {
        let reaches = |address: &str| is_reachable(AddressRange::AlsoPrivate, address.parse().unwrap());
        assert!(reaches("127.0.0.1") && reaches("::1") && reaches("192.168.0.5"));
        for address in ["169.254.169.254", "::ffff:169.254.169.254", "fe80::1", "0.0.0.0"] {
            assert!(!reaches(address), "{address}");
        }
    }

    #[test]
    fn callbacks_are_https_without_secrets_and_not_local() {
        let allows = |range, url: &str| check_callback_url(range, url).is_ok();
        let public = |url| allows(AddressRange::Public, url);
        assert!(public("https://rates.example.com/quote") && public("https://1.1.1.1/"));
        for url in [
            "http://rates.example.com/",
            "ftp://rates.example.com/",
            "rates",
            "https://user:pw@rates.example.com/",
            "https://localhost/",
            "https://rates/",
            "https://db.internal/",
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://0177.0.0.1/",
            "https://[::1]/",
            "https://[::ffff:a00:1]/",
        ] {
            assert!(!public(url), "{url}");
        }
        let own = |url| allows(AddressRange::AlsoPrivate, url);
        assert!(
            own("http://127.0.0.1:8080/")
                && own("http://localhost/")
                && !own("http://169.254.169.254/latest")
        );
    }
}
