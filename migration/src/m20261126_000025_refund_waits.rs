//! What a refund does only once its provider has answered, and why money did not move.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run_file(manager, include_str!("m20261126_000025_refund_waits.sql")).await
    }
}
