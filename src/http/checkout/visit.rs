//! A visit to the page of a cart: found by the page's name, led away where there is nothing to do here, with all that every
//! step shows.

use actix_web::HttpRequest;
use entity::id::OrderId;
use url::Url;

use super::answer::{Halt, Message, message, see};
use super::form::{Form, MAX_FORM, is_own_form};
use super::frame::{Frame, root_of};
use super::kept::Kept;
use super::step::Step;
use crate::actor::Actor;
use crate::app::App;
use crate::cart::{self, CartView, PriceChange};
use crate::checkout::{self, CartStanding, FailedAttempt, Obstacle};
use crate::error::Fault;
use crate::graphql::storefront::status_url;
use crate::http::actor::visitor;
use crate::wording::Tongue;

/// The page that is visited, before it is known whether there is one.
pub(super) struct Door<'a> {
    app: &'a App,
    request: &'a HttpRequest,
    page: &'a str,
}

/// A visit to the page of an open cart that nobody is paying for.
pub(super) struct Visit<'a> {
    /// The shop.
    pub(super) app: &'a App,
    /// Who visits it.
    pub(super) visitor: Actor,
    /// The page's name.
    page: String,
    /// The cart's token.
    pub(super) token: String,
    /// The parameters of the address.
    pub(super) kept: Kept,
    /// What is around the page.
    pub(super) frame: Frame,
    /// The cart.
    pub(super) cart: CartView,
    /// What keeps it from being ordered.
    pub(super) obstacles: Vec<Obstacle>,
    /// What is another than the buyer was told, where they changed nothing since.
    pub(super) news: Vec<PriceChange>,
    /// The last attempt, where it came to nothing and the cart is as it was.
    pub(super) failed: Option<FailedAttempt>,
}

impl<'a> Door<'a> {
    /// The page with this name.
    pub(super) fn new(app: &'a App, request: &'a HttpRequest, page: &'a str) -> Self {
        Self { app, request, page }
    }

    /// The language that the address asks for.
    pub(super) fn tongue(&self) -> Option<Tongue> {
        Kept::of(self.request.query_string()).tongue()
    }

    /// Reads a form that was sent to the page, unless it comes from another site.
    ///
    /// # Errors
    /// The answer to a form that is refused.
    pub(super) async fn form(&self, body: &[u8]) -> Result<Form, Halt> {
        let refused = if !is_own_form(self.app, self.request) {
            tracing::warn!("A form of the checkout came from another site's page");
            Message::Foreign
        } else if body.len() > MAX_FORM {
            Message::TooLarge
        } else {
            return Ok(Form::read(body));
        };
        let frame = Frame::bare(self.app, self.tongue()).await?;
        Err(message(&frame, refused).into())
    }

    /// Opens the page: a cart that was ordered leads to its order, one that is being paid for to its attempt.
    ///
    /// # Errors
    /// Another answer where there is no such page or nothing to do here; the database's own.
    pub(super) async fn enter(&self) -> Result<Visit<'a>, Halt> {
        let app = self.app;
        app.fresh().await?;
        let kept = Kept::of(self.request.query_string());
        let Some(token) = cart::open_page(app, self.page)? else { return Err(self.missing().await?) };
        // The cart before how it stands: what an attempt holds that begins meanwhile is not told as sold out.
        let cart = Box::pin(cart::find_cart_to_show(app, &token)).await?;
        let failed = match checkout::standing_of(app, &token).await? {
            CartStanding::Ordered(order) => return Err(see(&kept.onto(&order_path(app, order)?)).into()),
            CartStanding::UnderWay(attempt) => {
                let attempt = checkout::public_id(app, attempt)?;
                return Err(see(&kept.onto(&attempt_path(app, &attempt))).into());
            }
            CartStanding::Failed(failed) => Some(failed),
            CartStanding::Unsubmitted => None,
        };
        let Some(cart) = cart else { return Err(self.missing().await?) };
        let tongue = kept.tongue().unwrap_or_else(|| Tongue::of(&cart.row.language));
        Ok(Visit {
            app,
            visitor: visitor(app, self.request),
            page: self.page.to_owned(),
            token,
            frame: Frame::of_shop(app, Some(tongue)).await?,
            failed: failed.filter(|failed| failed.is_news(&cart)),
            obstacles: checkout::obstacles(&cart, &app.payments)?,
            news: news_of(&cart)?,
            kept,
            cart,
        })
    }

    /// Lets what waits for the buyer in another tab make way for an attempt with this name; tells whether there was any.
    ///
    /// # Errors
    /// The database's own.
    pub(super) async fn make_way(&self, attempt: &str) -> Result<bool, Fault> {
        let Some(token) = cart::open_page(self.app, self.page)? else { return Ok(false) };
        checkout::make_way_for(self.app, &token, attempt).await
    }

    async fn missing(&self) -> Result<Halt, Fault> {
        let frame = Frame::bare(self.app, self.tongue()).await?;
        Ok(message(&frame, Message::Missing).into())
    }
}

impl Visit<'_> {
    /// Where a step is, with the parameters of the address.
    pub(super) fn address_of(&self, step: Step) -> String {
        self.address(step.path())
    }

    /// Where something beside the steps is.
    pub(super) fn address(&self, path: &str) -> String {
        self.kept.onto(&format!("{}/checkout/{}{path}", root_of(self.app), self.page))
    }

    /// Leads to a step.
    pub(super) fn see(&self, step: Step) -> Halt {
        see(&self.address_of(step)).into()
    }

    /// The first step that is not complete.
    pub(super) fn first_open(&self) -> Step {
        Step::first_open(&self.obstacles)
    }

    /// Looks at the cart again, after a change that was made or refused. What was news before it no longer is.
    ///
    /// # Errors
    /// Another answer where it is gone meanwhile; the database's own.
    pub(super) async fn look_again(&mut self) -> Result<(), Halt> {
        let cart = Box::pin(cart::find_cart_to_show(self.app, &self.token)).await?;
        let Some(cart) = cart else { return Err(self.see(Step::Information)) };
        self.obstacles = checkout::obstacles(&cart, &self.app.payments)?;
        self.news = news_of(&cart)?;
        self.failed = self.failed.take().filter(|failed| failed.is_news(&cart));
        self.cart = cart;
        Ok(())
    }
}

/// Where an order is shown, with its key. The host is the one that the buyer is on: a form may lead to no other.
///
/// # Errors
/// Never in practice.
pub(super) fn order_path(app: &App, id: OrderId) -> Result<String, Fault> {
    let url = Url::parse(&status_url(app, id)?).map_err(Fault::new)?;
    Ok(format!("{}?{}", url.path(), url.query().unwrap_or_default()))
}

/// Where an attempt is shown.
pub(super) fn attempt_path(app: &App, public_id: &str) -> String {
    format!("{}/checkout/attempts/{public_id}", root_of(app))
}

/// Where the page of a cart shows how it is paid.
pub(super) fn payment_path(app: &App, page: &str) -> String {
    format!("{}/checkout/{page}{}", root_of(app), Step::Payment.path())
}

/// What is another than the buyer was told, where they changed nothing since.
fn news_of(cart: &CartView) -> Result<Vec<PriceChange>, Fault> {
    if cart::is_stale(cart)? { cart::price_changes(cart) } else { Ok(Vec::new()) }
}
