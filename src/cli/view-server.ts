import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HeapprofError } from '../base/errors.js';
import type { ReportSections } from '../render/report/report-data.js';
import type { ServedNews } from '../render/report/served-news.js';

/** A stretch of the recording that is asked for, in seconds since its start. */
export interface FinerRequest {
  readonly from: number;
  readonly to: number;
  /** Seconds from snapshot to snapshot. */
  readonly interval: number;
}

/** What a server has to show. */
export interface Viewed {
  /** The page as it is now. */
  html(): Promise<string>;
  /** What is new to a page that has this edition. */
  news(edition: number): Promise<ServedNews>;
  /** The parts of a finer report. The signal says that nobody waits for it any more. */
  finer(request: FinerRequest, signal: AbortSignal): Promise<ReportSections>;
}

/** A server that runs. */
export interface ViewServer {
  /** Where the page is. */
  readonly url: string;
  /** Ends it, and the requests that it is answering. */
  close(): Promise<void>;
}

const HOST = '127.0.0.1';

/** More snapshots than this are not asked for at once. */
const MAX_SNAPSHOTS = 5000;

/** Nothing that is served is kept, framed or guessed at. The page's own policy is in it. */
const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/**
 * Serves a page to the browsers of this machine. Its address has a random part, so that neither other users nor other pages find it,
 * and requests under another host name (of a site that lets its name point to this machine) are refused.
 * @param port 0 for any that is free
 * @throws HeapprofError if the port is not free.
 */
export async function startViewServer(viewed: Viewed, port: number): Promise<ViewServer> {
  const token = randomBytes(16).toString('hex');
  const server = createServer((request, response) => {
    const { port: own } = server.address() as AddressInfo;
    void respond(request, response, viewed, token, own);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new HeapprofError(
          'ERR_HEAPPROF_SERVE',
          `Port ${port} of ${HOST} cannot be used (${cause.message}): choose another with --port, or none.`,
          { cause },
        ),
      ),
    );
    server.listen(port, HOST, resolve);
  });
  const { port: own } = server.address() as AddressInfo;
  return {
    url: `http://${HOST}:${own}/${token}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  viewed: Viewed,
  token: string,
  port: number,
): Promise<void> {
  const say = (status: number, text: string, type = 'text/plain') => {
    response.writeHead(status, { ...HEADERS, 'content-type': `${type}; charset=utf-8` });
    response.end(request.method === 'HEAD' ? undefined : text);
  };
  const { host } = request.headers;
  if (host !== `${HOST}:${port}` && host !== `localhost:${port}`) {
    return say(403, 'This server answers under its own address only.');
  }
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return say(405, 'Only GET is answered.');
  const { pathname, searchParams } = new URL(request.url ?? '/', `http://${HOST}`);
  const [, given = '', name] = pathname.split('/');
  if (!isEqual(given, token)) return say(404, 'There is nothing here.');
  const leaving = new AbortController();
  response.once('close', () => leaving.abort());
  const sayResult = async (type: string, result: () => Promise<string>) => {
    try {
      const text = await result();
      if (!response.closed) say(200, text, type);
    } catch (error) {
      if (!response.closed) say(500, (error as Error).message);
    }
  };
  const sayJson = (result: () => Promise<unknown>) =>
    sayResult('application/json', async () => JSON.stringify(await result()));
  if (name === '') return sayResult('text/html', () => viewed.html());
  if (name === 'news') {
    const edition = Number(searchParams.get('edition') || Number.NaN);
    if (!(edition >= 0)) return say(400, 'The edition must be a number: edition=….');
    return sayJson(() => viewed.news(edition));
  }
  if (name !== 'digest') return say(404, 'There is nothing here.');
  const asked = parseRequest(searchParams);
  if (typeof asked === 'string') return say(400, asked);
  await sayJson(() => viewed.finer(asked, leaving.signal));
}

/** What is asked for, or a sentence that says why there cannot be such a thing. */
function parseRequest(query: URLSearchParams): FinerRequest | string {
  const number = (name: string) => Number(query.get(name) || Number.NaN);
  const [from, to, interval] = [number('from'), number('to'), number('interval')];
  if (!(from >= 0 && to >= from && to < Number.MAX_SAFE_INTEGER / 1e6)) {
    return 'The range must be in seconds from 0 on: from=… and to=….';
  }
  if (!(interval >= 1e-6)) return 'The interval must be a number of seconds: interval=….';
  if ((to - from) / interval > MAX_SNAPSHOTS)
    return `That is more than ${MAX_SNAPSHOTS} snapshots.`;
  return { from, to, interval };
}

function isEqual(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)];
  return a.length === b.length && timingSafeEqual(a, b);
}
