//! Files for tests, made on the spot.

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::{DynamicImage, RgbImage};

/// A picture whose left half is red and whose right half is blue.
fn halves(width: u32, height: u32) -> DynamicImage {
    let color = |x| image::Rgb(if x < width / 2 { [255, 0, 0] } else { [0, 0, 255] });
    DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, |x, _| color(x)))
}

/// A PNG, red on the left and blue on the right.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    halves(width, height).write_with_encoder(PngEncoder::new(&mut bytes)).unwrap();
    bytes
}

/// A JPEG, red on the left and blue on the right.
pub fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    halves(width, height).write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, 90)).unwrap();
    bytes
}

/// A PNG of 65 bytes that claims to be 16,384 pixels wide and high: a gigabyte when decoded.
pub fn bomb() -> Vec<u8> {
    let chunk = |name: &[u8; 4], data: &[u8]| {
        let length = u32::try_from(data.len()).unwrap();
        [&length.to_be_bytes()[..], name, data, &[0; 4]].concat()
    };
    let side = 16_384_u32.to_be_bytes();
    let head = [&side[..], &side, &[8, 6, 0, 0, 0]].concat();
    let chunks =
        [chunk(b"IHDR", &head), chunk(b"IDAT", &[0x78, 0x9c, 3, 0, 0, 0, 0, 1]), chunk(b"IEND", &[])];
    [b"\x89PNG\r\n\x1a\n".to_vec(), chunks.concat()].concat()
}

/// A film of 640 by 360 pixels whose frames are this many bytes of rubbish.
pub fn film(length: usize) -> Vec<u8> {
    let part = |name: &[u8; 4], data: &[u8]| {
        let size = u32::try_from(data.len() + 8).unwrap();
        [&size.to_be_bytes()[..], name, data].concat()
    };
    let sides = [(640_u32 << 16).to_be_bytes(), (360_u32 << 16).to_be_bytes()].concat();
    let track = part(b"trak", &part(b"tkhd", &[&[0; 76][..], &sides].concat()));
    let frames: Vec<u8> = (0..length).map(|place| u8::try_from(place % 251).unwrap()).collect();
    [part(b"ftyp", b"isom"), part(b"moov", &track), part(b"mdat", &frames)].concat()
}
