//! The storefront API.

mod cart;
mod cart_delivery;
mod cart_detail;
mod cart_line;
mod cart_payment;
mod cart_race;
mod cart_stock;
mod catalog;
mod catalog_list;
mod collection;
mod collection_filter;
mod content;
mod filter;
mod localization;
mod market;
mod memory;
mod media;
mod node;
mod predictive;
mod product_list_query;
mod recommendation;
mod search;
mod shop;
