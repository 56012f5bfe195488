//! Width and height of a film, read from its container without decoding it.
//!
//! MPEG-4 and QuickTime: ISO/IEC 14496-12, boxes `moov`, `trak`, `tkhd`. WebM: RFC 8794 and RFC 9559, elements Segment,
//! Tracks, TrackEntry, Video, PixelWidth, PixelHeight.

use super::kind::FileKind;

/// Boxes or elements that are looked at in one file at most.
const MAX_PARTS: usize = 10_000;

/// Width and height in pixels of the first track that shows something.
pub(super) fn size_of(kind: FileKind, bytes: &[u8]) -> Option<(u32, u32)> {
    match kind {
        FileKind::Mp4 | FileKind::Mov => size_of_boxes(bytes),
        FileKind::Webm => size_of_elements(bytes),
        FileKind::Png
        | FileKind::Jpeg
        | FileKind::Webp
        | FileKind::Gif
        | FileKind::Glb
        | FileKind::Usdz
        | FileKind::Pdf
        | FileKind::Zip => None,
    }
}

fn number<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at.checked_add(N)?)?.try_into().ok()
}

/// The first box and what follows it.
fn split_box(bytes: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let short = u32::from_be_bytes(number(bytes, 0)?);
    let name = bytes.get(4..8)?;
    let (head, size) = match short {
        0 => (8, bytes.len()),
        1 => (16, usize::try_from(u64::from_be_bytes(number(bytes, 8)?)).ok()?),
        size => (8, usize::try_from(size).ok()?),
    };
    let whole = bytes.get(..size)?;
    Some((name, whole.get(head..)?, bytes.get(size..)?))
}

fn boxes<'a>(bytes: &'a [u8], name: &'static [u8]) -> impl Iterator<Item = &'a [u8]> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let (name, payload, behind) = split_box(rest)?;
        rest = behind;
        Some((name, payload))
    })
    .take(MAX_PARTS)
    .filter_map(move |(found, payload)| (found == name).then_some(payload))
}

fn size_of_boxes(bytes: &[u8]) -> Option<(u32, u32)> {
    let tracks = boxes(bytes, b"moov").flat_map(|movie| boxes(movie, b"trak"));
    tracks.flat_map(|track| boxes(track, b"tkhd")).find_map(|head| {
        // Fixed-point numbers with 16 bits behind the point, at the end of the header in either version.
        let side = |from_end: usize| {
            let at = head.len().checked_sub(from_end)?;
            Some(u32::from_be_bytes(number(head, at)?) >> 16).filter(|side| *side > 0)
        };
        Some((side(8)?, side(4)?))
    })
}

/// A number whose first byte tells its length; the mark of the length is kept for ids and dropped for sizes.
fn vint(bytes: &[u8], keeps_mark: bool) -> Option<(u64, usize)> {
    let first = *bytes.first()?;
    let length = usize::try_from(first.leading_zeros()).ok().filter(|zeros| *zeros < 8)? + 1;
    let (lead, rest) = bytes.get(..length)?.split_first()?;
    let mark = if keeps_mark { 0 } else { 0x80_u8 >> (length - 1) };
    let value = rest.iter().fold(u64::from(lead ^ mark), |value, byte| value << 8 | u64::from(*byte));
    Some((value, length))
}

/// The elements of a list: id and payload. One of unknown size reaches to the end.
fn elements(bytes: &[u8]) -> impl Iterator<Item = (u64, &[u8])> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let (id, id_length) = vint(rest, true)?;
        let behind = rest.get(id_length..)?;
        let (size, size_length) = vint(behind, false)?;
        let payload = behind.get(size_length..)?;
        let unknown = size == (1_u64 << (7 * size_length)) - 1;
        let size = usize::try_from(size).ok().filter(|size| !unknown && *size <= payload.len());
        let (payload, behind) = payload.split_at(size.unwrap_or(payload.len()));
        rest = behind;
        Some((id, payload))
    })
    .take(MAX_PARTS)
}

