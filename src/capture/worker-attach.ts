import type { Session } from 'node:inspector';
import { createRequire } from 'node:module';
import { debuglog } from 'node:util';
import { OWN_WORKER_NAME } from '../base/own-worker.js';
import type { NativeAddon, NativeStartOptions } from './addon.js';
import { leaveChildrenAlone, PRELOAD_OPTION } from './child-environment.js';
import { recordWorker, type ThreadFacts, workerName } from './worker-thread.js';

const require = createRequire(import.meta.url);
const debug = debuglog('heapprof');

/** How Node entitles a worker for its inspector. */
const TITLE = /^\[worker (\d+)\](?: (.*))?$/;

/**
 * Has all worker threads of the process record themselves, those that run and those to come, and workers of workers. They need
 * not know of us: Node's inspector evaluates an expression in each, at its very start, while it waits or between two steps of what it does.
 * Our own, which a program has that reads a recording, are left out. Where Node has no inspector, or does not allow it, only those workers are recorded that Node required our preload in.
 *
 * The expression finds the addon without Node's module loader, which may not be ready yet, and breaks if it is used too early; and
 * without process.dlopen(), in which the worker may be when the expression comes, and which is no place to call it once more.
 *
 * @param optionsFor what to start a worker's recording with
 * @param processSettings those of {@link recordWorker}
 * @returns stops attaching; recordings go on
 */
export function attachToWorkers(
  addon: NativeAddon,
  optionsFor: (thread: ThreadFacts) => NativeStartOptions,
  processSettings: string,
): () => void {
  let session: Session;
  try {
    const inspector = require('node:inspector') as typeof import('node:inspector');
    session = new inspector.Session();
    session.connect();
  } catch (error) {
    debug('worker threads cannot be attached to: %s', (error as Error).message);
    return () => {};
  }
  addon.linkForWorkers();
  session.on('NodeWorker.attachedToWorker', ({ params }) => {
    const { sessionId, workerInfo } = params;
    const [, id, name] = TITLE.exec(workerInfo.title) ?? [];
    if (id === undefined || name === OWN_WORKER_NAME) return;
    const options = optionsFor({ threadId: Number(id), threadName: workerName(name) });
    const expression = expressionToRecord(options, processSettings);
    send(session, sessionId, 'Runtime.evaluate', { expression, silent: true, returnByValue: true });
  });
  session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => {
    const { sessionId, message } = params;
    const { id, result, error } = JSON.parse(message) as Reply;
    if (id !== EVALUATION) return;
    // The expression catches what it throws: only an end of the worker that came meanwhile can have interrupted it.
    // Having been used up here, it has to come once more for what the worker was doing.
    if (error || result?.exceptionDetails) send(session, sessionId, 'Runtime.terminateExecution');
    else if (result?.result?.value) debug('a worker is not recorded: %s', result.result.value);
    session.post('NodeWorker.detach', { sessionId }, () => {});
  });
  // Never waiting for a debugger: who waits for the worker would wait forever if the main thread does.
  session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
  return () => session.disconnect();
}

/** The id of the evaluation among the messages to a worker. */
const EVALUATION = 1;

/** What a worker answers; as in the inspector's protocol. */
interface Reply {
  readonly id: number;
  readonly error?: object;
  readonly result?: {
    readonly result?: { readonly value?: string };
    readonly exceptionDetails?: object;
  };
}

function send(session: Session, sessionId: string, method: string, params = {}): void {
  const id = method === 'Runtime.evaluate' ? EVALUATION : EVALUATION + 1;
  const message = JSON.stringify({ id, method, params });
  // A worker that has ended meanwhile is an error, and none of ours.
  session.post('NodeWorker.sendMessageToWorker', { sessionId, message }, () => {});
}

function expressionToRecord(options: NativeStartOptions, processSettings: string): string {
  const json = [options, processSettings, PRELOAD_OPTION].map((value) => JSON.stringify(value));
  return `(${recordHere})(${[...json, recordWorker, leaveChildrenAlone].join(', ')})`;
}

/** Runs in the worker; needs nothing but its arguments. Returns why the worker is not recorded, or undefined. */
function recordHere(
  options: NativeStartOptions,
  processSettings: string,
  preloadOption: string,
  record: typeof recordWorker,
  leaveAlone: typeof leaveChildrenAlone,
): string | undefined {
  const begin = () => {
    try {
      const { _linkedBinding } = process as unknown as {
        _linkedBinding(name: string): NativeAddon;
      };
      return record(_linkedBinding('heapprof'), options, processSettings, () =>
        leaveAlone(process.env, preloadOption),
      )?.message;
    } catch (error) {
      return String(error);
    }
  };
  // If a worker is terminated while this runs within Atomics.wait(), V8 fails a check of its own. Then it runs later.
  if (!String(new Error().stack).includes('at Atomics.wait ')) return begin();
  setImmediate(begin).unref();
  return undefined;
}
