//! Decoding, cutting, resizing and encoding: work for the blocking pool.
//!
//! Memory: a decoder may take [`MAX_DECODER_BYTES`], the decoded picture [`MAX_DECODED_BYTES`], resizing another
//! quarter of that: below 400 MiB for the worst picture that is taken, some 100 MiB for a photograph of 20 megapixels.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType as PngFilter, PngEncoder};
use image::codecs::webp::WebPEncoder;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{
    DynamicImage, ImageDecoder, ImageEncoder, ImageFormat, ImageReader, ImageResult, RgbImage, RgbaImage,
};

use super::kind::FileKind;
use super::picture::{PictureFacts, limits, look};
use super::wish::{Plan, WishedFormat};

/// The most bytes that a decoded picture takes: four for each pixel, of 25 megapixels.
const MAX_DECODED_BYTES: u64 = 100 * 1024 * 1024;
/// Of JPEGs, from 1 to 100: no difference is seen at the size they are shown, at a third of the bytes of 95.
const JPEG_QUALITY: u8 = 82;
/// Outcomes up to so many pixels are resized by the finer filter, which takes 16 bytes for each pixel in between.
const MAX_FINE_PIXELS: u64 = 2_500_000;
/// Sides of the picture of which the blurred preview is made.
const THUMB_SIDE: u32 = 64;

/// Why nothing can be made of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RenderError {
    /// It would take too much memory.
    TooLarge,
    /// It is broken.
    Unreadable,
}

struct Decoded {
    picture: DynamicImage,
    /// ICC profile of its colours.
    profile: Option<Vec<u8>>,
}

/// Makes what is planned of a picture. Metadata is left out, its colour profile is kept.
pub(super) fn render(bytes: &[u8], plan: &Plan) -> Result<Vec<u8>, RenderError> {
    let Decoded { picture, profile } = decode(bytes)?;
    let (left, top, width, height) = plan.part;
    let is_whole = (width, height) == (picture.width(), picture.height());
    let picture = if is_whole { picture } else { picture.crop_imm(left, top, width, height) };
    let picture = resized(picture, plan.width, plan.height);
    encode(&picture, profile.as_deref(), plan.format).map_err(|_| RenderError::Unreadable)
}

/// The blurred preview of a picture; `None` where it cannot be decoded.
pub(super) fn thumbhash(bytes: &[u8]) -> Option<Vec<u8>> {
    let picture = decode(bytes).ok()?.picture;
    let longest = picture.width().max(picture.height());
    let small =
        if longest > THUMB_SIDE { picture.thumbnail(THUMB_SIDE, THUMB_SIDE) } else { picture }.into_rgba8();
    let (width, height) = (usize::try_from(small.width()).ok()?, usize::try_from(small.height()).ok()?);
    Some(thumbhash::rgba_to_thumb_hash(width, height, small.as_raw()))
}

