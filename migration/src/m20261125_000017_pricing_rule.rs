//! Rules that set prices, their runs and what each changed.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run_file(manager, include_str!("m20261125_000017_pricing_rule.sql")).await
    }
}
