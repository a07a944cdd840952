// The client of the HTTP workload, a process of its own so that its CPU time does not count: forked as http-client.mjs PORT
// CONNECTIONS. A message from the parent is a number of requests; when all are answered, the parent hears 'answered'.
import { connect } from 'node:net';

const [, , port, connectionCount] = process.argv;
const HEAD_END = Buffer.from('\r\n\r\n');

let left = 0;
let unanswered = 0;

const sockets = Array.from({ length: Number(connectionCount) }, open);

process.on('message', (count) => {
  left = unanswered = count;
  for (const socket of sockets) request(socket);
});
process.on('disconnect', () => process.exit());

// One connection, with one request at a time. Much less work than node:http does for a client, so
// that it is the server that is waited for.
function open() {
  const socket = connect({ port: Number(port), host: '127.0.0.1', noDelay: true });
  let received = Buffer.alloc(0);
  socket.on('data', (data) => {
    received = received.length > 0 ? Buffer.concat([received, data]) : data;
    if (!isWholeAnswer(received)) return;
    received = Buffer.alloc(0);
    request(socket);
    if (--unanswered === 0) process.send('answered');
  });
  return socket;
}

function request(socket) {
  if (left === 0) return;
  socket.write(`GET /orders/${left % 1000} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  left--;
}

function isWholeAnswer(bytes) {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd < 0) return false;
  const head = bytes.toString('latin1', 0, headEnd);
  if (!head.startsWith('HTTP/1.1 200 ')) throw new Error(`the server answered: ${head}`);
  const bodyBytes = Number(/^content-length: (\d+)/im.exec(head)[1]);
  return bytes.length >= headEnd + HEAD_END.length + bodyBytes;
}
