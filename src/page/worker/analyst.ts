import type { ReportSections } from '../../render/report/report-data.js';
import type { AnalysisName, AnalysisOptions, AnalysisResult } from './analyses.js';
import type { Answer, Request, SourceName } from './messages.js';

/** A request without its number. */
type Wish = Request extends infer R ? (R extends Request ? Omit<R, 'id'> : never) : never;

interface Waiting {
  readonly wish: Wish;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** A question was replaced by a newer one before it was asked. */
export class SupersededError extends Error {}

/** Has analyses run in a worker thread, one after the other, so that the page stays fluid. */
export class Analyst {
  readonly #worker: Worker;
  /** What is asked next, by who asks; each has one question at most. */
  readonly #queue = new Map<unknown, Waiting>();
  #current: Waiting | undefined;
  #number = 0;
  #resting: (() => void)[] = [];

  /** @param script the text of this page's own script, which knows that it runs in a worker */
  constructor(script: string) {
    const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
    this.#worker = new Worker(url);
    this.#worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => this.#take(data));
    this.#worker.addEventListener('error', ({ message }) =>
      this.#take({ id: this.#number, error: message || 'The worker thread cannot be started.' }),
    );
  }

  /** Opens data under a name, in place of what had it. */
  async open(sections: ReportSections, as: SourceName): Promise<void> {
    await this.#enqueue({}, { open: sections, as });
  }

  /**
   * Runs an analysis.
   * @param asker a newer question of the same asker replaces this one if it has not been begun; it is then rejected with a {@link SupersededError}
   * @throws Error with the sentence of the analysis.
   */
  async ask<Name extends AnalysisName>(
    asker: unknown,
    analysis: Name,
    options: AnalysisOptions<Name>,
    of: SourceName = 'report',
    other: SourceName = of,
  ): Promise<AnalysisResult<Name>> {
    const value = await this.#enqueue(asker, { analysis, options, of, with: other });
    return value as AnalysisResult<Name>;
  }

  /** Resolves when everything that was asked is answered. */
  async idle(): Promise<void> {
    if (this.#current !== undefined) {
      await new Promise<void>((resolve) => this.#resting.push(resolve));
    }
  }

  #enqueue(asker: unknown, wish: Wish): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#queue.get(asker)?.reject(new SupersededError());
      this.#queue.set(asker, { wish, resolve, reject });
      this.#next();
    });
  }

  #next(): void {
    if (this.#current !== undefined) return;
    for (const [asker, waiting] of this.#queue) {
      this.#queue.delete(asker);
      this.#current = waiting;
      this.#number += 1;
      this.#worker.postMessage({ id: this.#number, ...waiting.wish });
      return;
    }
    for (const resolve of this.#resting.splice(0)) resolve();
  }

  #take(answer: Answer): void {
    const waiting = this.#current;
    if (waiting === undefined || answer.id !== this.#number) return;
    this.#current = undefined;
    if ('error' in answer) waiting.reject(new Error(answer.error));
    else waiting.resolve(answer.value);
    this.#next();
  }
}
