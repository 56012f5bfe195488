// What the tests of all clients share: where the server is, and a fetch that reaches it.

/** The running demo server. */
export const baseUrl = new URL(process.env.BASE_URL || 'http://127.0.0.1:4000');

/** Some clients insist on https; a front end that knows its server speaks plain http gives them this. */
export function plainFetch(url, init) {
  const address = new URL(url);
  address.protocol = baseUrl.protocol;
  address.host = baseUrl.host;
  return fetch(address, init);
}

/** The host that such clients are told: theirs to write behind https://. */
export const domain = baseUrl.host;

/** A product of the sample shop with two options, some of whose variants are sold out. */
export const SHIRT = 'harbour-linen-shirt';
