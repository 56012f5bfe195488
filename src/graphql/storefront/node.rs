//! Things by their global id, and what different things have in common.

use async_graphql::{Context, ID, Interface, Object};
use entity::id::{
    ArticleId, BlogId, CollectionId, CommentId, LocationId, MarketId, MediaId, MenuId, MenuItemId,
    MetafieldId, MetaobjectId, OptionId, OptionValueId, OrderId, PageId, PolicyId, ProductCategoryId,
    ProductId, RedirectId, VariantId,
};
use futures_util::future::try_join_all;

use super::address::MailingAddress;
use super::cart::{AppliedGiftCard, BaseCartLine, Cart, CartLine, ComponentizableCartLine};
use super::collection::Collection;
use super::company::{Company, CompanyContact, CompanyLocation};
use super::content::article::Article;
use super::content::blog::Blog;
use super::content::comment::Comment;
use super::content::menu::{Menu, MenuItem};
use super::content::page::Page;
use super::content::policy::ShopPolicy;
use super::content::redirect::UrlRedirect;
use super::context;
use super::file::GenericFile;
use super::film::{ExternalVideo, Video};
use super::installment::{ShopPayInstallmentsFinancingPlan, ShopPayInstallmentsFinancingPlanTerm};
use super::location::Location;
use super::market::Market;
use super::media::{MediaImage, MediaPresentation};
use super::metafield::Metafield;
use super::metaobject::Metaobject;
use super::model::Model3d;
use super::option::{ProductOption, ProductOptionValue};
use super::order::Order;
use super::product::Product;
use super::search::SearchQuerySuggestion;
use super::shop::Shop;
use super::shop_pay::ShopPayInstallmentsProductVariantPricing;
use super::taxonomy::TaxonomyCategory;
use super::variant::ProductVariant;
use crate::graphql::error::ApiError;
use crate::graphql::id::{self, Gid};
use crate::graphql::limit;
use crate::graphql::scalar::UrlText;
use crate::{cart, order};

/// Whatever has a global id.
#[derive(Clone, Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "Its global id."))]
pub enum Node {
    /// A gift card that pays for a cart.
    AppliedGiftCard(AppliedGiftCard),
    /// A company that buys.
    Company(Company),
    /// A person who buys for a company.
    CompanyContact(CompanyContact),
    /// A place of a company.
    CompanyLocation(CompanyLocation),
    /// A bundle in a cart.
    ComponentizableCartLine(ComponentizableCartLine),
    /// A place at which buyers may fetch what they bought.
    Location(Location),
    /// What a variant costs by instalments.
    ShopPayInstallmentsProductVariantPricing(ShopPayInstallmentsProductVariantPricing),
    /// A kind of products.
    TaxonomyCategory(TaxonomyCategory),
    /// An article.
    Article(Article),
    /// A blog.
    Blog(Blog),
    /// A cart.
    Cart(Cart),
    /// A line of a cart.
    CartLine(CartLine),
    /// A group of products.
    Collection(Collection),
    /// What a reader wrote below an article.
    Comment(Comment),
    /// A film on another site.
    ExternalVideo(ExternalVideo),
    /// A document or another file.
    GenericFile(GenericFile),
    /// A postal address.
    MailingAddress(MailingAddress),
    /// Countries that are sold to alike.
    Market(Market),
    /// A picture among a product's media.
    MediaImage(MediaImage),
    /// What a viewer needs to show a medium.
    MediaPresentation(MediaPresentation),
    /// A tree of links.
    Menu(Menu),
    /// A link in a menu.
    MenuItem(MenuItem),
    /// A field of the shop's own.
    Metafield(Metafield),
    /// A thing of the shop's own.
    Metaobject(Metaobject),
    /// A model to turn around on screen.
    Model3d(Model3d),
    /// An order.
    Order(Order),
    /// A page of the shop's own.
    Page(Page),
    /// A product.
    Product(Product),
    /// A way in which a product's variants differ.
    ProductOption(ProductOption),
    /// One choice of an option.
    ProductOptionValue(ProductOptionValue),
    /// A variant of a product.
    ProductVariant(ProductVariant),
    /// The shop.
    Shop(Shop),
    /// A plan for paying in instalments.
    ShopPayInstallmentsFinancingPlan(ShopPayInstallmentsFinancingPlan),
    /// How a plan is paid off.
    ShopPayInstallmentsFinancingPlanTerm(ShopPayInstallmentsFinancingPlanTerm),
    /// A policy of the shop.
    ShopPolicy(ShopPolicy),
    /// An address that has moved.
    UrlRedirect(UrlRedirect),
    /// A film.
    Video(Video),
}

