//! tradepost: a self-hosted commerce server in one binary.
//!
//! The public GraphQL API uses the names and shapes of the Shopify Storefront API, so that storefronts which exist run
//! on it; names and shapes are shared for interoperability, there is no affiliation.
//!
//! The rooms, from the street to the cellar: [`http`] speaks HTTP, [`graphql`] decodes and wraps, the domains hold the
//! rules, the kernel ([`money`], [`clock`], [`page`], [`query`], [`error`], [`html`], [`actor`], [`secret`], [`db`],
//! [`event`], [`job`], [`config`], [`wording`], [`inbound`], `outbound`) serves them, and `entity` mirrors the
//! tables. Imports only ever point towards the cellar.

pub mod app;

pub mod actor;
pub mod clock;
pub mod config;
pub mod db;
pub mod error;
pub mod event;
pub mod html;
pub mod inbound;
pub mod job;
pub mod money;
mod outbound;
pub mod page;
pub mod query;
pub mod secret;
pub mod wording;

pub mod market;
pub mod media;
pub mod metafield;
pub mod store;
pub mod translation;

pub mod catalog;
pub mod content;

pub mod discount;
pub mod gift_card;
pub mod inventory;
pub mod pricing;
pub mod shipping;
pub mod store_credit;
pub mod tax;

pub mod import;

pub mod customer;
pub mod staff;

pub mod cart;
pub mod payment;

pub mod order;

pub mod checkout;

pub mod notification;
pub mod recommendation;
pub mod search;

pub mod graphql;

pub mod http;
