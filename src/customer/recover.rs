//! Forgotten passwords.

use entity::customer::CustomerState;
use entity::one_time_token::OneTimePurpose;

use super::attempt::{self, Attempt, MAIL_ACCOUNT, MAIL_ADDRESS};
use super::create::find_by_email;
use super::error::CustomerError;
use super::one_time;
use super::profile::Check;
use crate::actor::Actor;
use crate::app::App;

/// Has a link to a new password sent to an address; to one that has only bought as a guest, an invitation.
///
/// The answer is the same for an address that nobody has, and so is the work: a token without a customer is written, which
/// opens nothing.
///
/// # Errors
/// A refusal for what is no e-mail address, [`CustomerError::Throttled`] after too many mails to one.
pub async fn recover(app: &App, actor: &Actor, email: &str) -> Result<(), CustomerError> {
    let mut check = Check::default();
    let Some(email) = check.email(email) else {
        return Err(CustomerError::Refused(check.refusals));
    };
    let caller = attempt::buyer_address(app, actor).await?;
    let account = Attempt::on_account(app, MAIL_ACCOUNT, email.as_str())?;
    let caller = Attempt::by_caller(app, MAIL_ADDRESS, caller)?;
    let attempts: Vec<Attempt> = [Some(account), caller].into_iter().flatten().collect();
    attempt::count(app, &attempts).await?;
    app.db
        .retry(|| async {
            let tx = app.begin().await?;
            let known = find_by_email(&tx, &email).await?;
            let (id, purpose) = match known.map(|row| (row.id, row.state)) {
                Some((id, CustomerState::Enabled)) => (Some(id), OneTimePurpose::Recovery),
                Some((id, CustomerState::Guest | CustomerState::Invited)) => {
                    (Some(id), OneTimePurpose::Activation)
                }
                Some((_, CustomerState::Disabled | CustomerState::Erased)) | None => {
                    (None, OneTimePurpose::Recovery)
                }
            };
            one_time::issue_in(&tx, app, id, purpose).await?;
            tx.commit().await?;
            Ok(())
        })
        .await
}
