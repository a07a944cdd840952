import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FormatError } from '../../src/base/errors.js';
import { FILE_HEADER_BYTES } from '../../src/format/constants.js';
import type { TraceTable } from '../../src/format/log.js';
import { goldenDigest, goldenFiles } from '../support/golden-files.js';
import {
  blockMoves,
  cuts,
  flips,
  largestNumbers,
  type Mutant,
  noise,
  withRightChecksums,
} from '../support/mutations.js';
import {
  type LogContents,
  orFormatError,
  readAllMetadata,
  readAllOfDigest,
  readAllOfLog,
} from '../support/read-everything.js';
import { ScratchFiles } from '../support/scratch-files.js';

// All cases of this file are read through the same two functions that the API and the commands use. What each must
// keep: to end, with what is undamaged or with one FormatError, and never to make more of a file than it has bytes.

const GOLDEN = goldenFiles();
const RECORDINGS = Object.keys(GOLDEN) as (keyof typeof GOLDEN)[];
const NOISE_CASES = 1000;

let scratch: ScratchFiles;
let cases = 0;

beforeAll(() => {
  scratch = new ScratchFiles();
});

afterAll(() => scratch.cleanup());

/** All that can happen to a file, each with the checksums that it leaves wrong, and then with right ones. */
function* mutantsOf(file: Buffer, seed: number): Generator<Mutant> {
  yield* cuts(file);
  for (const mutant of changesOf(file, seed)) {
    yield mutant;
    yield withRightChecksums(mutant);
  }
  yield* blockMoves(file);
}

function* changesOf(file: Buffer, seed: number): Generator<Mutant> {
  yield* flips(file);
  yield* largestNumbers(file);
  yield* noise(file, NOISE_CASES, seed);
}

/** Version 1 has neither checksums nor blocks. */
function* plainMutantsOf(file: Buffer, seed: number): Generator<Mutant> {
  yield* cuts(file);
  yield* changesOf(file, seed);
}

function mutants(name: string, file: Buffer, seed: number): Generator<Mutant> {
  return name === 'version 2' ? mutantsOf(file, seed) : plainMutantsOf(file, seed);
}

/** Says which case it was. */
function named<T>(mutant: Mutant, action: () => T): T {
  cases += 1;
  try {
    return action();
  } catch (error) {
    throw new Error(`${mutant.name}: ${(error as Error).message}`, { cause: error });
  }
}

function readLog(hpd: Uint8Array, traces?: TraceTable): LogContents | FormatError {
  const file = scratch.write('.hpd', hpd);
  return orFormatError(file, () => readAllOfLog(file, traces));
}

describe.each(RECORDINGS)('whatever happens to the recording "%s"', (name) => {
  const { hpm, hpd } = GOLDEN[name];

  test('its metadata are read as far as they are whole, or refused', () => {
    for (const mutant of mutants(name, hpm, 1)) {
      named(mutant, () => {
        const file = scratch.write('.hpm', mutant.bytes);
        orFormatError(file, () => readAllMetadata(file));
      });
    }
  });

  test('its events are read as far as they are whole, or refused', () => {
    const { traces } = readAllMetadata(scratch.write('.hpm', hpm));
    for (const mutant of mutants(name, hpd, 2)) {
      named(mutant, () => readLog(mutant.bytes, traces));
    }
  });
});

test('whatever happens to a digest, it is read, or refused', () => {
  for (const mutant of mutantsOf(goldenDigest(), 3)) {
    named(mutant, () => {
      const file = scratch.write('.hpc', mutant.bytes);
      orFormatError(file, () => readAllOfDigest(file));
    });
  }
});

test('as long as no checksum is repaired, blocks are as they were written, in their order, or missing', () => {
  const file = GOLDEN['version 2'].hpd;
  const whole = (readLog(file) as LogContents).blocks;
  for (const mutant of [...cuts(file), ...changesOf(file, 4)]) {
    named(mutant, () => {
      const read = readLog(mutant.bytes);
      // With another header it is another file.
      if (mutant.offset < FILE_HEADER_BYTES) return;
      const { blocks } = read as LogContents;
      expect(blocks).toEqual(whole.filter((block) => blocks.includes(block)));
    });
  }
});

test('of version 1, the events before the first changed byte are as they were written', () => {
  const file = GOLDEN['version 1'].hpd;
  const eventsOf = (read: LogContents | FormatError) =>
    read instanceof FormatError ? [] : read.events;
  const before = [...cuts(file)].map(({ bytes }) => eventsOf(readLog(bytes)));
  for (const mutant of plainMutantsOf(file, 5)) {
    named(mutant, () => {
      const read = readLog(mutant.bytes);
      // What the first events say tells whether it is a log at all.
      if (mutant.offset < 20 && read instanceof FormatError) return;
      const good = before[mutant.offset]!;
      expect(eventsOf(read).slice(0, good.length)).toEqual(good);
    });
  }
});

test('that was a hundred thousand cases and more', () => {
  expect(cases).toBeGreaterThan(100_000);
});
