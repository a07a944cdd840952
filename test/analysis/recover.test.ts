import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recover } from '../../src/analysis/recover/recover.js';
import { verify } from '../../src/analysis/verify/verify.js';
import { encodeBlock } from '../../src/format/block.js';
import { BlockType } from '../../src/format/constants.js';
import { openRecording } from '../../src/format/open.js';
import type { RecordingEnd } from '../../src/model/recording.js';
import { exampleFamily } from '../support/example.js';
import { expectConserved } from '../support/exercise.js';
import { whileFailing } from '../support/failing-disk.js';
import { type GoldenFiles, goldenFiles, smallRecording } from '../support/golden-files.js';
import {
  blockMoves,
  cuts,
  flips,
  largestNumbers,
  type Mutant,
  noise,
  withRightChecksums,
} from '../support/mutations.js';
import { ScratchFiles } from '../support/scratch-files.js';

const GOLDEN = goldenFiles();
const PIECES = smallRecording().pieces();

let scratch: ScratchFiles;

beforeAll(() => {
  scratch = new ScratchFiles();
});

afterAll(() => scratch.cleanup());

function write({ hpm, hpd }: { readonly hpm: Uint8Array; readonly hpd: Uint8Array }): string {
  scratch.write('.hpm', hpm);
  scratch.write('.hpd', hpd);
  return scratch.filebase;
}

/** Recovers the files, looks at the copy, and removes it. */
function recovered<T>(
  files: { readonly hpm: Uint8Array; readonly hpd: Uint8Array },
  look: (filebase: string, recovery: ReturnType<typeof recover>) => T,
): T {
  const copy = `${scratch.filebase}-copy`;
  try {
    return look(copy, recover(write(files), copy));
  } finally {
    for (const suffix of ['.hpm', '.hpd', '.hpc']) rmSync(copy + suffix, { force: true });
  }
}

function read(filebase: string) {
  const { metadata, log, close } = openRecording(filebase);
  try {
    let end: RecordingEnd | undefined;
    for (const item of log.items()) if (item.item === 'end') end = item.end;
    const { traces } = metadata;
    const functions = (trace: number) =>
      traces
        .trace(trace)
        ?.map(({ functionName }) => functionName)
        .join(' > ');
    const events = [...log.events()].map(({ operation, trace, sizeBytes, type }) =>
      [operation, functions(trace), sizeBytes, type].join(' '),
    );
    return { events, end };
  } finally {
    close();
  }
}

describe('what is recovered', () => {
  test('is the same, byte for byte, where nothing is damaged, but for an unfinished end', () => {
    for (const files of Object.values(GOLDEN)) {
      recovered(files, (copy, { members: [member] }) => {
        const { metadata, log } = member!;
        expect(log.damagedBytes + metadata.damagedBytes).toBe(0);
        const wholePart = (file: Buffer, cutBytes: number) =>
          file.subarray(0, file.length - cutBytes).toString('hex');
        expect(readFileSync(`${copy}.hpm`, 'hex')).toBe(wholePart(files.hpm, metadata.cutBytes));
        expect(readFileSync(`${copy}.hpd`, 'hex')).toBe(wholePart(files.hpd, log.cutBytes));
      });
    }
  });

  test('lacks the block that is damaged, and says how many events there are now', () => {
    const [header, ...blocks] = PIECES.hpd;
    const damaged = blocks.map((block, k) => {
      const bytes = Buffer.from(block);
      if (k === 1) bytes[30]! ^= 1;
      return bytes;
    });
    const events = read(write(GOLDEN['version 2'])).events;
    recovered(
      { hpm: GOLDEN['version 2'].hpm, hpd: Buffer.concat([header!, ...damaged]) },
      (copy, { members }) => {
        expect(members[0]!.log).toEqual({
          events: 6,
          lostEvents: 3,
          damagedBytes: blocks[1]!.length,
          cutBytes: 0,
          repairedBlocks: 0,
          // Of the three objects whose allocation is lost, two are freed later.
          freesWithoutAllocation: 2,
        });
        expect(read(copy)).toMatchObject({
          events: events.slice(3),
          end: { events: 6, reason: 'stop' },
        });
      },
    );
  });

  test('has (lost) for strings, frames and traces that are lost, and the same indexes', () => {
    const without = (type: number) => {
      const pieces = PIECES.hpm.map((piece, k) => {
        const bytes = Buffer.from(piece);
        // The first block of the type: others follow it.
        const isFirst = PIECES.hpm.findIndex((other) => other[3] === type) === k;
        if (k > 0 && isFirst) bytes[20]! ^= 1;
        return bytes;
      });
      return { hpm: Buffer.concat(pieces), hpd: GOLDEN['version 2'].hpd };
    };
    const shown = (type: number) =>
      recovered(without(type), (copy, { members: [member] }) => {
        const { lostStrings, lostFrames, lostTraces } = member!.metadata;
        return { lost: [lostStrings, lostFrames, lostTraces], events: read(copy).events };
      });
    expect(read(write(GOLDEN['version 2'])).events[1]).toBe('allocation main > load 4097 ');
    const strings = shown(BlockType.strings);
    expect(strings.lost).toEqual([5, 0, 0]);
    expect(strings.events[0]).toBe('allocation (lost) 16 (lost)');
    expect(strings.events[1]).toBe('allocation (lost) > (lost) 4097 ');
    const frames = shown(BlockType.frames);
    expect(frames.lost).toEqual([0, 2, 0]);
    expect(frames.events[1]).toBe('allocation (lost) > (lost) 4097 ');
    const traces = shown(BlockType.traces);
    expect(traces.lost).toEqual([0, 0, 2]);
    expect(traces.events[1]).toBe('allocation (lost) 4097 ');
    // The second block of traces is whole: its trace 3 is a child of trace 1, which is lost.
    expect(traces.events[4]).toBe('allocation (lost) > parse 24 Node');
  });

  test('has no trace where the last ones are lost', () => {
    const hpm = Buffer.concat(PIECES.hpm.slice(0, -1));
    recovered({ hpm, hpd: GOLDEN['version 2'].hpd }, (copy, { members: [member] }) => {
      expect(member!.log.repairedBlocks).toBe(1);
      expect(read(copy).events[4]).toBe('allocation  24 Node');
    });
  });

  test('keeps blocks that only a later version knows', () => {
    const unknown = Buffer.from(encodeBlock(77, 123, 5, Buffer.from('something new')));
    const hpm = Buffer.concat([...PIECES.hpm, Buffer.from('noise'), unknown]);
    const hpd = Buffer.concat([
      ...PIECES.hpd.slice(0, 2),
      Buffer.from('noise'),
      unknown,
      ...PIECES.hpd.slice(2),
    ]);
    recovered({ hpm, hpd }, (copy) => {
      expect(readFileSync(`${copy}.hpm`).includes(unknown)).toBe(true);
      expect(readFileSync(`${copy}.hpd`).includes(unknown)).toBe(true);
    });
  });

  test('is a family where the recording is one', () => {
    const { filebase, cleanup } = exampleFamily();
    try {
      writeFileSync(`${filebase}.w3.hpm`, '');
      const { members, leftOut } = recover(filebase, `${filebase}-copy`);
      expect(members.map(({ suffix }) => suffix)).toEqual(['', '.p99']);
      expect(leftOut).toMatchObject([{ suffix: '.w3' }]);
      expect(verify(`${filebase}-copy`)).toMatchObject({ isWhole: true, files: { length: 4 } });
    } finally {
      cleanup();
    }
  });
});

