// A server of JSON, with fastify, in this process, and its client in another.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import fastify from 'fastify';

const CLIENT = fileURLToPath(new URL('http-client.mjs', import.meta.url));
const CONNECTIONS = 16;
const REQUESTS = 10_000;

/** An iteration is 10,000 requests on 16 connections that are kept, each answered with an order of 12 lines. */
export async function http() {
  const orders = Array.from({ length: 1000 }, (_, id) => makeOrder(id));
  const app = fastify();
  app.get('/orders/:id', async (request) => {
    const { id, customer, date, lines } = orders[Number(request.params.id)];
    const priced = lines.map(({ product, count, price }) => {
      return { product, count, price, total: count * price };
    });
    return {
      id,
      customer,
      date,
      lines: priced,
      total: priced.reduce((sum, { total }) => sum + total, 0),
    };
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const client = fork(CLIENT, [String(app.server.address().port), String(CONNECTIONS)], {
    execArgv: [],
  });
  const ended = once(client, 'exit').then(() => {
    throw new Error('the client of the HTTP workload has ended');
  });
  // Whoever waits for an iteration hears of it; between iterations nobody does.
  ended.catch(() => {});

  // Only an iteration keeps this process alive. The client ends with it.
  app.server.unref().on('connection', (socket) => socket.unref());
  client.unref();
  client.channel.unref();
  return async () => {
    client.channel.ref();
    const answered = once(client, 'message');
    client.send(REQUESTS);
    await Promise.race([answered, ended]);
    client.channel.unref();
  };
}

function makeOrder(id) {
  return {
    id,
    customer: `customer ${id % 97}`,
    date: new Date(1.7e12 + id * 6e7).toISOString(),
    lines: Array.from({ length: 12 }, (_, n) => ({
      product: `product ${(id * 7 + n) % 500}`,
      count: 1 + (n % 3),
      price: 5 + ((id + n * 13) % 90),
    })),
  };
}
