import type * as Inspector from 'node:inspector';
import { clearInterval, setInterval, setTimeout } from 'node:timers';
import { debuglog } from 'node:util';
import { OWN_WORKER_NAME } from '../base/own-worker.js';
import type { NativeAddon } from './addon.js';
import { type ThreadFacts, workerName } from './worker-thread.js';

const debug = debuglog('heapprof');

/** How Node entitles a worker for its inspector. */
const TITLE = /^\[worker (\d+)\](?: (.*))?$/;

/** A session of the main thread's inspector, which tells of workers and evaluates an expression in each. */
export interface WorkerSession {
  /** Whether it has told of any, ours included. */
  readonly hasWorkers: boolean;
  /** No more workers; the session ends when nothing is owed to those that there were. */
  close(): void;
}

/**
 * Opens a session. While there is one, V8 keeps what the program prints by console.log(), the last 1,000 times: it is told to forget
 * it, unless there is a debugger, which shows it.
 *
 * A worker may be terminated at any moment, also in the middle of the expression. V8 keeps that in mind as an exception to be thrown
 * later, which some of its functions do not expect: the process dies of it. With a time limit the inspector forgets it instead, and it is asked for once more.
 *
 * @param expressionFor what a worker evaluates; it must come to an end with `addon.endEvaluation()` and throw nothing, and its value is undefined or why the worker is not recorded
 * @returns the session; it has told of the workers that run
 * @throws where Node does not allow it
 */
export function openWorkerSession(
  inspector: typeof Inspector,
  addon: NativeAddon,
  expressionFor: (thread: ThreadFacts) => string,
): WorkerSession {
  const session = new inspector.Session();
  session.connect();
  // The numbers of threads, by session, that were asked and have not been detached from.
  const asked = new Map<string, number>();
  let hasWorkers = false;
  let isOver = false;
  const discarding = setInterval(() => {
    if (inspector.url() === undefined) session.post('Runtime.discardConsoleEntries');
  }, DISCARD_MS).unref();
  const disconnect = () => {
    clearInterval(discarding);
    session.disconnect();
  };
  session.on('NodeWorker.attachedToWorker', ({ params }) => {
    hasWorkers = true;
    const { sessionId, workerInfo } = params;
    const [, id, name] = TITLE.exec(workerInfo.title) ?? [];
    if (isOver || id === undefined || name === OWN_WORKER_NAME) return;
    const thread = { threadId: Number(id), threadName: workerName(name) };
    const options = { silent: true, returnByValue: true, timeout: TIME_LIMIT_MS };
    const expression = expressionFor(thread);
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
  return {
    get hasWorkers() {
      return hasWorkers;
    },
    close() {
      isOver = true;
      if (asked.size === 0) disconnect();
    },
  };
}

/** The id of the evaluation among the messages to a worker. */
const EVALUATION = 1;

/** In which a worker ends that is being terminated, unless we have kept that from it. */
const ENDING_MS = 500;

/** How long V8 may keep what was printed. To have it forgotten takes half a kilobyte, which is recorded too. */
const DISCARD_MS = 500;

/** Of what takes a millisecond. V8 remembers each for so long, some hundreds of bytes. */
const TIME_LIMIT_MS = 300_000;

/** What a worker answers; as in the inspector's protocol. */
interface Reply {
  readonly id: number;
  readonly error?: object;
  readonly result?: {
    readonly result?: { readonly value?: string };
    readonly exceptionDetails?: object;
  };
}

function send(session: Inspector.Session, sessionId: string, method: string, params = {}): void {
  const id = method === 'Runtime.evaluate' ? EVALUATION : EVALUATION + 1;
  const message = JSON.stringify({ id, method, params });
  // A worker that has ended meanwhile is an error, and none of ours.
  session.post('NodeWorker.sendMessageToWorker', { sessionId, message }, () => {});
}
