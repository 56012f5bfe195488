//! Pictures of a file: elsewhere on the web, in a folder, or inside the binary.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use url::Url;

use super::code;
use crate::media::{MAX_BYTES, MediaStore, MediaStoreError, Stored, check_picture};

/// Where the pictures are that a file names by a path.
#[derive(Clone, Debug, Default)]
pub enum ImageFolder {
    /// Nowhere: only web addresses are taken.
    #[default]
    None,
    /// Below this folder, which no path may leave.
    Disk(PathBuf),
    /// Inside the binary: the bytes of the file with a path.
    Embedded(fn(&str) -> Option<&'static [u8]>),
}

/// A picture that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Picture {
    /// Elsewhere, at an address that is not followed.
    Linked(String),
    /// In the media store.
    Held(Stored),
}

/// Why a picture is not taken: a code, and words to be read behind its address.
pub(super) type Refusal = (&'static str, &'static str);

const NOT_FOUND: Refusal = (code::IMAGE_NOT_FOUND, "is not in the folder of the pictures");
const OUTSIDE: Refusal = (code::IMAGE_OUTSIDE_FOLDER, "leads out of the folder of the pictures");
const NO_PICTURE: Refusal = (code::IMAGE_REFUSED, "is not a PNG, JPEG, WebP or GIF picture");
const TOO_LARGE: Refusal = (code::IMAGE_REFUSED, "is larger than 20 MiB");
const TOO_MANY_PIXELS: Refusal =
    (code::IMAGE_REFUSED, "has more than 25 megapixels or a side of more than 16,384");

/// Whether an address may be one of a picture, as far as its words tell: http or https, or a path that only goes down.
pub(super) fn check_address(source: &str) -> Result<(), Refusal> {
    if let Some((scheme, _)) = source.split_once("://") {
        let is_web = matches!(scheme.to_ascii_lowercase().as_str(), "http" | "https");
        return match Url::parse(source) {
            Ok(url) if is_web && url.has_host() => Ok(()),
            _ => Err((code::INVALID_IMAGE_ADDRESS, "is neither a web address nor the path of a file")),
        };
    }
    // A backslash and a colon mean something on other systems.
    let goes_down =
        source.split('/').all(|part| !part.is_empty() && part != ".." && !part.contains(['\\', ':', '\0']));
    if goes_down { Ok(()) } else { Err(OUTSIDE) }
}

impl ImageFolder {
    /// Finds a picture and takes it into the store; one on the web is only linked to. Without a store it is looked at
    /// and left where it is.
    ///
    /// # Errors
    /// Why the picture is not taken, and within that the store's own failure to write.
    pub(super) async fn fetch(
        &self,
        source: &str,
        store: Option<&MediaStore>,
    ) -> Result<Result<Picture, Refusal>, std::io::Error> {
        if source.contains("://") {
            return Ok(Ok(Picture::Linked(source.to_owned())));
        }
        let bytes = match self.read(source).await {
            Ok(bytes) => bytes,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let Some(store) = store else {
            let looked = check_picture(&bytes).map(|_| Picture::Linked(source.to_owned()));
            return refused(looked);
        };
        refused(store.put(&bytes).await.map(Picture::Held))
    }

    async fn read(&self, path: &str) -> Result<Cow<'static, [u8]>, Refusal> {
        match self {
            Self::None => Err(NOT_FOUND),
            Self::Disk(folder) => read_below(folder, path).await.map(Cow::Owned),
            Self::Embedded(file) => file(path).map(Cow::Borrowed).ok_or(NOT_FOUND),
        }
    }
}

/// Tells why a picture is not taken from why the store cannot be written.
fn refused(result: Result<Picture, MediaStoreError>) -> Result<Result<Picture, Refusal>, std::io::Error> {
    match result {
        Ok(picture) => Ok(Ok(picture)),
        Err(MediaStoreError::UnknownKind | MediaStoreError::WrongKind) => Ok(Err(NO_PICTURE)),
        Err(MediaStoreError::TooLarge) => Ok(Err(TOO_LARGE)),
        Err(MediaStoreError::TooManyPixels) => Ok(Err(TOO_MANY_PIXELS)),
        Err(MediaStoreError::Io(error)) => Err(error),
    }
}

