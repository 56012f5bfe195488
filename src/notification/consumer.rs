//! Turning events into mails to be sent.

use entity::event;
use sea_orm::{ConnectionTrait, Statement, Value};

use crate::db::Tx;
use crate::error::Fault;
use crate::event::Consumer;

/// Writes down the mails that events ask for.
pub const MAILS: Consumer =
    Consumer { name: "notification.mail", handle: |tx, events| Box::pin(write_down(tx, events)) };

/// The kinds of events that ask for a mail.
const ASKING: [&str; 2] = ["customer.activation_requested", "customer.recovery_requested"];

/// A token without a customer asks for nothing: its address is nobody's.
async fn write_down(tx: &Tx, events: &[event::Model]) -> Result<(), Fault> {
    let asking: Vec<&event::Model> =
        events.iter().filter(|event| ASKING.contains(&event.kind.as_str())).collect();
    let Some(last) = asking.last() else {
        return Ok(());
    };
    let mut values: Vec<Value> = vec![last.created_at.into()];
    let places: Vec<String> = asking
        .iter()
        .map(|event| {
            values.push(event.entity_id.into());
            format!("${}", values.len())
        })
        .collect();
    let sql = format!(
        "INSERT INTO mail (kind, token_id, state, attempts, run_at, created_at) \
         SELECT purpose, id, 'waiting', 0, $1, $1 FROM one_time_token \
         WHERE customer_id IS NOT NULL AND id IN ({}) ORDER BY id ON CONFLICT (token_id) DO NOTHING",
        places.join(", ")
    );
    tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
    Ok(())
}
