import { formatDuration } from '../base/units.js';

const BAR_WIDTH = 30;

/** More often is not seen, and costs. */
const REDRAW_MS = 100;

/** Work shorter than this has no bar: it would only flicker. */
const QUIET_MS = 300;

/** Clears the line that the cursor is in. */
const CLEAR_LINE = '\r\x1b[2K';

/**
 * A progress bar with the time that is left, on stderr. Silent where that is not a terminal.
 */
export class ProgressBar {
  readonly #label: string;
  readonly #stream: NodeJS.WriteStream;
  readonly #startMs = performance.now();
  #drawnMs = Number.NEGATIVE_INFINITY;
  #isVisible = false;

  /** `label` says what is going on, such as `making the digest`. */
  constructor(label: string, stream: NodeJS.WriteStream = process.stderr) {
    this.#label = label;
    this.#stream = stream;
  }

  /** Shows how much is done: `fraction` is from 0 to 1. */
  update(fraction: number): void {
    if (!this.#stream.isTTY) return;
    const nowMs = performance.now();
    if (nowMs - this.#startMs < QUIET_MS || nowMs - this.#drawnMs < REDRAW_MS) return;
    this.#drawnMs = nowMs;
    this.#isVisible = true;
    this.#stream.write(CLEAR_LINE + progressLine(this.#label, fraction, nowMs - this.#startMs));
  }

  /** Removes the bar. */
  finish(): void {
    if (this.#isVisible) this.#stream.write(CLEAR_LINE);
    this.#isVisible = false;
  }
}

/** Does work under a bar of that label: `work` calls what it gets with the fraction (from 0 to 1) that is done. Returns what `work` does. */
export function withProgress<T>(
  label: string,
  work: (onProgress: (fraction: number) => void) => T,
  stream?: NodeJS.WriteStream,
): T {
  const bar = new ProgressBar(label, stream);
  try {
    return work((fraction) => bar.update(fraction));
  } finally {
    bar.finish();
  }
}

/** A bar as text: `label ━━━━━━────  60 %, 1.20 s left`. */
export function progressLine(label: string, fraction: number, elapsedMs: number): string {
  const done = Math.min(Math.max(fraction, 0), 1);
  const filled = Math.round(done * BAR_WIDTH);
  const bar = '━'.repeat(filled) + '─'.repeat(BAR_WIDTH - filled);
  const percent = String(Math.floor(done * 100)).padStart(3);
  const left = done > 0 ? `, ${formatDuration(((elapsedMs * (1 - done)) / done) * 1000)} left` : '';
  return `${label} ${bar} ${percent} %${left}`;
}
