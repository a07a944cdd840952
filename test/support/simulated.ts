import { type RecordingBuilder, type RecordingOptions, recording } from './recording.js';

/** Numbers from 0 to below 1, always the same for one seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Objects of one line of a {@link simulate simulated} program. */
export interface SimulatedLine {
  readonly trace: string;
  readonly sizeBytes: number;
  /** How many a second are logged. */
  readonly perSecond: number;
  /** How long one is used, seconds; it is freed by the first full collection after that. */
  lifetime(random: () => number, bornSeconds: number): number;
}

export interface Simulation {
  readonly seconds: number;
  /** From one full collection to the next. */
  readonly collectEverySeconds: number;
  readonly seed: number;
  readonly sampling?: RecordingOptions['sampling'];
}

/** How long things of this mean live if they die at any time with the same chance. */
export const exponential = (mean: number) => (random: () => number) =>
  -mean * Math.log(1 - random());

/** The log of a program whose objects come at random times, and are freed by full garbage collections at regular ones. */
export function simulate(lines: readonly SimulatedLine[], options: Simulation): RecordingBuilder {
  const { seconds, collectEverySeconds, seed, sampling } = options;
  const random = randomNumbers(seed);
  const events: { micros: number; order: number; write(builder: RecordingBuilder): void }[] = [];
  for (const { trace, sizeBytes, perSecond, lifetime } of lines) {
    let born = 0;
    for (;;) {
      born += exponential(1 / perSecond)(random);
      if (born > seconds) break;
      const bornMicros = Math.round(born * 1e6);
      const collection = Math.ceil((born + lifetime(random, born)) / collectEverySeconds);
      events.push({
        micros: bornMicros,
        order: 0,
        write: (builder) => builder.alloc(trace, sizeBytes),
      });
      if (collection * collectEverySeconds > seconds) continue;
      const micros = Math.round(collection * collectEverySeconds * 1e6);
      const survived = collection - 1 - Math.floor(born / collectEverySeconds);
      const age = micros - bornMicros;
      events.push({
        micros,
        order: 1,
        write: (builder) => builder.free(trace, sizeBytes, { age, survived }),
      });
    }
  }
  for (let n = 1; n * collectEverySeconds <= seconds; n++) {
    const micros = Math.round(n * collectEverySeconds * 1e6);
    events.push({ micros, order: 2, write: (builder) => builder.heap({ gcKind: 4 }) });
  }
  events.sort((a, b) => a.micros - b.micros || a.order - b.order);
  const builder = recording(sampling && { sampling });
  let written = 0;
  for (const { micros, write } of events) {
    write(builder.at(micros));
    // As many as a writer puts into a block at most.
    if (++written % 20_000 === 0) builder.flush();
  }
  return builder.at(seconds * 1e6).stop();
}