fn decode(bytes: &[u8]) -> Result<Decoded, RenderError> {
    let facts = look(bytes).map_err(|_| RenderError::TooLarge)?;
    let failed = |error: image::ImageError| match error {
        image::ImageError::Limits(_) => RenderError::TooLarge,
        _ => RenderError::Unreadable,
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format_of(&facts));
    reader.limits(limits());
    let mut decoder = reader.into_decoder().map_err(failed)?;
    if decoder.total_bytes() > MAX_DECODED_BYTES {
        return Err(RenderError::TooLarge);
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let profile = decoder.icc_profile().unwrap_or_default();
    let mut picture = in_eight_bits(DynamicImage::from_decoder(decoder).map_err(failed)?);
    picture.apply_orientation(orientation);
    let profile = profile.filter(|profile| describes(profile, &picture));
    Ok(Decoded { picture, profile })
}

fn format_of(facts: &PictureFacts) -> ImageFormat {
    match facts.kind {
        FileKind::Jpeg => ImageFormat::Jpeg,
        FileKind::Webp => ImageFormat::WebP,
        FileKind::Gif => ImageFormat::Gif,
        _ => ImageFormat::Png,
    }
}

/// Whether a profile is of the picture's kind of colours (ICC.1:2022, 7.2.8): one of CMYK says nothing of decoded RGB.
fn describes(profile: &[u8], picture: &DynamicImage) -> bool {
    let space: &[u8] = match picture {
        DynamicImage::ImageLuma8(_) => b"GRAY",
        _ => b"RGB ",
    };
    profile.get(16..20) == Some(space)
}

fn in_eight_bits(picture: DynamicImage) -> DynamicImage {
    match picture {
        DynamicImage::ImageLuma8(_) | DynamicImage::ImageRgb8(_) | DynamicImage::ImageRgba8(_) => picture,
        DynamicImage::ImageLuma16(_) => DynamicImage::ImageLuma8(picture.into_luma8()),
        other if other.color().has_alpha() => DynamicImage::ImageRgba8(other.into_rgba8()),
        other => DynamicImage::ImageRgb8(other.into_rgb8()),
    }
}

fn resized(picture: DynamicImage, width: u32, height: u32) -> DynamicImage {
    if (picture.width(), picture.height()) == (width, height) {
        return picture;
    }
    match picture {
        // Colours are weighed by how much of them is seen: else the invisible ones bleed into the edges.
        DynamicImage::ImageRgba8(mut picture) => {
            weigh(&mut picture);
            let mut small = resampled(DynamicImage::ImageRgba8(picture), width, height).into_rgba8();
            unweigh(&mut small);
            DynamicImage::ImageRgba8(small)
        }
        picture => resampled(picture, width, height),
    }
}

fn resampled(picture: DynamicImage, width: u32, height: u32) -> DynamicImage {
    if u64::from(width) * u64::from(height) > MAX_FINE_PIXELS {
        return picture.thumbnail_exact(width, height);
    }
    // The fine filter works on twice the size: further away it costs much and shows nothing.
    let (near_wide, near_high) = (width.saturating_mul(2), height.saturating_mul(2));
    let picture = if picture.width() > near_wide && picture.height() > near_high {
        picture.thumbnail_exact(near_wide, near_high)
    } else {
        picture
    };
    picture.resize_exact(width, height, FilterType::CatmullRom)
}

fn weigh(picture: &mut RgbaImage) {
    for pixel in picture.pixels_mut() {
        let [red, green, blue, alpha] = pixel.0;
        let part = |color: u8| to_byte((u32::from(color) * u32::from(alpha) + 127) / 255);
        pixel.0 = [part(red), part(green), part(blue), alpha];
    }
}

fn unweigh(picture: &mut RgbaImage) {
    for pixel in picture.pixels_mut() {
        let [red, green, blue, alpha] = pixel.0;
        let seen = u32::from(alpha.max(1));
        let whole = |color: u8| to_byte((u32::from(color) * 255 + seen / 2) / seen);
        pixel.0 = [whole(red), whole(green), whole(blue), alpha];
    }
}

fn to_byte(value: u32) -> u8 {
    u8::try_from(value).unwrap_or(u8::MAX)
}

fn encode(picture: &DynamicImage, profile: Option<&[u8]>, format: WishedFormat) -> ImageResult<Vec<u8>> {
    match format {
        WishedFormat::Jpeg => jpeg(picture, profile),
        WishedFormat::Png => png(picture, profile),
        WishedFormat::Webp => {
            let webp = webp(picture, profile)?;
            let is_opaque = !picture.color().has_alpha();
            let other = if is_opaque { jpeg(picture, profile)? } else { png(picture, profile)? };
            Ok(if other.len() < webp.len() { other } else { webp })
        }
    }
}

fn jpeg(picture: &DynamicImage, profile: Option<&[u8]>) -> ImageResult<Vec<u8>> {
    let mut out = Vec::new();
    let encoder = with_profile(JpegEncoder::new_with_quality(&mut out, JPEG_QUALITY), profile);
    match picture {
        DynamicImage::ImageRgba8(picture) => {
            DynamicImage::ImageRgb8(on_white(picture)).write_with_encoder(encoder)?;
        }
        picture => picture.write_with_encoder(encoder)?,
    }
    Ok(out)
}

fn png(picture: &DynamicImage, profile: Option<&[u8]>) -> ImageResult<Vec<u8>> {
    let mut out = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut out, CompressionType::Default, PngFilter::Adaptive);
    picture.write_with_encoder(with_profile(encoder, profile))?;
    Ok(out)
}

