//! Films, models and files beside pictures.

use sea_orm_migration::prelude::*;

/// Columns of `media` for what is no picture.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        super::run_file(manager, include_str!("m20261124_000006_media.sql")).await
    }
}