/// Things that have a page on the storefront.
#[derive(Clone, Interface)]
#[graphql(field(
    name = "online_store_url",
    ty = "Option<UrlText>",
    desc = "The address of its page; null while it is not on the storefront."
))]
pub enum OnlineStorePublishable {
    /// An article.
    Article(Article),
    /// A blog.
    Blog(Blog),
    /// A group of products.
    Collection(Collection),
    /// A page of the shop's own.
    Page(Page),
    /// A thing of the shop's own.
    Metaobject(Metaobject),
    /// A product.
    Product(Product),
}

/// Things to which a recommendation can be traced back.
#[derive(Clone, Interface)]
#[graphql(field(
    name = "tracking_parameters",
    ty = "Option<String>",
    desc = "What to add to links so that a recommendation can be traced."
))]
pub enum Trackable {
    /// An article.
    Article(Article),
    /// A group of products.
    Collection(Collection),
    /// A page of the shop's own.
    Page(Page),
    /// A product.
    Product(Product),
    /// Words to search for.
    SearchQuerySuggestion(SearchQuerySuggestion),
}

/// The root fields that take any global id.
#[derive(Clone, Copy, Debug, Default)]
pub struct NodeQuery;

/// The root fields that take any global id.
#[Object]
impl NodeQuery {
    /// The thing with this global id; null where there is none that shoppers reach.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its global id.")] id: ID,
    ) -> Result<Option<Node>, ApiError> {
        find(ctx, &id).await
    }

    /// The things with these global ids, in the same order; null for each that shoppers do not reach.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Their global ids.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Node>>, ApiError> {
        limit::check_list("ids", &ids)?;
        check_secrets(&ids)?;
        try_join_all(ids.iter().map(|id| find(ctx, id))).await
    }
}

/// Things whose ids carry a secret: each is loaded by statements of its own.
const SECRET_TYPES: [&str; 4] = ["AppliedGiftCard", "Cart", "CartLine", "Order"];
/// So many of them may be asked for at once.
const MAX_SECRETS: usize = 10;

fn check_secrets(ids: &[ID]) -> Result<(), ApiError> {
    let kinds = ids.iter().filter_map(|id| Gid::parse(id)).map(|gid| gid.kind);
    if kinds.filter(|kind| SECRET_TYPES.contains(kind)).count() <= MAX_SECRETS {
        return Ok(());
    }
    let message = format!("At most {MAX_SECRETS} carts and orders, and parts of them, are told at once");
    Err(ApiError::bad_input("LIST_TOO_LONG", message))
}

