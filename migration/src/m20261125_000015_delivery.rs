//! Delivery profiles in full: location groups, postal codes, pickup, carriers and their answers.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        crate::run_file(manager, include_str!("m20261125_000015_delivery.sql")).await
    }
}
