//! The address of a cart's own page: its token, sealed. Who has the address has the page, and cannot tell the token by which
//! the API knows the cart; the same cart always has the same address, which no table needs to keep.

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::app::App;
use crate::error::Fault;
use crate::secret::SecretKey;

/// For which purpose the key of pages is derived.
const PAGE: &str = "cart.page";
/// For which purpose the key of tokens is derived that are kept in the database.
const KEPT: &str = "cart.kept";
/// Characters of a sealed token at most.
const MAX_LENGTH: usize = 512;

/// The name of a cart's page in its address.
///
/// # Errors
/// Never in practice: the key has the length that the cipher takes.
pub fn page_token(app: &App, cart_token: &str) -> Result<String, Fault> {
    seal(&app.secret_key, PAGE, cart_token)
}

/// The token of the cart whose page has this name; `None` for a name that was never given.
///
/// # Errors
/// As [`page_token`].
pub fn open_page(app: &App, page: &str) -> Result<Option<String>, Fault> {
    open(&app.secret_key, PAGE, page)
}

/// A cart's token as it may be kept in the database: whoever reads that alone has no cart.
///
/// # Errors
/// As [`page_token`].
pub(crate) fn sealed_token(app: &App, cart_token: &str) -> Result<String, Fault> {
    seal(&app.secret_key, KEPT, cart_token)
}

/// The token that was kept.
///
/// # Errors
/// As [`page_token`].
pub(crate) fn opened_token(app: &App, kept: &str) -> Result<Option<String>, Fault> {
    open(&app.secret_key, KEPT, kept)
}

fn seal(secret: &SecretKey, purpose: &str, token: &str) -> Result<String, Fault> {
    let mut text = token.as_bytes().to_vec();
    let sealed = cipher(secret, purpose)?.seal_in_place_append_tag(nonce(), Aad::empty(), &mut text);
    sealed.map_err(Fault::new)?;
    Ok(URL_SAFE_NO_PAD.encode(text))
}

fn open(secret: &SecretKey, purpose: &str, sealed: &str) -> Result<Option<String>, Fault> {
    if sealed.len() > MAX_LENGTH {
        return Ok(None);
    }
    let Ok(mut text) = URL_SAFE_NO_PAD.decode(sealed) else { return Ok(None) };
    let opened = cipher(secret, purpose)?;
    let Ok(opened) = opened.open_in_place(nonce(), Aad::empty(), &mut text) else { return Ok(None) };
    Ok(String::from_utf8(opened.to_vec()).ok())
}

fn cipher(secret: &SecretKey, purpose: &str) -> Result<LessSafeKey, Fault> {
    let key = secret.keyed_digest(purpose, b"")?;
    Ok(LessSafeKey::new(UnboundKey::new(&AES_256_GCM_SIV, &key).map_err(Fault::new)?))
}

/// Always the same. This cipher (RFC 8452) allows it: it tells no more than whether two texts are equal.
fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; NONCE_LEN])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_opened_by_its_own_name_only() {
        let secret = SecretKey::new("0123456789abcdef0123456789abcdef".into()).unwrap();
        let token = "Z2NwLXVzLWVhc3QxOjAxSFNU";
        let page = seal(&secret, PAGE, token).unwrap();
        assert_eq!(seal(&secret, PAGE, token).unwrap(), page, "the address stays the same");
        assert_eq!(open(&secret, PAGE, &page).unwrap().as_deref(), Some(token));
        assert!(
            !page.contains(token)
                && page.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        );
        let other = SecretKey::new("fedcba9876543210fedcba9876543210".into()).unwrap();
        assert_eq!(open(&other, PAGE, &page).unwrap(), None);
        assert_eq!(open(&secret, KEPT, &page).unwrap(), None);
        assert_ne!(seal(&secret, KEPT, token).unwrap(), page);
        assert_ne!(seal(&secret, PAGE, "Z2NwLXVzLWVhc3QxOjAxSFNV").unwrap(), page);
        for place in 0..page.len() {
            let mut changed = page.clone().into_bytes();
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(open(&secret, PAGE, &changed).unwrap(), None, "{place}");
        }
        for wrong in ["", "x", token, &format!("{page}A"), &page[1..], &"A".repeat(1_000)] {
            assert_eq!(open(&secret, PAGE, wrong).unwrap(), None, "{wrong}");
        }
    }
}