fn webp(picture: &DynamicImage, profile: Option<&[u8]>) -> ImageResult<Vec<u8>> {
    let mut out = Vec::new();
    picture.write_with_encoder(with_profile(WebPEncoder::new_lossless(&mut out), profile))?;
    Ok(out)
}

fn with_profile<E: ImageEncoder>(mut encoder: E, profile: Option<&[u8]>) -> E {
    if let Some(profile) = profile {
        // An encoder that cannot keep it writes the picture without.
        let _ = encoder.set_icc_profile(profile.to_vec());
    }
    encoder
}

/// A JPEG cannot be see-through: what is, shows white.
fn on_white(picture: &RgbaImage) -> RgbImage {
    let mut opaque = RgbImage::new(picture.width(), picture.height());
    for (to, from) in opaque.pixels_mut().zip(picture.pixels()) {
        let [red, green, blue, alpha] = from.0;
        let alpha = u32::from(alpha);
        let mixed = |color: u8| to_byte((u32::from(color) * alpha + 255 * (255 - alpha) + 127) / 255);
        to.0 = [mixed(red), mixed(green), mixed(blue)];
    }
    opaque
}

#[cfg(test)]
mod tests {
    use super::super::wish::Wish;
    use super::*;

    fn png_of(picture: DynamicImage) -> Vec<u8> {
        png(&picture, None).unwrap()
    }

    fn made(bytes: &[u8], query: &str) -> Vec<u8> {
        let wish = Wish::parse(query.split('&').filter_map(|pair| pair.split_once('=')));
        render(bytes, &wish.plan(&look(bytes).unwrap()).unwrap()).unwrap()
    }

    /// Red on the left, blue on the right.
    fn halves() -> DynamicImage {
        DynamicImage::ImageRgb8(RgbImage::from_fn(400, 200, |x, _| {
            image::Rgb(if x < 200 { [255, 0, 0] } else { [0, 0, 255] })
        }))
    }

    #[test]
    fn a_part_is_cut_out_and_resized() {
        let bytes = png_of(halves());
        for (crop, color) in [("left", [255, 0, 0]), ("right", [0, 0, 255])] {
            let made = made(&bytes, &format!("width=50&height=50&crop={crop}"));
            let picture = image::load_from_memory(&made).unwrap().into_rgb8();
            assert_eq!(picture.dimensions(), (50, 50));
            assert!(picture.pixels().all(|pixel| pixel.0 == color), "{crop}");
        }
    }

