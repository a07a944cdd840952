import { Agent, request } from 'node:http';

const CONNECTIONS = 8;
const ITEMS = 40_000;
const BODY = JSON.stringify({
  parts: Array.from({ length: 12 }, (_, n) => ({ n, name: `new part ${n}`, price: n })),
});

/** Sends a server requests, as many as it answers; every fifth is a POST. Returns a function that ends it, when the last is answered. */
export function putUnderLoad(port) {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  let going = true;
  let random = 0;
  let asked = 0;
  const client = async () => {
    while (going) {
      // The same items in the same order each time: neither all of them known nor all of them new.
      random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0;
      asked++;
      await ask(agent, port, (random >>> 8) % ITEMS, asked % 5 === 0);
    }
  };
  const clients = Array.from({ length: CONNECTIONS }, client);
  return async () => {
    going = false;
    await Promise.all(clients);
    agent.destroy();
  };
}

function ask(agent, port, id, isPost) {
  return new Promise((resolve, reject) => {
    const method = isPost ? 'POST' : 'GET';
    const outgoing = request(
      { agent, host: '127.0.0.1', port, path: `/${id}`, method },
      (answer) => {
        answer.resume().once('end', resolve);
      },
    );
    outgoing.once('error', reject).end(isPost ? BODY : undefined);
  });
}
