//! What a file is, read from its first bytes and never from its name.

/// The kinds of files that the media store takes. SVG is not among them: it can hold scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// A picture: PNG.
    Png,
    /// A picture: JPEG.
    Jpeg,
    /// A picture: WebP.
    Webp,
    /// A picture: GIF.
    Gif,
    /// A film: MPEG-4.
    Mp4,
    /// A film: QuickTime.
    Mov,
    /// A film: WebM.
    Webm,
    /// A model: binary glTF.
    Glb,
    /// A model: packed USD.
    Usdz,
    /// A document: PDF.
    Pdf,
    /// An archive: ZIP.
    Zip,
}

/// Brands of pictures in the boxes that films are made of (HEIF, AVIF).
const PICTURE_BRANDS: [&[u8]; 8] = [b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"];
/// How far into a Matroska file its type is looked for.
const DOCTYPE_WITHIN: usize = 64;

impl FileKind {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Png,
        Self::Jpeg,
        Self::Webp,
        Self::Gif,
        Self::Mp4,
        Self::Mov,
        Self::Webm,
        Self::Glb,
        Self::Usdz,
        Self::Pdf,
        Self::Zip,
    ];

    /// Reads the kind from a file's first bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let at = |from: usize, mark: &[u8]| bytes.get(from..).is_some_and(|rest| rest.starts_with(mark));
        if at(0, b"\x89PNG\r\n\x1a\n") {
            return Some(Self::Png);
        }
        if at(0, b"\xff\xd8\xff") {
            return Some(Self::Jpeg);
        }
        if at(0, b"RIFF") && at(8, b"WEBP") {
            return Some(Self::Webp);
        }
        if at(0, b"GIF87a") || at(0, b"GIF89a") {
            return Some(Self::Gif);
        }
        if at(4, b"ftyp") {
            let is_picture = PICTURE_BRANDS.iter().any(|brand| at(8, brand));
            let kind = if at(8, b"qt  ") { Self::Mov } else { Self::Mp4 };
            return (!is_picture).then_some(kind);
        }
        if at(0, b"\x1a\x45\xdf\xa3") {
            let head = bytes.get(..DOCTYPE_WITHIN).unwrap_or(bytes);
            return head.windows(4).any(|word| word == b"webm").then_some(Self::Webm);
        }
        if at(0, b"glTF") {
            return Some(Self::Glb);
        }
        if at(0, b"%PDF-") {
            return Some(Self::Pdf);
        }
        at(0, b"PK\x03\x04").then(|| if packs_usd(bytes) { Self::Usdz } else { Self::Zip })
    }

    /// The kind of a file in the store, by the end of its name.
    #[must_use]
    pub fn by_extension(extension: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.extension() == extension)
    }

    /// The end of its name in the store.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Webp => "webp",
            Self::Gif => "gif",
            Self::Mp4 => "mp4",
            Self::Mov => "mov",
            Self::Webm => "webm",
            Self::Glb => "glb",
            Self::Usdz => "usdz",
            Self::Pdf => "pdf",
            Self::Zip => "zip",
        }
    }

    /// As HTTP names it.
    #[must_use]
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
            Self::Gif => "image/gif",
            Self::Mp4 => "video/mp4",
            Self::Mov => "video/quicktime",
            Self::Webm => "video/webm",
            Self::Glb => "model/gltf-binary",
            Self::Usdz => "model/vnd.usdz+zip",
            Self::Pdf => "application/pdf",
            Self::Zip => "application/zip",
        }
    }

    /// Whether it is a picture.
    #[must_use]
    pub fn is_picture(self) -> bool {
        matches!(self, Self::Png | Self::Jpeg | Self::Webp | Self::Gif)
    }

    /// Whether it is a film.
    #[must_use]
    pub fn is_film(self) -> bool {
        matches!(self, Self::Mp4 | Self::Mov | Self::Webm)
    }

    /// Whether it is a model.
    #[must_use]
    pub fn is_model(self) -> bool {
        matches!(self, Self::Glb | Self::Usdz)
    }
}

/// Whether a ZIP archive begins with a scene, as the specification of USDZ wants.
fn packs_usd(bytes: &[u8]) -> bool {
    let length = bytes.get(26..28).and_then(|length| length.try_into().ok()).map(u16::from_le_bytes);
    let name = length.and_then(|length| bytes.get(30..30 + usize::from(length)));
    name.is_some_and(|name| [&b".usd"[..], b".usda", b".usdc"].iter().any(|end| name.ends_with(end)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zip(name: &str) -> Vec<u8> {
        let mut bytes = b"PK\x03\x04".to_vec();
        bytes.resize(26, 0);
        bytes.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        bytes.extend([0, 0]);
        bytes.extend(name.as_bytes());
        bytes
    }

    #[test]
    fn files_are_known_by_their_bytes() {
        for (bytes, kind) in [
            (&b"\x89PNG\r\n\x1a\nrest"[..], Some(FileKind::Png)),
            (b"\xff\xd8\xff\xe0", Some(FileKind::Jpeg)),
            (b"RIFF\0\0\0\0WEBPVP8 ", Some(FileKind::Webp)),
            (b"RIFF\0\0\0\0WAVEfmt ", None),
            (b"GIF89a", Some(FileKind::Gif)),
            (b"\0\0\0\x18ftypisom", Some(FileKind::Mp4)),
            (b"\0\0\0\x18ftypqt  ", Some(FileKind::Mov)),
            (b"\0\0\0\x18ftypheic", None),
            (b"\0\0\0\x18ftypavif", None),
            (b"\x1a\x45\xdf\xa3\x01\0\0\0\0\0\0\x1f\x42\x82\x84webm", Some(FileKind::Webm)),
            (b"\x1a\x45\xdf\xa3\x01\0\0\0\0\0\0\x1f\x42\x82\x88matroska", None),
            (b"glTF\x02\0\0\0", Some(FileKind::Glb)),
            (b"%PDF-1.7", Some(FileKind::Pdf)),
            (b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>", None),
            (b"<!doctype html><script>", None),
            (b"", None),
        ] {
            assert_eq!(FileKind::of(bytes), kind, "{}", String::from_utf8_lossy(bytes));
        }
        assert_eq!(FileKind::of(&zip("scene.usdc")), Some(FileKind::Usdz));
        assert_eq!(FileKind::of(&zip("notes.txt")), Some(FileKind::Zip));
        assert_eq!(FileKind::of(b"PK\x03\x04"), Some(FileKind::Zip));
    }

    #[test]
    fn every_extension_leads_back_to_its_kind() {
        for kind in FileKind::ALL {
            assert_eq!(FileKind::by_extension(kind.extension()), Some(kind));
        }
        assert_eq!(FileKind::by_extension("svg"), None);
    }
}
