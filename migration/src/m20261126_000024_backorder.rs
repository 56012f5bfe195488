//! How far below zero shelves may be sold, and what was opened with payment providers before a cart was submitted.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run_file(manager, include_str!("m20261126_000024_backorder.sql")).await
    }
}