/// Asks the loaders, so that many ids of a type are one statement.
async fn find(ctx: &Context<'_>, id: &str) -> Result<Option<Node>, ApiError> {
    let gid = Gid::parse(id).ok_or_else(|| id::invalid("node", id))?;
    let key = || gid.number().ok_or_else(|| id::invalid(gid.kind, id));
    let app = &context::of(ctx)?.app;
    Ok(match gid.kind {
        "Cart" => cart::find_cart(app, gid.name).await?.map(Cart::new).map(Node::from),
        // The line's id carries the secret of its cart.
        "CartLine" => match gid.parameter("cart") {
            Some(token) => {
                let cart = cart::find_cart(app, token).await?.map(Cart::new);
                let key = key()?;
                let line = cart.and_then(|cart| cart.line(key));
                match (line, gid.parameter("component")) {
                    (Some(line), Some(part)) => line.component(part.parse().unwrap_or(0)).map(Node::from),
                    (Some(BaseCartLine::CartLine(line)), None) => Some(line.into()),
                    (Some(BaseCartLine::ComponentizableCartLine(line)), None) => Some(line.into()),
                    (None, _) => None,
                }
            }
            None => None,
        },
        // So does the card's.
        "AppliedGiftCard" => match gid.parameter("cart") {
            Some(token) => {
                let cart = cart::find_cart(app, token).await?.map(Cart::new);
                let key = key()?;
                cart.and_then(|cart| AppliedGiftCard::find(&cart, key)).map(Node::from)
            }
            None => None,
        },
        "Location" => Location::find(ctx, LocationId(key()?)).await?.map(Node::from),
        "TaxonomyCategory" => TaxonomyCategory::find(ctx, ProductCategoryId(key()?)).await?.map(Node::from),
        "Order" => match gid.parameter("key") {
            Some(secret) => {
                order::find_order_by_key(app, OrderId(key()?), secret).await?.map(Order::new).map(Node::from)
            }
            None => None,
        },
        "Article" => Article::find(ctx, ArticleId(key()?)).await?.map(Node::from),
        "Blog" => Blog::find(ctx, BlogId(key()?)).await?.map(Node::from),
        "MailingAddress" => MailingAddress::find(ctx, id).await?.map(Node::from),
        "Collection" => Collection::find(ctx, CollectionId(key()?)).await?.map(Node::from),
        "Comment" => Comment::find(ctx, CommentId(key()?)).await?.map(Node::from),
        "ExternalVideo" => ExternalVideo::find(ctx, MediaId(key()?)).await?.map(Node::from),
        "GenericFile" => GenericFile::find(ctx, MediaId(key()?)).await?.map(Node::from),
        "Market" => Market::find(ctx, MarketId(key()?))?.map(Node::from),
        "MediaImage" => MediaImage::find(ctx, MediaId(key()?)).await?.map(Node::from),
        "MediaPresentation" => MediaPresentation::find(ctx, MediaId(key()?)).await?.map(Node::from),
        "Model3d" => Model3d::find(ctx, MediaId(key()?)).await?.map(Node::from),
        "Video" => Video::find(ctx, MediaId(key()?)).await?.map(Node::from),
        "Metafield" => Metafield::find(ctx, MetafieldId(key()?)).await?.map(Node::from),
        "Menu" => Menu::find(ctx, MenuId(key()?)).await?.map(Node::from),
        "MenuItem" => MenuItem::find(ctx, MenuItemId(key()?)).await?.map(Node::from),
        "Page" => Page::find(ctx, PageId(key()?)).await?.map(Node::from),
        "Metaobject" => Metaobject::find(ctx, MetaobjectId(key()?)).await?.map(Node::from),
        "Product" => Product::find(ctx, ProductId(key()?)).await?.map(Node::from),
        "ProductOption" => ProductOption::find(ctx, OptionId(key()?)).await?.map(Node::from),
        "ProductOptionValue" => ProductOptionValue::find(ctx, OptionValueId(key()?)).await?.map(Node::from),
        "ProductVariant" => ProductVariant::find(ctx, VariantId(key()?)).await?.map(Node::from),
        "Shop" => (key()? == context::of(ctx)?.shop.id).then_some(Node::Shop(Shop)),
        "ShopPolicy" => ShopPolicy::find(ctx, PolicyId(key()?)).await?.map(Node::from),
        "UrlRedirect" => UrlRedirect::find(ctx, RedirectId(key()?)).await?.map(Node::from),
        _ => None,
    })
}
