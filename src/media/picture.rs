//! What is known of a picture before it is decoded, and the limits that it has to keep.

use std::io::Cursor;

use image::codecs::jpeg::JpegDecoder;
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::metadata::Orientation;
use image::{ImageDecoder, ImageResult, Limits};

use super::kind::FileKind;

/// The most pixels of a picture: a camera of 24 megapixels fits.
pub const MAX_PIXELS: u64 = 25_000_000;
/// The most pixels of a side.
pub const MAX_SIDE: u32 = 16_384;
/// What a decoder may allocate, in bytes: a progressive JPEG of [`MAX_PIXELS`] holds its coefficients and its pixels.
pub(super) const MAX_DECODER_BYTES: u64 = 256 * 1024 * 1024;
/// Blocks of a GIF that are looked at.
const MAX_GIF_BLOCKS: usize = 1_000_000;

/// What a picture's header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PictureFacts {
    /// The file's kind, one of the pictures.
    pub kind: FileKind,
    /// In pixels, as it is to be shown.
    pub width: u32,
    /// In pixels, as it is to be shown.
    pub height: u32,
    /// Whether it moves.
    pub is_animated: bool,
}

/// Why a picture is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// Not a PNG, JPEG, WebP or GIF.
    #[error("is not a PNG, JPEG, WebP or GIF picture")]
    UnknownKind,
    /// More than [`MAX_PIXELS`], or a side longer than [`MAX_SIDE`].
    #[error("has more than 25 megapixels or a side of more than 16,384")]
    TooManyPixels,
}

/// What the decoders may use.
pub(super) fn limits() -> Limits {
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_DECODER_BYTES);
    limits
}

/// Reads a picture's header. No pixel is decoded and no memory taken for any.
///
/// # Errors
/// [`PictureError`].
pub fn look(bytes: &[u8]) -> Result<PictureFacts, PictureError> {
    let kind = FileKind::of(bytes).filter(|kind| kind.is_picture()).ok_or(PictureError::UnknownKind)?;
    let size = imagesize::blob_size(bytes).map_err(|_| PictureError::UnknownKind)?;
    let side = |side: usize| u32::try_from(side).map_err(|_| PictureError::TooManyPixels);
    let (width, height) = (side(size.width)?, side(size.height)?);
    if width == 0 || height == 0 {
        return Err(PictureError::UnknownKind);
    }
    if width.max(height) > MAX_SIDE || u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(PictureError::TooManyPixels);
    }
    // A header that a decoder does not like is no reason to refuse: the picture may still be shown as it is.
    let (orientation, is_animated) = details(kind, bytes).unwrap_or((Orientation::NoTransforms, false));
    let (width, height) = if is_on_its_side(orientation) { (height, width) } else { (width, height) };
    Ok(PictureFacts { kind, width, height, is_animated })
}

fn details(kind: FileKind, bytes: &[u8]) -> ImageResult<(Orientation, bool)> {
    let bytes_of = || Cursor::new(bytes);
    Ok(match kind {
        FileKind::Jpeg => (JpegDecoder::new(bytes_of())?.orientation()?, false),
        FileKind::Png => {
            let mut decoder = PngDecoder::with_limits(bytes_of(), limits())?;
            let is_animated = decoder.is_apng()?;
            (decoder.orientation()?, is_animated)
        }
        FileKind::Webp => {
            let mut decoder = WebPDecoder::new(bytes_of())?;
            let is_animated = decoder.has_animation();
            (decoder.orientation()?, is_animated)
        }
        FileKind::Gif => (Orientation::NoTransforms, has_two_frames(bytes).unwrap_or(false)),
        FileKind::Mp4
        | FileKind::Mov
        | FileKind::Webm
        | FileKind::Glb
        | FileKind::Usdz
        | FileKind::Pdf
        | FileKind::Zip => (Orientation::NoTransforms, false),
    })
}

fn is_on_its_side(orientation: Orientation) -> bool {
    match orientation {
        Orientation::Rotate90
        | Orientation::Rotate270
        | Orientation::Rotate90FlipH
        | Orientation::Rotate270FlipH => true,
        Orientation::NoTransforms
        | Orientation::Rotate180
        | Orientation::FlipHorizontal
        | Orientation::FlipVertical => false,
    }
}

/// Whether a GIF (specification 89a) has a second picture; `None` where it breaks off before.
fn has_two_frames(bytes: &[u8]) -> Option<bool> {
    /// How long the table of colours is that this byte announces.
    fn table(flags: u8) -> usize {
        if flags & 0x80 == 0 { 0 } else { 3 * (2_usize << (flags & 7)) }
    }
    /// The place behind a row of sub-blocks.
    fn behind_blocks(bytes: &[u8], mut at: usize) -> Option<usize> {
        for _ in 0..MAX_GIF_BLOCKS {
            match *bytes.get(at)? {
                0 => return Some(at + 1),
                length => at += 1 + usize::from(length),
            }
        }
        None
    }
    let mut at = 13 + table(*bytes.get(10)?);
    let mut frames = 0;
    loop {
        match *bytes.get(at)? {
            0x21 => at = behind_blocks(bytes, at + 2)?,
            0x2C => {
                frames += 1;
                if frames == 2 {
                    return Some(true);
                }
                at = behind_blocks(bytes, at + 11 + table(*bytes.get(at + 9)?))?;
            }
            _ => return Some(false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A PNG of 65 bytes that claims to be this large.
    fn bomb(width: u32, height: u32) -> Vec<u8> {
        let chunk = |name: &[u8; 4], data: &[u8]| {
            let length = u32::try_from(data.len()).unwrap();
            [&length.to_be_bytes()[..], name, data, &[0; 4]].concat()
        };
        let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 6, 0, 0, 0]].concat();
        let rest = [chunk(b"IDAT", &[0x78, 0x9c, 3, 0, 0, 0, 0, 1]), chunk(b"IEND", &[])].concat();
        [b"\x89PNG\r\n\x1a\n".to_vec(), chunk(b"IHDR", &head), rest].concat()
    }

    #[test]
    fn a_picture_that_claims_too_much_is_refused_by_its_header() {
        assert_eq!(bomb(16_384, 16_384).len(), 65);
        for (width, height) in [(16_384, 16_384), (5_001, 5_000), (1, 16_385), (u32::MAX >> 1, 1)] {
            assert_eq!(look(&bomb(width, height)), Err(PictureError::TooManyPixels), "{width}x{height}");
        }
        assert_eq!(look(&bomb(0, 5)), Err(PictureError::UnknownKind));
        let fits = look(&bomb(5_000, 5_000)).unwrap();
        assert_eq!((fits.width, fits.height, fits.is_animated), (5_000, 5_000, false));
    }

    #[test]
    fn only_pictures_are_pictures() {
        for bytes in
            [&b"<svg width=\"1\" height=\"1\"/>"[..], b"\0\0\0\x18ftypisom", b"", b"\x89PNG\r\n\x1a\n"]
        {
            assert_eq!(look(bytes), Err(PictureError::UnknownKind));
        }
    }

    #[test]
    fn a_gif_moves_when_it_has_two_frames() {
        let head = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff";
        let extension = b"\x21\xf9\x04\0\0\0\0\0";
        let frame = b"\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0";
        let still = [&head[..], extension, frame, b"\x3b"].concat();
        let moving = [&head[..], extension, frame, extension, frame, b"\x3b"].concat();
        assert!(!look(&still).unwrap().is_animated);
        assert!(look(&moving).unwrap().is_animated);
        for end in head.len()..moving.len() {
            let _ = look(&moving[..end]);
        }
    }
}
