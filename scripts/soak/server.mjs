// The server that scripts/soak.mjs puts under load: it makes items, keeps the last ones that were asked for, and sends them as JSON.
// Told "measure" by its parent, it says what it has used since the last time; told "end", it collects its garbage and ends.
import { createServer } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const KEPT_ITEMS = 20_000;

const kept = new Map();
let requests = 0;
let cpu = process.cpuUsage();
const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();

function makeItem(id) {
  const parts = Array.from({ length: 12 }, (_, n) => ({
    n,
    name: `part ${n} of ${id}`,
    price: id,
  }));
  return { id, parts, thumbnail: Buffer.alloc(1024, id % 256) };
}

function item(id) {
  const known = kept.get(id) ?? makeItem(id);
  // The last one asked for goes to the end, and the first one out.
  kept.delete(id);
  kept.set(id, known);
  if (kept.size > KEPT_ITEMS) kept.delete(kept.keys().next().value);
  return known;
}

async function answer(request, response) {
  const found = item(Number(request.url.slice(1)));
  if (request.method === 'POST') {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    found.parts = JSON.parse(Buffer.concat(chunks).toString()).parts;
  }
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ id: found.id, parts: found.parts, size: found.thumbnail.length }));
  requests++;
}

const server = createServer(answer);
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));

process.on('message', (message) => {
  if (message === 'measure') {
    const { user, system } = process.cpuUsage(cpu);
    cpu = process.cpuUsage();
    process.send({
      requests,
      cpuMicros: user + system,
      residentBytes: process.memoryUsage.rss(),
      delayMillis: { p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 },
    });
    delay.reset();
    requests = 0;
  } else {
    server.close();
    server.closeAllConnections();
    globalThis.gc();
    globalThis.gc();
    process.disconnect();
  }
});
