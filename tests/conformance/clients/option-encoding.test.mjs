// @shopify/hydrogen-react: its decoder reads which combinations of options there are, for every product of the shop.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeEncodedVariant, isOptionValueCombinationInEncodedVariant } from '@shopify/hydrogen-react';
import { baseUrl } from './shop.mjs';

const PAGE = `query Page($after: String) { products(first: 50, after: $after) { pageInfo { hasNextPage endCursor } nodes {
  handle encodedVariantExistence encodedVariantAvailability options { name optionValues { name } }
  variants(first: 250) { nodes { availableForSale selectedOptions { name value } } } } } }`;

async function allProducts() {
  const products = [];
  let after = null;
  do {
    const answer = await fetch(new URL('/api/2026-04/graphql.json', baseUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: PAGE, variables: { after } }),
    });
    const { data, errors } = await answer.json();
    assert.equal(errors, undefined, JSON.stringify(errors));
    products.push(...data.products.nodes);
    after = data.products.pageInfo.hasNextPage ? data.products.pageInfo.endCursor : null;
  } while (after);
  return products;
}

/** The places of a variant's values among those of the options. */
function places(product, variant) {
  return product.options.map((option) => {
    const { value } = variant.selectedOptions.find(({ name }) => name === option.name);
    return option.optionValues.findIndex(({ name }) => name === value);
  });
}

const inOrder = (combinations) => combinations.map(String).sort();

test('what is decoded is what there is and what can be bought', async () => {
  const products = await allProducts();
  assert.ok(products.length > 100);
  let several = 0;
  for (const product of products) {
    const { nodes } = product.variants;
    const all = nodes.map((variant) => places(product, variant));
    const left = nodes.filter((variant) => variant.availableForSale).map((variant) => places(product, variant));
    assert.deepEqual(inOrder(decodeEncodedVariant(product.encodedVariantExistence)), inOrder(all), product.handle);
    assert.deepEqual(inOrder(decodeEncodedVariant(product.encodedVariantAvailability)), inOrder(left), product.handle);
    for (const combination of all) {
      assert.ok(isOptionValueCombinationInEncodedVariant(combination, product.encodedVariantExistence), product.handle);
    }
    several += Number(product.options.length > 1 && left.length < all.length);
  }
  assert.ok(several > 0, 'some products have several options and variants that are sold out');
});
