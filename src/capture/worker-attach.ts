import type { Session } from 'node:inspector';
import { createRequire } from 'node:module';
import { clearInterval, setInterval, setTimeout } from 'node:timers';
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
 * A worker may be terminated at any moment, also in the middle of the expression. V8 keeps that in mind as an exception to be thrown
 * later, which some of its functions do not expect: the process dies of it. With a time limit the inspector forgets it instead, and it is asked for once more.
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
  let inspector: typeof import('node:inspector');
  let session: Session;
  try {
    inspector = require('node:inspector');
    session = new inspector.Session();
    session.connect();
  } catch (error) {
    debug('worker threads cannot be attached to: %s', (error as Error).message);
    return () => {};
  }
  addon.linkForWorkers();
  // The numbers of threads, by session, that were asked and have not been detached from.
  const asked = new Map<string, number>();
  let isOver = false;
  // While there is a session, V8 keeps what the program prints by console.log(), the last 1,000 times. With a
  // debugger it is the debugger's.
  const discarding = setInterval(() => {
    if (inspector.url() === undefined) session.post('Runtime.discardConsoleEntries');
  }, DISCARD_MS).unref();
  const disconnect = () => {
    clearInterval(discarding);
    session.disconnect();
  };
  session.on('NodeWorker.attachedToWorker', ({ params }) => {
    const { sessionId, workerInfo } = params;
    const [, id, name] = TITLE.exec(workerInfo.title) ?? [];
    if (isOver || id === undefined || name === OWN_WORKER_NAME) return;
    const thread = { threadId: Number(id), threadName: workerName(name) };
    const expression = expressionToRecord(optionsFor(thread), processSettings, thread.threadId);
    const options = { silent: true, returnByValue: true, timeout: TIME_LIMIT_MS };
    asked.set(sessionId, thread.threadId);
    send(session, sessionId, 'Runtime.evaluate', { expression, ...options });
  });
  session.on('NodeWorker.receivedMessageFromWorker', ({ params }) => {
    const { sessionId, message } = params;
    const { id, result, error } = JSON.parse(message) as Reply;
    const threadId = asked.get(sessionId);
    if (id !== EVALUATION || threadId === undefined) return;
    // The expression catches what it throws: only an end of the worker that came meanwhile can have interrupted it.
    if (!error && !result?.exceptionDetails) {
      if (result?.result?.value) debug('a worker is not recorded: %s', result.result.value);
      addon.ifThreadIsThere(threadId, () => {
        session.post('NodeWorker.detach', { sessionId }, () => {});
      });
      return;
    }
    // Most of them end by themselves all the same.
    const terminate = () => {
      if (asked.has(sessionId)) send(session, sessionId, 'Runtime.terminateExecution');
    };
    setTimeout(terminate, ENDING_MS).unref();
  });
  // Node detaches from a worker that has ended.
  session.on('NodeWorker.detachedFromWorker', ({ params: { sessionId } }) => {
    asked.delete(sessionId);
    if (isOver && asked.size === 0) disconnect();
  });
  // Never waiting for a debugger: who waits for the worker would wait forever if the main thread does.
  session.post('NodeWorker.enable', { waitForDebuggerOnStart: false });
  return () => {
    isOver = true;
    if (asked.size === 0) disconnect();
  };
}

/** The id of the evaluation among the messages to a worker. */
const EVALUATION = 1;

/** In which a worker ends that is being terminated, unless we have kept that from it. */
const ENDING_MS = 500;

const DISCARD_MS = 500;

/** So late that it never comes. V8 remembers it for so long. */
const TIME_LIMIT_MS = 3_600_000;

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

function expressionToRecord(
  options: NativeStartOptions,
  processSettings: string,
  threadId: number,
): string {
  const values = [options, processSettings, threadId, PRELOAD_OPTION];
  const json = values.map((value) => JSON.stringify(value));
  return `(${recordHere})(${[...json, recordWorker, leaveChildrenAlone].join(', ')})`;
}

/** Runs in the worker; needs nothing but its arguments. Returns why the worker is not recorded, or undefined. */
function recordHere(
  options: NativeStartOptions,
  processSettings: string,
  threadId: number,
  preloadOption: string,
  record: typeof recordWorker,
  leaveAlone: typeof leaveChildrenAlone,
): string | undefined {
  let addon: NativeAddon | undefined;
  try {
    const { _linkedBinding } = process as unknown as { _linkedBinding(name: string): NativeAddon };
    addon = _linkedBinding('heapprof');
    const leaveThem = () => leaveAlone(process.env, preloadOption);
    return record(addon, options, processSettings, leaveThem)?.message;
  } catch (error) {
    return String(error);
  } finally {
    addon?.endEvaluation(threadId);
  }
}