/// Reads a file below a folder, also where links lead.
async fn read_below(folder: &Path, path: &str) -> Result<Vec<u8>, Refusal> {
    let folder = tokio::fs::canonicalize(folder).await.map_err(|_| NOT_FOUND)?;
    let file = tokio::fs::canonicalize(folder.join(path)).await.map_err(|_| NOT_FOUND)?;
    if !file.starts_with(&folder) {
        return Err(OUTSIDE);
    }
    let facts = tokio::fs::metadata(&file).await.map_err(|_| NOT_FOUND)?;
    if !facts.is_file() {
        return Err(NOT_FOUND);
    }
    if facts.len() > u64::try_from(MAX_BYTES).unwrap_or(u64::MAX) {
        return Err(TOO_LARGE);
    }
    tokio::fs::read(&file).await.map_err(|_| NOT_FOUND)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The smallest picture: one transparent pixel.
    const GIF: &[u8] = b"GIF89a\x01\0\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\0;";

    #[test]
    fn addresses_are_on_the_web_or_go_down_into_the_folder() {
        for source in ["https://example.com/a.png?v=1", "HTTP://example.com/a.png", "a.png", "images/b c.png"]
        {
            assert_eq!(check_address(source), Ok(()), "{source}");
        }
        for source in ["ftp://example.com/a.png", "file:///etc/passwd", "https://", "://a"] {
            assert_eq!(check_address(source).unwrap_err().0, code::INVALID_IMAGE_ADDRESS, "{source}");
        }
        for source in
            ["../a.png", "images/../../a.png", "/etc/passwd", "a\\..\\b.png", "C:/a.png", "a//b.png"]
        {
            assert_eq!(check_address(source).unwrap_err().0, code::IMAGE_OUTSIDE_FOLDER, "{source}");
        }
    }

    #[tokio::test]
    async fn pictures_are_taken_from_the_folder_and_from_nowhere_else() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("folder");
        std::fs::create_dir_all(folder.join("images")).unwrap();
        std::fs::write(folder.join("images/a.gif"), GIF).unwrap();
        std::fs::write(folder.join("words.txt"), b"words").unwrap();
        std::fs::write(place.path().join("secret.gif"), GIF).unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(place.path().join("secret.gif"), folder.join("link.gif")).unwrap();
        let store = MediaStore::new(place.path().join("media"));
        let pictures = ImageFolder::Disk(folder);

        match pictures.fetch("images/a.gif", Some(&store)).await.unwrap() {
            Ok(Picture::Held(stored)) => {
                assert_eq!((stored.content_type, stored.width, stored.height), ("image/gif", 1, 1));
                assert_eq!(std::fs::read(place.path().join("media").join(&stored.key)).unwrap(), GIF);
            }
            other => panic!("{other:?}"),
        }
        for (path, refusal) in [
            ("images/b.gif", NOT_FOUND),
            ("images", NOT_FOUND),
            ("words.txt", NO_PICTURE),
            #[cfg(unix)]
            ("link.gif", OUTSIDE),
        ] {
            assert_eq!(pictures.fetch(path, Some(&store)).await.unwrap(), Err(refusal), "{path}");
            assert_eq!(pictures.fetch(path, None).await.unwrap(), Err(refusal), "{path}");
        }
    }

    #[tokio::test]
    async fn a_look_without_a_store_writes_nothing_and_web_addresses_are_not_followed() {
        let pictures = ImageFolder::Embedded(|path| (path == "a.gif").then_some(GIF));
        assert!(pictures.fetch("a.gif", None).await.unwrap().is_ok());
        assert_eq!(pictures.fetch("b.gif", None).await.unwrap(), Err(NOT_FOUND));
        let address = "https://example.com/a.gif";
        assert_eq!(
            ImageFolder::None.fetch(address, None).await.unwrap(),
            Ok(Picture::Linked(address.to_owned()))
        );
        assert_eq!(ImageFolder::None.fetch("a.gif", None).await.unwrap(), Err(NOT_FOUND));
    }
}
