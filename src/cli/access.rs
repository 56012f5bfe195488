//! Staff and tokens.

use std::io::BufRead;
use std::process::ExitCode;

use anyhow::Context;
use clap::ValueEnum;
use entity::access_token::AccessTokenKind;
use secrecy::SecretString;
use tradepost::app::App;
use tradepost::customer::Email;
use tradepost::{staff, store};

/// Whose token it is.
#[derive(Clone, Copy, ValueEnum)]
pub enum TokenKind {
    /// A front end's, sent as X-Shopify-Storefront-Access-Token.
    Storefront,
    /// A front end's server's, sent as Shopify-Storefront-Private-Token: it may name the buyer's address.
    StorefrontPrivate,
    /// A back-office program's, sent as X-Shopify-Access-Token.
    Admin,
}

/// Takes somebody on.
pub async fn create_staff(app: &App, email: &str, name: String) -> anyhow::Result<ExitCode> {
    let email = Email::parse(email).with_context(|| format!("--email is not an e-mail address: {email}"))?;
    let password: SecretString = match std::env::var("TRADEPOST_PASSWORD") {
        Ok(password) => password.into(),
        Err(_) => {
            let mut line = String::new();
            std::io::stdin().lock().read_line(&mut line).context("the password cannot be read")?;
            line.trim_end_matches(['\r', '\n']).to_owned().into()
        }
    };
    let id = staff::create_staff(app, staff::NewStaff { email, name, password }).await?;
    super::say(&format!("Staff member {id} can sign in now"))?;
    Ok(ExitCode::SUCCESS)
}

/// Makes a token and prints it.
pub async fn create_token(
    app: &App,
    kind: TokenKind,
    name: &str,
    scopes: &[String],
) -> anyhow::Result<ExitCode> {
    let (kind, scopes) = match kind {
        TokenKind::Storefront => (AccessTokenKind::Storefront, [].as_slice()),
        TokenKind::StorefrontPrivate => (AccessTokenKind::StorefrontPrivate, [].as_slice()),
        TokenKind::Admin => (AccessTokenKind::Admin, scopes),
    };
    super::say(&store::create_access_token(app, kind, name, scopes).await?)?;
    Ok(ExitCode::SUCCESS)
}
