import { setImmediate } from 'node:timers/promises';
import type { Family } from '../format/family.js';
import { type DigestOptions, type DigestProgress, digestSteps } from './digest.js';

/** Time between two looks at the signal and two calls of `onProgress`: short for a person, long for a computer. */
const PACE_MS = 20;

/** Called now and then while a digest is being made, and when it is done. */
export type OnProgress = (progress: DigestProgress) => void;

/**
 * Makes a digest at once; see {@link digestSteps}. Where `onProgress` throws, the digest is given up.
 * @param path the digest's file
 */
export function makeDigestSync(
  family: Family,
  path: string,
  options: DigestOptions,
  onProgress?: OnProgress,
): void {
  const pace = new Pace(digestSteps(family, path, options), onProgress);
  while (pace.run());
}

/**
 * Makes a digest and lets the event loop run in between; see {@link digestSteps}. Where `onProgress`
 * throws, the digest is given up.
 * @param path the digest's file
 * @param signal ends the digest with the last snapshot that was reached; the promise resolves then too
 */
export async function makeDigest(
  family: Family,
  path: string,
  options: DigestOptions,
  onProgress?: OnProgress,
  signal?: AbortSignal,
): Promise<void> {
  const pace = new Pace(digestSteps(family, path, options), onProgress);
  while (pace.run()) {
    await setImmediate();
    if (signal?.aborted) pace.stop();
  }
}

/** Takes steps for some milliseconds at a time, and reports in between. */
class Pace {
  readonly #steps: Generator<DigestProgress, void, void>;
  readonly #onProgress: OnProgress | undefined;
  #progress: DigestProgress | undefined;

  constructor(steps: Generator<DigestProgress, void, void>, onProgress: OnProgress | undefined) {
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
      if (!step.done) this.#progress = step.value;
    } while (!done && performance.now() < end);
    this.#report();
    return !done;
  }

  /** Ends the digest with what it has. */
  stop(): void {
    this.#steps.return();
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