fn child(bytes: &[u8], wanted: u64) -> impl Iterator<Item = &[u8]> {
    elements(bytes).filter_map(move |(id, payload)| (id == wanted).then_some(payload))
}

fn size_of_elements(bytes: &[u8]) -> Option<(u32, u32)> {
    const SEGMENT: u64 = 0x1853_8067;
    const TRACKS: u64 = 0x1654_AE6B;
    const TRACK_ENTRY: u64 = 0xAE;
    const VIDEO: u64 = 0xE0;
    const PIXEL_WIDTH: u64 = 0xB0;
    const PIXEL_HEIGHT: u64 = 0xBA;
    let videos = child(bytes, SEGMENT)
        .flat_map(|segment| child(segment, TRACKS))
        .flat_map(|tracks| child(tracks, TRACK_ENTRY))
        .flat_map(|track| child(track, VIDEO));
    let mut sizes = videos.filter_map(|video| {
        let side = |id| {
            let bytes = child(video, id).next().filter(|bytes| bytes.len() <= 4)?;
            Some(bytes.iter().fold(0_u32, |side, byte| side << 8 | u32::from(*byte))).filter(|side| *side > 0)
        };
        Some((side(PIXEL_WIDTH)?, side(PIXEL_HEIGHT)?))
    });
    sizes.next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mp4_box(name: &[u8; 4], payload: &[u8]) -> Vec<u8> {
        let size = u32::try_from(payload.len() + 8).unwrap();
        [&size.to_be_bytes()[..], name, payload].concat()
    }

    fn track(width: u32, height: u32) -> Vec<u8> {
        let mut head = vec![0; 76];
        head.extend((width << 16).to_be_bytes());
        head.extend((height << 16).to_be_bytes());
        mp4_box(b"trak", &mp4_box(b"tkhd", &head))
    }

    #[test]
    fn a_film_of_boxes_is_as_large_as_its_first_track_that_shows_something() {
        let movie = mp4_box(b"moov", &[mp4_box(b"mvhd", &[0; 100]), track(0, 0), track(1280, 720)].concat());
        let film = [mp4_box(b"ftyp", b"isom"), mp4_box(b"mdat", &[7; 50]), movie].concat();
        assert_eq!(size_of(FileKind::Mp4, &film), Some((1280, 720)));
        for end in 0..film.len() - 1 {
            assert_eq!(size_of(FileKind::Mp4, &film[..end]), None, "cut at {end}");
        }
        assert_eq!(size_of(FileKind::Mov, &mp4_box(b"ftyp", b"qt  ")), None);
    }

    fn element(id: &[u8], payload: &[u8]) -> Vec<u8> {
        let size = 0x4000 | u16::try_from(payload.len()).unwrap();
        [id, &size.to_be_bytes(), payload].concat()
    }

    #[test]
    fn a_film_of_elements_is_as_large_as_its_video_says() {
        let video = [element(&[0xB0], &[0x07, 0x80]), element(&[0xBA], &[0x04, 0x38])].concat();
        let track = element(&[0xAE], &[element(&[0xD7], &[1]), element(&[0xE0], &video)].concat());
        let tracks = element(&[0x16, 0x54, 0xAE, 0x6B], &track);
        let head = element(&[0x1a, 0x45, 0xdf, 0xa3], &element(&[0x42, 0x82], b"webm"));
        let known = [head.clone(), element(&[0x18, 0x53, 0x80, 0x67], &tracks)].concat();
        assert_eq!(size_of(FileKind::Webm, &known), Some((1920, 1080)));
        let live = [head, [&[0x18, 0x53, 0x80, 0x67, 0xff][..], &tracks].concat()].concat();
        assert_eq!(size_of(FileKind::Webm, &live), Some((1920, 1080)));
        assert_eq!(size_of(FileKind::Webm, &known[..20]), None);
    }
}
