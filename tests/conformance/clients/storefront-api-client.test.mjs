// @shopify/storefront-api-client: what Next.js front ends and scripts use.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { createStorefrontApiClient } from '@shopify/storefront-api-client';
import { SHIRT, domain, plainFetch } from './shop.mjs';

let client;

before(() => {
  client = createStorefrontApiClient({
    storeDomain: `https://${domain}`,
    apiVersion: '2026-04',
    publicAccessToken: 'public-token-of-the-tests',
    customFetchApi: plainFetch,
  });
});

/** Sends an operation that must succeed and returns its data. */
async function ask(operation, variables) {
  const { data, errors } = await client.request(operation, { variables });
  assert.equal(errors, undefined, JSON.stringify(errors, null, 2));
  return data;
}

test('the shop and where it sells', async () => {
  const { shop, localization } = await ask(`{
    shop { name description primaryDomain { url } paymentSettings { currencyCode enabledPresentmentCurrencies }
      brand { logo { image { url } } } privacyPolicy { title url } }
    localization { country { isoCode currency { isoCode } } availableCountries { isoCode } availableLanguages { isoCode } }
  }`);
  assert.ok(shop.name.length > 0);
  assert.ok(shop.brand.logo.image.url.startsWith('http'));
  assert.ok(localization.availableCountries.length > 1);
});

test('pages of a collection follow each other without gap or repetition', async () => {
  const query = `query Page($after: String) { collection(handle: "clothing") { products(first: 4, after: $after) {
    nodes { id handle } pageInfo { hasNextPage endCursor } } } }`;
  const seen = [];
  let after = null;
  for (let page = 0; page < 50; page += 1) {
    const { collection } = await ask(query, { after });
    seen.push(...collection.products.nodes.map((product) => product.id));
    if (!collection.products.pageInfo.hasNextPage) break;
    after = collection.products.pageInfo.endCursor;
  }
  assert.ok(seen.length > 4);
  assert.equal(new Set(seen).size, seen.length);
  const { collection } = await ask('{ collection(handle: "clothing") { products(first: 250) { nodes { id } } } }');
  assert.deepEqual(seen, collection.products.nodes.map((product) => product.id));
});

test('filters narrow a collection and their inputs can be sent back', async () => {
  const query = `query Filtered($filters: [ProductFilter!]) { collection(handle: "clothing") {
    products(first: 50, filters: $filters) { nodes { id availableForSale }
      filters { id label type values { id label count input } } } } }`;
  const all = (await ask(query, {})).collection.products;
  const availability = all.filters.find((filter) => filter.id === 'filter.v.availability');
  assert.ok(availability, JSON.stringify(all.filters.map((filter) => filter.id)));
  for (const value of availability.values.filter((value) => value.count > 0)) {
    const { collection } = await ask(query, { filters: [JSON.parse(value.input)] });
    assert.equal(collection.products.nodes.length, value.count, value.label);
  }
});

test('prices and texts follow the context', async () => {
  const query = `query InContext($country: CountryCode, $language: LanguageCode)
    @inContext(country: $country, language: $language) {
    localization { country { isoCode } language { isoCode } }
    product(handle: "${SHIRT}") { title priceRange { minVariantPrice { amount currencyCode } } } }`;
  const { localization } = await ask('{ localization { availableCountries { isoCode currency { isoCode } } } }');
  for (const country of localization.availableCountries) {
    const answer = await ask(query, { country: country.isoCode });
    assert.equal(answer.localization.country.isoCode, country.isoCode);
    assert.equal(answer.product.priceRange.minVariantPrice.currencyCode, country.currency.isoCode);
  }
});

test('search, suggestions and recommendations', async () => {
  const data = await ask(`{
    search(query: "linen", first: 10, types: [PRODUCT]) { totalCount nodes { ... on Product { id title } }
      productFilters { id } }
    predictiveSearch(query: "lin", limit: 5) { products { title } queries { text styledText } collections { title } }
  }`);
  assert.ok(data.search.totalCount > 0);
  assert.ok(data.predictiveSearch.products.length > 0);
  const { product } = await ask(`{ product(handle: "${SHIRT}") { id } }`);
  const { productRecommendations } = await ask(
    'query Like($id: ID!) { productRecommendations(productId: $id) { id title } }',
    { id: product.id },
  );
  assert.ok(productRecommendations.length > 0);
  assert.ok(productRecommendations.every((other) => other.id !== product.id));
});

test('a customer signs up, signs in, keeps addresses and signs out', async () => {
  const email = `visitor-${process.pid}-${Date.now()}@example.com`;
  const password = 'a walk along the harbour';
  const created = await ask(
    `mutation Join($input: CustomerCreateInput!) { customerCreate(input: $input) {
      customer { id email } customerUserErrors { code field message } } }`,
    { input: { email, password, firstName: 'Ada', lastName: 'Moor' } },
  );
  assert.deepEqual(created.customerCreate.customerUserErrors, []);
  const { customerAccessTokenCreate } = await ask(
    `mutation SignIn($input: CustomerAccessTokenCreateInput!) { customerAccessTokenCreate(input: $input) {
      customerAccessToken { accessToken expiresAt } customerUserErrors { code message } } }`,
    { input: { email, password } },
  );
  assert.deepEqual(customerAccessTokenCreate.customerUserErrors, []);
  const token = customerAccessTokenCreate.customerAccessToken.accessToken;
  const added = await ask(
    `mutation Add($token: String!, $address: MailingAddressInput!) {
      customerAddressCreate(customerAccessToken: $token, address: $address) {
        customerAddress { id city } customerUserErrors { code message } } }`,
    { token, address: { address1: 'Hafenstr. 1', city: 'Hamburg', zip: '20457', country: 'Germany', lastName: 'Moor' } },
  );
  assert.deepEqual(added.customerAddressCreate.customerUserErrors, []);
  const own = await ask(
    `query Own($token: String!) { customer(customerAccessToken: $token) {
      displayName email addresses(first: 5) { nodes { city } } orders(first: 5) { nodes { name } } } }`,
    { token },
  );
  assert.equal(own.customer.email, email);
  assert.deepEqual(own.customer.addresses.nodes, [{ city: 'Hamburg' }]);
  await ask(
    'mutation Leave($token: String!) { customerAccessTokenDelete(customerAccessToken: $token) { deletedAccessToken } }',
    { token },
  );
  const gone = await ask('query Gone($token: String!) { customer(customerAccessToken: $token) { email } }', { token });
  assert.equal(gone.customer, null);
});

test('a mistake is told with a code', async () => {
  const { errors } = await client.request('{ shop { colour } }');
  assert.equal(errors.graphQLErrors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED');
});
