// A shop that asks itself: an HTTP server with a catalogue, carts that come and go, and a log of orders that nothing ever shortens, which is
// a leak. It runs for some seconds.
import { createServer, get } from 'node:http';

const REQUESTS = 8000;
const MAX_CARTS = 400;

const catalogue = loadCatalogue();
const carts = new Map();
const orderLog = [];

function loadCatalogue() {
  return Array.from({ length: 4000 }, (_, id) => ({
    id,
    name: `Product ${id}`,
    tags: makeTags(id),
    prices: new Array(40).fill(id / 7),
  }));
}

function makeTags(id) {
  return Array.from({ length: 12 }, (_, k) => `tag-${(id * 31 + k * 17) % 997}`);
}

function searchProducts(word) {
  const found = catalogue.filter(({ tags }) => tags.includes(word));
  return found.map(({ id, name }) => ({ id, name, link: `/product/${id}` }));
}

function openCart(customer) {
  const items = Array.from({ length: 150 }, (_, k) => ({ product: customer + k, count: 1.5 }));
  carts.set(customer, { customer, items });
  if (carts.size > MAX_CARTS) carts.delete(carts.keys().next().value);
  return items;
}

function checkOut(customer) {
  const order = priceOrder(customer, openCart(customer));
  rememberOrder(order);
  return order;
}

function priceOrder(customer, items) {
  return { customer, lines: items.map(({ product, count }) => ({ product, sum: count * 9.9 })) };
}

function rememberOrder(order) {
  orderLog.push({ order, receipt: printReceipt(order) });
}

function printReceipt({ customer, lines }) {
  return lines.map(({ product, sum }) => [customer, product, sum]);
}

function handleRequest({ url }, response) {
  const [, route, value] = url.split('/');
  const reply = route === 'search' ? searchProducts(value) : checkOut(Number(value));
  response.end(JSON.stringify(reply));
}

const server = createServer(handleRequest).listen(0, '127.0.0.1', async () => {
  const { port } = server.address();
  for (let n = 0; n < REQUESTS; n++) {
    const path = n % 3 === 0 ? `/search/tag-${n % 997}` : `/checkout/${n}`;
    await new Promise((resolve) =>
      get({ port, path }, (reply) => reply.resume().on('end', resolve)),
    );
    if (n % 300 === 299) globalThis.gc();
  }
  server.close();
});