describe('nothing is written', () => {
  test('over a file that is there, not even over the recording itself', () => {
    const filebase = write(GOLDEN['version 2']);
    expect(() => recover(filebase, filebase)).toThrow(/scratch\.hpm is there already/);
    expect(readFileSync(`${filebase}.hpm`).equals(GOLDEN['version 2'].hpm)).toBe(true);
    writeFileSync(`${filebase}-copy.hpc`, 'mine');
    expect(() => recover(filebase, `${filebase}-copy`)).toThrow(/copy\.hpc is there already/);
    expect(existsSync(`${filebase}-copy.hpm`)).toBe(false);
    rmSync(`${filebase}-copy.hpc`);
  });

  test('where the facts of the recording are lost', () => {
    const hpm = GOLDEN['version 2'].hpm.subarray(0, 20);
    expect(() =>
      recover(write({ ...GOLDEN['version 2'], hpm }), `${scratch.filebase}-copy`),
    ).toThrow(/before the recording's facts/);
    expect(existsSync(`${scratch.filebase}-copy.hpm`)).toBe(false);
  });

  test('that stays behind when the disk is full', () => {
    const filebase = write(GOLDEN['version 2']);
    const error = whileFailing('writeSync', 'ENOSPC', () => recover(filebase, `${filebase}-copy`));
    expect(error).toMatchObject({ code: 'ERR_HEAPPROF_OUTPUT' });
    expect(existsSync(`${filebase}-copy.hpm`)).toBe(false);
  });
});

describe.each(['version 2', 'version 1'] as const)(
  'whatever happens to the recording of %s',
  (name) => {
    /** A part of the cases of test/format/mutations.test.ts. */
    function* mutantsOf(file: Buffer, seed: number): Generator<Mutant> {
      yield* cuts(file);
      let number = 0;
      for (const mutants of [flips(file), largestNumbers(file), noise(file, 500, seed)]) {
        for (const mutant of mutants) {
          number += 1;
          if (number % 7 === 0) yield mutant;
          if (number % 7 === 3 && name === 'version 2') yield withRightChecksums(mutant);
        }
      }
      if (name === 'version 2') yield* blockMoves(file);
    }

    function tryConserving(mutant: Mutant, files: GoldenFiles): void {
      const filebase = write(files);
      try {
        expectConserved(filebase);
      } catch (error) {
        throw new Error(`${mutant.name}: ${(error as Error).message}`, { cause: error });
      }
    }

    test('in its metadata, the copy is whole, and its digest has what a reader got before', () => {
      const { hpm, hpd } = GOLDEN[name];
      for (const mutant of mutantsOf(hpm, 11)) tryConserving(mutant, { hpm: mutant.bytes, hpd });
    });

    test('in its log, the copy is whole, and its digest has what a reader got before', () => {
      const { hpm, hpd } = GOLDEN[name];
      for (const mutant of mutantsOf(hpd, 12)) tryConserving(mutant, { hpm, hpd: mutant.bytes });
    });
  },
);

test('a recording that is still being written is saved up to what is there', () => {
  const hpd = Buffer.concat(PIECES.hpd.slice(0, -1));
  recovered({ hpm: GOLDEN['version 2'].hpm, hpd }, (_, { members: [member] }) => {
    expect(member!.log).toMatchObject({ events: 9 });
    expect(member!.log).not.toHaveProperty('lostEvents');
  });
});
