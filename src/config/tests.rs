//! What a whole environment is read as.

use super::*;

fn read(pairs: &[(&str, &str)]) -> Result<Config, ConfigErrors> {
    Config::from_variables(&|name| {
        pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
    })
}

#[test]
fn an_empty_environment_is_a_working_development_shop() {
    let config = read(&[]).unwrap();
    assert_eq!(config.environment, Environment::Development);
    assert!(config.introspection && config.graphiql && config.run_jobs && !config.demo);
    assert!(config.follows_search);
    assert_eq!(config.url_of("/x"), "http://127.0.0.1:4000/x");
}

#[test]
fn production_is_closed_and_wants_a_secret() {
    let errors = read(&[("TRADEPOST_ENV", "production")]).unwrap_err();
    assert_eq!(errors.0, ["SECRET_KEY must be set in production"]);
    let key = ("SECRET_KEY", "0123456789abcdef0123456789abcdef");
    let config = read(&[("TRADEPOST_ENV", "production"), key]).unwrap();
    assert!(!config.introspection && !config.graphiql);
}

#[test]
fn every_fault_names_its_variable() {
    let errors = read(&[
        ("TRADEPOST_ENV", "staging"),
        ("DATABASE_URL", "mysql://localhost"),
        ("DATABASE_MAX_CONNECTIONS", "many"),
        ("CACHE_MEGABYTES", "0"),
        ("MEDIA_URL", "ftp://media"),
        ("MEDIA_S3_ENDPOINT", "media"),
        ("MEDIA_S3_REGION", "the moon"),
        ("MEDIA_VARIANTS_MEGABYTES", "0"),
        ("CACHE_SECONDS", "-1"),
        ("SECRET_KEY", "short"),
        ("HTTP_ADDR", "4000"),
        ("HTTP_WORKERS", "-1"),
        ("TLS_KEY", "key.pem"),
        ("TLS_SELF_SIGNED", "perhaps"),
        ("PUBLIC_URL", "shop"),
        ("CORS_ORIGINS", "https://a.example/path"),
        ("STOREFRONT_URL", "ftp://shop.example"),
        ("STOREFRONT_TOKENS", "maybe"),
        ("TRUSTED_PROXIES", "10.0.0.0/33"),
        ("MULTIPASS_SECRET", "short"),
        ("SMTP_URL", "http://mail.example"),
        ("MAIL_FROM", "shop"),
        ("SHIPENGINE_API_KEY", "short"),
        ("SHIPENGINE_CARRIER_IDS", "ups"),
        ("SHIPENGINE_WEBHOOK_SECRET", "short"),
        ("MANUAL_PAYMENT", "maybe"),
        ("MANUAL_PAYMENT_INSTRUCTIONS", &"x".repeat(2_001)),
        ("PAYMENT_CAPTURE", "later"),
        ("STRIPE_SECRET_KEY", "pk_public"),
        ("STRIPE_PUBLISHABLE_KEY", "sk_secret"),
        ("STRIPE_WEBHOOK_SECRET", "secret"),
        ("STRIPE_TAX_SECRET_KEY", "secret"),
        ("STRIPE_API_URL", "https://stripe.example"),
        ("PAYPAL_CLIENT_ID", "an id"),
        ("PAYPAL_CLIENT_SECRET", "a:secret"),
        ("PAYPAL_WEBHOOK_ID", "web/hook"),
        ("PAYPAL_ENVIRONMENT", "test"),
        ("PAYPAL_API_URL", "https://paypal.example"),
        ("INTROSPECTION", "yes"),
        ("GRAPHIQL", "1"),
        ("RUN_JOBS", "2"),
        ("RESERVATION_MINUTES", "0"),
        ("CART_DAYS", "99999"),
        ("SHUTDOWN_SECONDS", "soon"),
        ("LOG_FORMAT", "xml"),
    ])
    .unwrap_err();
    for name in VARIABLES.iter().filter(|name| !["DATA_DIR", "DATABASE_READER_URL", "TLS_KEY"].contains(name))
    {
        assert!(errors.0.iter().any(|line| line.starts_with(name)), "{name}: {errors}");
    }
}

#[test]
fn a_mail_server_needs_a_sender_and_links_lead_to_the_front_end() {
    let errors = read(&[("SMTP_URL", "smtps://u:p@mail.example:465")]).unwrap_err();
    assert_eq!(errors.0, ["MAIL_FROM must be set where SMTP_URL is"]);
    let config = read(&[
        ("SMTP_URL", "smtp+starttls://mail.example"),
        ("MAIL_FROM", "The shop <shop@example.com>"),
        ("STOREFRONT_URL", "https://shop.example/"),
    ])
    .unwrap();
    assert!(config.smtp_url.is_some());
    assert_eq!(config.storefront_url_of("/account"), "https://shop.example/account");
    assert_eq!(read(&[]).unwrap().storefront_url_of("/account"), "http://127.0.0.1:4000/account");
}

#[test]
fn secrets_do_not_show_in_debug() {
    let config = read(&[
        ("DATABASE_URL", "postgres://shop:hunter2@localhost/shop"),
        ("SECRET_KEY", "correct-horse-battery-staple-correct-horse"),
        ("MULTIPASS_SECRET", "multi-hunter2-pass"),
        ("SMTP_URL", "smtps://shop:hunter2@mail.example"),
        ("MAIL_FROM", "shop@example.com"),
    ])
    .unwrap();
    let text = format!("{config:?}");
    assert!(!text.contains("hunter2") && !text.contains("correct-horse"), "{text}");
}
