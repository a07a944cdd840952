import { readFileSync, rmSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import type { ChunkCrew } from '../../src/digest/chunk-crew.js';
import { type DigestOptions, digestSteps } from '../../src/digest/digest.js';
import { openFamily } from '../../src/format/family.js';
import type { Sampling } from '../../src/model/sampling.js';
import { chunksHere } from '../support/chunks.js';
import { samplings, steps, writeSteps } from '../support/random-log.js';
import {
  type RecordingBuilder,
  recording,
  type WrittenRecording,
  writeFiles,
} from '../support/recording.js';

const SECOND = 1_000_000;
// Weights that are no whole numbers.
const UNEVEN: Sampling = { by: 'interval', intervalBytes: 1000 / 3 };

function written(files: WrittenRecording): string {
  onTestFinished(files.cleanup);
  return files.filebase;
}

/** The bytes of a digest, and in how many steps it was made. */
function digestOf(
  filebase: string,
  options: DigestOptions,
  startChunks: Parameters<typeof digestSteps>[3],
): { readonly bytes: string; readonly stepCount: number } {
  const path = `${filebase}.hpc`;
  const stepCount = [...digestSteps(openFamily(filebase), path, options, startChunks)].length;
  const bytes = readFileSync(path).toString('hex');
  rmSync(path);
  return { bytes, stepCount };
}

const alone = () => undefined;

/** Objects of all kinds in many blocks, of which some die, and a heap record now and then. */
function busyLog(): RecordingBuilder {
  const builder = recording({ sampling: UNEVEN });
  for (let k = 0; k < 3000; k++) {
    const trace = `main > t${(k * k) % 97}`;
    const options = { kind: k % 5 === 0 ? 'arrayBuffer' : 'heap', type: `T${k % 3}` } as const;
    builder.alloc(trace, 10 + (k % 13), { at: k * 1000, ...options });
    if (k % 3 === 0) builder.free(trace, 10 + (k % 13), options);
    if (k % 40 === 0) builder.heap({ gcKind: 1, pauseMicros: k, earlierArrayBufferBytes: 5 });
    if (k % 10 === 0) builder.flush();
  }
  return builder.stop();
}

// One array by itself is mostly short.
const longLogs = fc
  .array(steps(100, 40), { minLength: 10, maxLength: 10 })
  .map((all) => all.flat());

test('a digest has the same bytes whichever parts of the log are counted by themselves', () => {
  const uneven = fc.oneof(samplings, fc.constant(UNEVEN));
  let used = 0;
  fc.assert(
    fc.property(
      uneven,
      longLogs,
      fc.constantFrom(7, 100, 1000, 1e6),
      fc.integer({ min: 24, max: 300 }),
      fc.nat(3),
      fc.option(fc.record({ at: fc.nat(), bits: fc.integer({ min: 1, max: 255 }) })),
      (sampling, steps, timeIntervalMicros, chunkBytes, every, damage) => {
        const builder = recording({ sampling });
        writeSteps(builder, steps, sampling);
        const { hpm, hpd } = builder.files();
        const log = Buffer.from(hpd);
        // Not in the header: that is another file then.
        if (damage && log.length > 16) log[16 + (damage.at % (log.length - 16))]! ^= damage.bits;
        const { filebase, cleanup } = writeFiles({ hpm, hpd: log });
        try {
          const options = { timeIntervalMicros, precision: 0.1 };
          const whole = digestOf(filebase, options, alone);
          const chosen = (number: number) => number % (every + 1) === 0;
          const chunks = chunksHere(chunkBytes, chosen, () => used++);
          expect(digestOf(filebase, options, chunks).bytes).toBe(whole.bytes);
        } finally {
          cleanup();
        }
      },
    ),
    { numRuns: 300 },
  );
  expect(used).toBeGreaterThan(300);
});

test('blocks that are swapped, repeated or lost do not tell the parts of a log apart', () => {
  let used = 0;
  fc.assert(
    fc.property(
      longLogs,
      fc.integer({ min: 24, max: 300 }),
      fc.array(fc.record({ from: fc.nat(), to: fc.nat() }), { maxLength: 3 }),
      (steps, chunkBytes, moves) => {
        const builder = recording({ sampling: UNEVEN });
        writeSteps(builder, steps, UNEVEN);
        const { hpm, hpd } = builder.pieces();
        const [header, ...blocks] = hpd;
        for (const { from, to } of blocks.length === 0 ? [] : moves) {
          const copied = blocks[from % blocks.length]!;
          blocks[to % blocks.length] = copied;
        }
        const { filebase, cleanup } = writeFiles({
          hpm: Buffer.concat(hpm),
          hpd: Buffer.concat([header!, ...blocks]),
        });
        try {
          const options = { timeIntervalMicros: 1000, precision: 0.1 };
          const chunks = chunksHere(
            chunkBytes,
            (number) => number % 2 === 1,
            () => used++,
          );
          const whole = digestOf(filebase, options, alone);
          expect(digestOf(filebase, options, chunks).bytes).toBe(whole.bytes);
        } finally {
          cleanup();
        }
      },
    ),
    { numRuns: 200 },
  );
  expect(used).toBeGreaterThan(100);
});

test('a digest has the same bytes whatever the borders of blocks', () => {
  fc.assert(
    fc.property(
      steps(100, 80),
      fc.constantFrom(50, 1000, 1e6),
      fc.infiniteStream(fc.boolean()),
      (steps, timeIntervalMicros, isBorder) => {
        const digest = (some: typeof steps) => {
          const builder = recording({ sampling: UNEVEN });
          writeSteps(builder, some, UNEVEN);
          const { filebase, cleanup } = builder.write();
          const { bytes } = digestOf(filebase, { timeIntervalMicros, precision: 0.1 }, alone);
          cleanup();
          // The first block has the size of the log, which blocks add to.
          return bytes.slice(bytes.indexOf(SNAPSHOT_BLOCK));
        };
        const joined = steps.map((step) =>
          step.do === 'flush' ? { ...step, do: 'mark' as const } : step,
        );
        const border = { do: 'flush', afterMicros: 0, pick: 0 } as const;
        const cut = joined.flatMap((step) => (isBorder.next().value ? [step, border] : [step]));
        expect(digest(cut)).toBe(digest(joined));
      },
    ),
    { numRuns: 100 },
  );
});

/** Sync bytes and type, in hexadecimal digits. */
const SNAPSHOT_BLOCK = '68706221';

test.each([1, 2, 3])(
  '%i worker threads help to make a digest with the same bytes',
  async (workers) => {
    const filebase = written(busyLog().write());
    // Worker threads run what is built.
    const built = new URL('../../dist/digest/chunk-crew.js', import.meta.url).href;
    const { ChunkCrew: Crew } = (await import(built)) as { ChunkCrew: typeof ChunkCrew };
    const options = { timeIntervalMicros: SECOND / 10, precision: 0.02 };
    const whole = digestOf(filebase, options, alone);
    // Where a thread is slow to start it does not help; it then has longer.
    for (let pauseMs = 100; ; pauseMs *= 2) {
      const path = `${filebase}-shared.hpc`;
      const making = digestSteps(openFamily(filebase), path, options, (log) => {
        return new Crew(log, { workers, chunkBytes: 2000 });
      });
      let stepCount = 0;
      for (const _ of making) if (stepCount++ === 0) await setTimeout(pauseMs);
      expect(readFileSync(path).toString('hex')).toBe(whole.bytes);
      if (stepCount < whole.stepCount) break;
    }
  },
);

test('worker threads that cannot read the log leave it to the main thread', () => {
  const filebase = written(busyLog().write());
  const options = { timeIntervalMicros: SECOND, precision: 0.02 };
  const nothing = { chunkBytes: 2000, reach: () => undefined, giveBack: () => {}, close: () => {} };
  const whole = digestOf(filebase, options, alone);
  expect(digestOf(filebase, options, () => nothing).bytes).toBe(whole.bytes);
});
