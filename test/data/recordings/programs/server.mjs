// A server that remembers every session; its own client asks it.
import { createServer, get } from 'node:http';
import { setTimeout } from 'node:timers/promises';

const sessions = new Map();

function openSession(id) {
  sessions.set(id, { id, visited: Array.from({ length: 100 }, (_, page) => ({ page, id })) });
}

function answer(request, response) {
  openSession(sessions.size);
  response.end(JSON.stringify({ sessions: sessions.size }));
}

const server = createServer(answer).listen(0);
const ask = () =>
  new Promise((resolve) => get({ port: server.address().port }, (response) => response.resume().on('end', resolve)));
for (let round = 0; round < 14; round++) {
  for (let k = 0; k < 60; k++) await ask();
  gc();
  await setTimeout(20);
}
server.close();
