import { setImmediate } from 'node:timers/promises';
import type { DigestProgress, DigestSteps, GrowingDigest } from './digest.js';

/** Time between two looks at the signal and two calls of `onProgress`: short for a person, long for a computer. */
const PACE_MS = 20;

/** Called now and then while a digest is being made, and when it is done. */
export type OnProgress = (progress: DigestProgress) => void;

/**
 * Makes a digest at once. Where `onProgress` throws, the digest is given up.
 * @returns what the steps return
 */
export function makeDigestSync(
  steps: DigestSteps,
  onProgress?: OnProgress,
): GrowingDigest | undefined {
  const pace = new Pace(steps, onProgress);
  while (pace.run());
  return pace.result;
}

/**
 * Makes a digest and lets the event loop run in between. Where `onProgress` throws, the digest is given up.
 * @param signal ends the digest with the last snapshot that was reached; the promise resolves then too
 * @returns what the steps return; undefined if they were ended early
 */
export async function makeDigest(
  steps: DigestSteps,
  onProgress?: OnProgress,
  signal?: AbortSignal,
): Promise<GrowingDigest | undefined> {
  const pace = new Pace(steps, onProgress);
  while (pace.run()) {
    await setImmediate();
    if (signal?.aborted) pace.stop();
  }
  return pace.result;
}

/** Takes steps for some milliseconds at a time, and reports in between. */
class Pace {
  /** What the steps have returned. */
  result: GrowingDigest | undefined;
  readonly #steps: DigestSteps;
  readonly #onProgress: OnProgress | undefined;
  #progress: DigestProgress | undefined;

  constructor(steps: DigestSteps, onProgress: OnProgress | undefined) {
    this.#steps = steps;
    this.#onProgress = onProgress;
  }

  /** @returns whether there is more to do */
  run(): boolean {
    const end = performance.now() + PACE_MS;
    let done: boolean | undefined;
    do {
      const step = this.#steps.next();
      done = step.done;
      if (step.done) this.result = step.value;
      else this.#progress = step.value;
    } while (!done && performance.now() < end);
    this.#report();
    return !done;
  }

  /** Ends the digest with what it has. */
  stop(): void {
    this.#steps.return(undefined);
  }

  #report(): void {
    if (this.#progress === undefined) return;
    try {
      this.#onProgress?.(this.#progress);
    } catch (error) {
      // Stopping would keep the digest up to here, as if it were wanted; this gives it up, and throws.
      this.#steps.throw(error);
    }
  }
}
