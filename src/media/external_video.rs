//! Addresses of films on YouTube and Vimeo.

use entity::media::MediaHost;
use url::Url;

/// A film that another site shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalVideo {
    /// The site.
    pub host: MediaHost,
    /// What the site calls the film.
    pub id: String,
    /// Address of the site's player.
    pub embed_url: String,
    /// Address of the film's page.
    pub origin_url: String,
}

/// Letters of the id of a film on YouTube.
const YOUTUBE_ID_LENGTH: usize = 11;
/// The longest id of a film on Vimeo, and of the key of an unlisted one.
const MAX_VIMEO_ID_LENGTH: usize = 20;

impl ExternalVideo {
    /// Reads an address as people copy it: of a page, of a player, or shortened.
    #[must_use]
    pub fn parse(address: &str) -> Option<Self> {
        let url = Url::parse(address.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
        let host = url.host_str()?;
        let host = host.strip_prefix("www.").or_else(|| host.strip_prefix("m.")).unwrap_or(host);
        let path: Vec<&str> = url
            .path_segments()
            .map(|parts| parts.filter(|part| !part.is_empty()).collect())
            .unwrap_or_default();
        let in_query =
            |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
        match (host, path.as_slice()) {
            ("youtu.be", [id]) => Self::youtube(id),
            ("youtube.com" | "youtube-nocookie.com", ["embed" | "shorts" | "live" | "v", id]) => {
                Self::youtube(id)
            }
            ("youtube.com", ["watch"]) => Self::youtube(&in_query("v")?),
            ("player.vimeo.com", ["video", id]) => Self::vimeo(id, in_query("h").as_deref()),
            ("vimeo.com", [id] | ["channels", _, id] | ["groups", _, "videos", id]) => Self::vimeo(id, None),
            ("vimeo.com", [id, key]) => Self::vimeo(id, Some(key)),
            _ => None,
        }
    }

    fn youtube(id: &str) -> Option<Self> {
        let is_id = id.len() == YOUTUBE_ID_LENGTH
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        is_id.then(|| Self {
            host: MediaHost::Youtube,
            id: id.to_owned(),
            embed_url: format!("https://www.youtube.com/embed/{id}"),
            origin_url: format!("https://www.youtube.com/watch?v={id}"),
        })
    }

    /// An unlisted film has a key beside its id.
    fn vimeo(id: &str, key: Option<&str>) -> Option<Self> {
        let is_short = |text: &str| !text.is_empty() && text.len() <= MAX_VIMEO_ID_LENGTH;
        let is_id = is_short(id) && id.bytes().all(|byte| byte.is_ascii_digit());
        let is_key =
            key.is_none_or(|key| is_short(key) && key.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        (is_id && is_key).then(|| Self {
            host: MediaHost::Vimeo,
            id: id.to_owned(),
            embed_url: match key {
                Some(key) => format!("https://player.vimeo.com/video/{id}?h={key}"),
                None => format!("https://player.vimeo.com/video/{id}"),
            },
            origin_url: match key {
                Some(key) => format!("https://vimeo.com/{id}/{key}"),
                None => format!("https://vimeo.com/{id}"),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_a_film_of_youtube_is_the_same_film() {
        for address in [
            "https://www.youtube.com/watch?v=aB3-_xyz012&t=30s",
            "https://m.youtube.com/watch?list=PL1&v=aB3-_xyz012",
            "http://youtube.com/embed/aB3-_xyz012?rel=0",
            "https://www.youtube-nocookie.com/embed/aB3-_xyz012",
            "https://youtube.com/shorts/aB3-_xyz012/",
            " https://youtu.be/aB3-_xyz012?si=x ",
        ] {
            let video = ExternalVideo::parse(address).unwrap_or_else(|| panic!("{address}"));
            assert_eq!((video.host, video.id.as_str()), (MediaHost::Youtube, "aB3-_xyz012"));
            assert_eq!(video.embed_url, "https://www.youtube.com/embed/aB3-_xyz012");
            assert_eq!(video.origin_url, "https://www.youtube.com/watch?v=aB3-_xyz012");
        }
    }

    #[test]
    fn films_of_vimeo_keep_the_key_of_an_unlisted_one() {
        for address in [
            "https://vimeo.com/76979871",
            "https://player.vimeo.com/video/76979871",
            "https://vimeo.com/channels/staffpicks/76979871",
        ] {
            let video = ExternalVideo::parse(address).unwrap_or_else(|| panic!("{address}"));
            assert_eq!(video.embed_url, "https://player.vimeo.com/video/76979871");
            assert_eq!(video.origin_url, "https://vimeo.com/76979871");
        }
        let unlisted = ExternalVideo::parse("https://vimeo.com/76979871/abc123").unwrap();
        assert_eq!(unlisted.embed_url, "https://player.vimeo.com/video/76979871?h=abc123");
        assert_eq!(ExternalVideo::parse(&unlisted.embed_url), Some(unlisted));
    }

    #[test]
    fn other_addresses_are_no_films() {
        for address in [
            "",
            "aB3-_xyz012",
            "javascript:alert(1)",
            "ftp://youtube.com/watch?v=aB3-_xyz012",
            "https://youtube.com/watch",
            "https://youtube.com/watch?v=short",
            "https://youtube.com/watch?v=aB3-_xyz01\"",
            "https://youtube.com.evil.example/watch?v=aB3-_xyz012",
            "https://evil.example/youtube.com/watch?v=aB3-_xyz012",
            "https://vimeo.com/about",
            "https://vimeo.com/76979871/abc/def",
            "https://vimeo.com/123456789012345678901",
        ] {
            assert_eq!(ExternalVideo::parse(address), None, "{address}");
        }
    }
}