    #[test]
    fn formats_are_what_was_asked_for_or_what_is_smaller() {
        let flat = png_of(halves());
        assert_eq!(FileKind::of(&made(&flat, "width=100")), Some(FileKind::Png));
        assert_eq!(FileKind::of(&made(&flat, "width=100&format=jpg")), Some(FileKind::Jpeg));
        assert_eq!(FileKind::of(&made(&flat, "width=100&format=webp")), Some(FileKind::Webp));
        // Noise is what lossless formats are bad at.
        let mut state = 1_u32;
        let noise = RgbImage::from_fn(200, 200, |_, _| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let [_, red, green, blue] = state.to_be_bytes();
            image::Rgb([red, green, blue])
        });
        let noise = png_of(DynamicImage::ImageRgb8(noise));
        assert_eq!(FileKind::of(&made(&noise, "width=199&format=webp")), Some(FileKind::Jpeg));
    }

    #[test]
    fn what_cannot_be_seen_does_not_bleed_and_is_white_in_a_jpeg() {
        let picture = RgbaImage::from_fn(100, 100, |x, _| {
            image::Rgba(if x < 51 { [0, 255, 0, 0] } else { [255, 0, 0, 255] })
        });
        let bytes = png_of(DynamicImage::ImageRgba8(picture));
        let small = image::load_from_memory(&made(&bytes, "width=10")).unwrap().into_rgba8();
        for pixel in small.pixels().filter(|pixel| pixel.0[3] > 8) {
            assert!(pixel.0[0] > 240 && pixel.0[1] < 16, "{pixel:?}");
        }
        let jpeg = image::load_from_memory(&made(&bytes, "width=10&format=jpg")).unwrap().into_rgb8();
        assert!(jpeg.get_pixel(0, 5).0.iter().all(|color| *color > 240), "{:?}", jpeg.get_pixel(0, 5));
    }

    /// A JPEG that says by EXIF that it is to be turned right.
    fn turned_jpeg() -> Vec<u8> {
        let mut encoded = Vec::new();
        let mut encoder = JpegEncoder::new_with_quality(&mut encoded, 95);
        encoder.set_icc_profile([&[0; 16][..], b"RGB ", &[7; 108]].concat()).unwrap();
        halves().write_with_encoder(encoder).unwrap();
        let tiff = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
        let payload = [&b"Exif\0\0"[..], tiff].concat();
        let length = u16::try_from(payload.len() + 2).unwrap().to_be_bytes();
        [&encoded[..2], &[0xff, 0xe1], &length, &payload, &encoded[2..]].concat()
    }

    #[test]
    fn a_picture_is_turned_as_it_says_and_loses_its_metadata_but_not_its_colours() {
        let bytes = turned_jpeg();
        let facts = look(&bytes).unwrap();
        assert_eq!((facts.width, facts.height), (200, 400), "as it is shown");
        let small = made(&bytes, "width=100");
        assert!(!small.windows(4).any(|word| word == b"Exif"));
        let mut decoder =
            ImageReader::with_format(Cursor::new(&small[..]), ImageFormat::Jpeg).into_decoder().unwrap();
        assert_eq!(decoder.icc_profile().unwrap().map(|profile| profile.len()), Some(128));
        let small = image::load_from_memory(&small).unwrap().into_rgb8();
        assert_eq!(small.dimensions(), (100, 200));
        assert!(small.get_pixel(50, 10).0[0] > 200, "left became top");
        assert!(small.get_pixel(50, 190).0[2] > 200);
    }

    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0_u32, |sum, byte| {
            (0..8).fold(
                sum ^ u32::from(*byte),
                |sum, _| {
                    if sum & 1 == 1 { sum >> 1 ^ 0xEDB8_8320 } else { sum >> 1 }
                },
            )
        })
    }

    #[test]
    fn broken_pictures_are_told_from_large_ones() {
        let bytes = png_of(halves());
        let plan = Wish::parse([("width", "10")].into_iter()).plan(&look(&bytes).unwrap()).unwrap();
        assert_eq!(render(&bytes[..bytes.len() / 2], &plan), Err(RenderError::Unreadable));
        assert_eq!(thumbhash(&bytes[..40]), None);
        // A header that claims 25 megapixels of eight bytes, signed as PNG wants it.
        let mut encoded = Vec::new();
        DynamicImage::new_rgba16(1, 1).write_with_encoder(PngEncoder::new(&mut encoded)).unwrap();
        encoded[16..24].copy_from_slice(&[5_000_u32.to_be_bytes(), 5_000_u32.to_be_bytes()].concat());
        let sum = crc32(&encoded[12..29]).to_be_bytes();
        encoded[29..33].copy_from_slice(&sum);
        assert_eq!(render(&encoded, &plan), Err(RenderError::TooLarge), "eight bytes for each pixel");
    }

    #[test]
    fn the_blurred_preview_has_the_colours_and_proportions_of_the_picture() {
        let hash = thumbhash(&png_of(halves())).unwrap();
        assert!(hash.len() < 40);
        let ratio = thumbhash::thumb_hash_to_approximate_aspect_ratio(&hash).unwrap();
        assert!((1.7..=2.4).contains(&ratio), "{ratio}");
        let (width, height, pixels) = thumbhash::thumb_hash_to_rgba(&hash).unwrap();
        let row = height / 2 * width * 4;
        assert!(pixels[row] > pixels[row + 2], "red on the left");
        let last = row + (width - 1) * 4;
        assert!(pixels[last + 2] > pixels[last], "blue on the right");
    }
}
