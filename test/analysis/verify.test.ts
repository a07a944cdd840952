import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { FileCheck } from '../../src/analysis/verify/file-check.js';
import { verify } from '../../src/analysis/verify/verify.js';
import { FormatError } from '../../src/base/errors.js';
import { totalsByKind } from '../../src/digest/totals.js';
import { encodeBlock } from '../../src/format/block.js';
import { ByteWriter } from '../../src/format/byte-writer.js';
import { BlockType, FILE_HEADER_BYTES } from '../../src/format/constants.js';
import { encodeEvents, type SiteEvent } from '../../src/format/event-block.js';
import { DigestWriter } from '../../src/format/hpc-writer.js';
import { UsageColumns } from '../../src/format/usage-columns.js';
import { ProfileReader } from '../../src/reader/profile-reader.js';
import { asOfEarlier } from '../support/digest.js';
import { exampleFamily } from '../support/example.js';
import { goldenDigest, goldenFiles, smallRecording } from '../support/golden-files.js';
import {
  blockMoves,
  cuts,
  flips,
  largestNumbers,
  type Mutant,
  piecesOf,
  withRightChecksums,
} from '../support/mutations.js';
import {
  orFormatError,
  readAllMetadata,
  readAllOfDigest,
  readAllOfLog,
} from '../support/read-everything.js';
import { recording } from '../support/recording.js';
import { ScratchFiles } from '../support/scratch-files.js';

const GOLDEN = goldenFiles();
const { hpm, hpd } = GOLDEN['version 2'];
const PIECES = smallRecording().pieces();
const DIGEST = goldenDigest();

let scratch: ScratchFiles;

beforeAll(() => {
  scratch = new ScratchFiles();
});

afterEach(() => {
  for (const suffix of ['.hpm', '.hpd', '.hpc']) scratch.remove(suffix);
});

afterAll(() => scratch.cleanup());

interface Files {
  readonly hpm?: Uint8Array;
  readonly hpd?: Uint8Array;
  readonly hpc?: Uint8Array;
}

/** Writes files, those of the small recording where none are given, and checks them all. */
function check(files: Files): { isWhole: boolean; hpm: FileCheck; hpd: FileCheck; hpc: FileCheck } {
  scratch.write('.hpm', files.hpm ?? hpm);
  scratch.write('.hpd', files.hpd ?? hpd);
  if (files.hpc) scratch.write('.hpc', files.hpc);
  const verification = verify(scratch.filebase);
  const [first, second, third] = verification.files;
  return { isWhole: verification.isWhole, hpm: first!, hpd: second!, hpc: third! };
}

/** Blocks in place of the log's own, under a header that is right. */
function logOf(...blocks: readonly Uint8Array[]): Buffer {
  return Buffer.concat([PIECES.hpd[0]!, ...blocks]);
}

function block(type: number, firstTime: number, count: number, fill: (out: ByteWriter) => void) {
  const payload = new ByteWriter();
  fill(payload);
  return encodeBlock(type, firstTime, count, payload.bytes());
}

describe('whole files', () => {
  test('are whole, with what they hold', () => {
    const { isWhole, ...files } = check({ hpc: DIGEST });
    expect(isWhole).toBe(true);
    expect(files.hpm).toMatchObject({
      sizeBytes: hpm.length,
      counts: { blocks: 7, strings: 8, frames: 3, traces: 3 },
      cutBytes: 0,
    });
    expect(files.hpd.counts).toEqual({
      blocks: 6,
      events: 9,
      heapRecords: 1,
      marks: 1,
      freesWithoutAllocation: 0,
    });
    // Live and allocated rows at 0, 12, 24 and 31 ms: 1 + 1, 3 + 2, 3 + 1, 3 + 1.
    expect(files.hpc.counts).toEqual({ blocks: 6, snapshots: 4, rows: 15 });
    for (const { damage, contradictions, notes } of Object.values(files)) {
      expect([...damage, ...contradictions, ...notes]).toEqual([]);
    }
  });

  test('of version 1 are whole too', () => {
    const { isWhole, ...files } = check(GOLDEN['version 1']);
    expect(isWhole).toBe(true);
    expect(files.hpm.counts).toEqual({ traces: 3 });
    expect(files.hpd.counts).toEqual({ events: 6, freesWithoutAllocation: 0 });
  });

  test('are those of a log that is cut anywhere', () => {
    for (const { bytes, offset } of cuts(hpd)) {
      if (offset < FILE_HEADER_BYTES) continue;
      const { isWhole, hpd } = check({ hpd: bytes });
      const whole = piecesOf(bytes).reduce((sum, piece) => {
        return PIECES.hpd.some((known) => known.length === piece.length && piece.equals(known))
          ? sum + piece.length
          : sum;
      }, 0);
      expect({ offset, isWhole, cutBytes: hpd.cutBytes }).toEqual({
        offset,
        isWhole: true,
        cutBytes: offset - whole,
      });
    }
  });

  test('may be checked one by one', () => {
    check({ hpc: DIGEST });
    for (const suffix of ['.hpm', '.hpd', '.hpc']) {
      const file = scratch.filebase + suffix;
      expect(verify(file)).toMatchObject({ isWhole: true, files: [{ file, notes: [] }] });
    }
  });

  test('of a family are checked with all its members', () => {
    const { filebase, cleanup } = exampleFamily();
    try {
      using reader = new ProfileReader(filebase);
      reader.makeDigestSync({ timeInterval: 1, precision: 0 });
      const { isWhole, files } = verify(filebase);
      expect(isWhole).toBe(true);
      expect(files.map(({ file }) => file.slice(filebase.length))).toEqual([
        '.hpm',
        '.hpd',
        '.w3.hpm',
        '.w3.hpd',
        '.p99.hpm',
        '.p99.hpd',
        '.hpc',
      ]);
      writeFileSync(`${filebase}.w3.hpm`, 'x');
      const damaged = verify(filebase);
      expect(damaged.isWhole).toBe(false);
      expect(
        damaged.files.flatMap(({ file, damage }) => (damage.length > 0 ? [file] : [])),
      ).toEqual([`${filebase}.w3.hpm`]);
    } finally {
      cleanup();
    }
  });
});

describe('damage', () => {
  test('is told with its place and its reason', () => {
    const damaged = Buffer.from(hpd);
    const offset = FILE_HEADER_BYTES + PIECES.hpd[1]!.length;
    damaged[offset + 30]! ^= 1;
    const { hpd: log } = check({ hpd: damaged });
    // That there are not as many events as the end says is no news.
    expect(log.contradictions).toEqual([]);
    expect(log.damage).toEqual([
      {
        file: `${scratch.filebase}.hpd`,
        offset,
        bytes: PIECES.hpd[2]!.length,
        reason: 'The checksum of a block is wrong.',
      },
    ]);
  });

  test('tells of frees whose allocation is lost', () => {
    const damaged = Buffer.concat(PIECES.hpd.toSpliced(2, 1));
    const { isWhole, hpd } = check({ hpd: damaged });
    expect(isWhole).toBe(false);
    expect(hpd.counts).toMatchObject({ events: 6, freesWithoutAllocation: 2 });
    expect(hpd.contradictions).toMatchObject([
      { reason: 'The log has 6 events, but had 9 when it ended.' },
    ]);
  });

  test('counts every such free, unless another object like that one is live', () => {
    const main = 'main:a.js:1';
    const builder = recording()
      .alloc(main, 16, { times: 2 })
      .flush()
      .free(main, 16, { times: 2, at: 5 })
      .alloc(main, 16, { at: 6 })
      .free(main, 16, { at: 7 })
      .free(main, 24, { at: 8 })
      .flush()
      .free(main, 16, { at: 9 });
    const { hpm } = builder.files();
    const withoutFirst = Buffer.concat(builder.pieces().hpd.toSpliced(1, 1));
    expect(check({ hpm, hpd: withoutFirst }).hpd.counts).toMatchObject({
      freesWithoutAllocation: 4,
    });
    expect(check(builder.files()).hpd.counts).toMatchObject({ freesWithoutAllocation: 2 });
  });

  test.each([
    ['an empty .hpm', { hpm: Buffer.alloc(0) }, 'hpm', /the file is empty at byte 0/],
    ['an .hpm without facts', { hpm: hpm.subarray(0, 20) }, 'hpm', /before the recording's facts/],
    ['a log in place of the .hpm', { hpm: hpd }, 'hpm', /is that of the events of a recording/],
    ['text in place of the log', { hpd: Buffer.from('{"a": 1}') }, 'hpd', /no event of a log/],
    ['a cut digest', { hpc: DIGEST.subarray(0, -30) }, 'hpc', /cut or damaged/],
  ] as const)('is %s', (_, files: Files, name, reason) => {
    const result = check(files);
    expect(result.isWhole).toBe(false);
    expect(result[name].damage).toMatchObject([{ reason: expect.stringMatching(reason) }]);
  });

  test('is a file that is missing', () => {
    check({});
    scratch.remove('.hpd');
    const { isWhole, files } = verify(scratch.filebase);
    expect(isWhole).toBe(false);
    expect(files[1]).toMatchObject({
      damage: [{ reason: expect.stringMatching(/does not exist/) }],
    });
    expect(() => verify(`${scratch.filebase}-none`)).toThrow(/There is no recording/);
  });

  test('is a log of another recording', () => {
    const other = Buffer.from(hpd);
    other[8]! ^= 1;
    expect(check({ hpd: other }).hpd.damage).toMatchObject([
      { offset: 0, bytes: hpd.length, reason: expect.stringMatching(/another recording/) },
    ]);
  });
});

describe('a contradiction', () => {
  const site = { trace: 1, sizeBytes: 16, type: 0, kind: 'heap' } as const;
  const events = (list: readonly SiteEvent[]) =>
    block(BlockType.events, list[0]!.timeMicros, list.length, (out) => encodeEvents(out, list));
  const allocation: SiteEvent = { timeMicros: 5, operation: 'allocation', site };
  const free: SiteEvent = { timeMicros: 9, operation: 'free', site };
  const end = (timeMicros: number, count: number) =>
    block(BlockType.end, timeMicros, 1, (out) =>
      out.string(JSON.stringify({ reason: 'stop', events: count, unresolvedEvents: 0 })),
    );

  /** The payload of `[allocation, free]` with another end, which has the times 0 and 4, an age and a number of collections. */
  const withColumns = (...columns: readonly number[]) => {
    const whole = events([allocation, free]);
    const payload = Buffer.concat([whole.subarray(24, -4), Buffer.from(columns)]);
    return encodeBlock(BlockType.events, 5, 2, payload);
  };

  test.each([
    [
      'a trace that is not there',
      events([{ ...allocation, site: { ...site, trace: 4 } }]),
      /1 of its 1 sites have traces/,
    ],
    [
      'a type that is not there',
      events([{ ...allocation, site: { ...site, type: 10 } }]),
      /1 of its 1 sites have types/,
    ],
    ['times that end early', withColumns(0, 3, 0, 0), /its last event is not at its last time/],
    ['times that begin late', withColumns(1, 3, 0, 0), /its first event is not at its first time/],
    [
      'a late free that there is not',
      withColumns(0, 4, 0, 0, 1, 1),
      /a late free is none of its frees/,
    ],
    ['a late free twice', withColumns(0, 4, 0, 0, 2, 0, 0), /a late free is none of its frees/],
    ['a time without an end', withColumns(0, 0x84, 0x80, 0x80), /a column does not decode/],
  ])('is %s', (_, written, reason) => {
    const { isWhole, hpd } = check({ hpd: logOf(written) });
    expect(isWhole).toBe(false);
    expect(hpd.contradictions).toEqual([
      {
        file: `${scratch.filebase}.hpd`,
        offset: 16,
        bytes: written.length,
        reason: expect.stringMatching(reason),
      },
    ]);
    expect(check({ hpd: logOf(withColumns(0, 4, 0, 0)) }).isWhole).toBe(true);
  });

  test.each([
    [
      'another number of events than the end says',
      [events([allocation]), end(9, 2)],
      /has 1 events, but had 2/,
    ],
    ['an end before the last event', [events([allocation]), end(4, 1)], /is before the last thing/],
    ['a block after the end', [end(9, 1), events([allocation])], /after the end/],
  ])('is %s', (_, blocks, reason) => {
    const { hpd } = check({ hpd: logOf(...blocks) });
    expect(hpd.contradictions).toMatchObject([{ reason: expect.stringMatching(reason) }]);
  });

  test.each([
    ['strings after the frames that use them', [1, 3, 2, 4], /2 of its 2 frames refer to strings/],
    [
      'frames after the traces that use them',
      [1, 2, 4, 3],
      /2 of its 2 traces refer to frames or traces/,
    ],
    ['indexes that are given twice', [1, 2, 2, 3, 4], /Some of its strings have indexes/],
    ['facts that stand twice', [1, 1, 2, 3, 4], /facts of the recording stand twice/],
  ])('is in metadata: %s', (_, order, reason) => {
    const pieces = [0, ...order, 5, 6, 7].map((piece) => PIECES.hpm[piece]!);
    const { hpm } = check({ hpm: Buffer.concat(pieces) });
    expect(hpm.contradictions).toMatchObject([{ reason: expect.stringMatching(reason) }]);
    expect(hpm.damage).toEqual([]);
  });

  test('is in version 1 a trace that is not there', () => {
    const { hpm, hpd } = GOLDEN['version 1'];
    // The last of the three traces.
    const { hpd: log } = check({ hpm: hpm.subarray(0, -1), hpd });
    expect(log.contradictions).toEqual([
      {
        file: `${scratch.filebase}.hpd`,
        offset: 0,
        bytes: hpd.length,
        reason: '2 of 6 events have traces that the metadata lack.',
      },
    ]);
  });
});

describe('a digest', () => {
  /** The digest with a byte of a block changed: `at` counts from the block's payload. */
  function changed(piece: number, at: number, value: number): Buffer {
    const pieces = piecesOf(DIGEST);
    const bytes = Buffer.from(pieces[piece]!);
    bytes[24 + at] = value;
    const whole = Buffer.concat(pieces.with(piece, bytes));
    return withRightChecksums({ name: '', offset: 0, bytes: whole }).bytes;
  }

  test('of another state of the log is no damage, but noted', () => {
    const { isWhole, hpc } = check({
      hpd: Buffer.concat(PIECES.hpd.slice(0, -1)),
      hpc: DIGEST,
    });
    expect(isWhole).toBe(true);
    expect(hpc.notes).toEqual([expect.stringMatching(/not of the recording as that is now/)]);
  });

  test('of the original heapprof is no damage, but not checked', () => {
    const original = new URL('../data/heapprof-v1/mixed.hpc', import.meta.url);
    const { isWhole, hpc } = check({ hpc: readFileSync(original) });
    expect(isWhole).toBe(true);
    expect(hpc.notes).toEqual([expect.stringMatching(/original heapprof/)]);
  });

  test('of an earlier heapprof is no damage, but not checked', () => {
    const { isWhole, hpc } = check({ hpc: asOfEarlier(DIGEST) });
    expect(isWhole).toBe(true);
    expect(hpc.notes).toEqual([
      'A digest of an earlier heapprof is not read, so it was not checked.',
    ]);
  });

  test('contradicts itself where rows do not add up, or refer to what is not there', () => {
    // Snapshot 0, piece 2: a row of trace 1, type << 1 | kind, 16 bytes, 1 object, errors 0 and 0.
    expect([...piecesOf(DIGEST)[2]!.subarray(24, 30)]).toEqual([1, 6, 16, 1, 0, 0]);
    const { hpc: bytes } = check({ hpc: changed(2, 2, 17) });
    expect(bytes.contradictions).toMatchObject([
      { reason: 'Snapshot 0: its rows do not add up to the totals of the index.' },
    ]);
    const { hpc: trace } = check({ hpc: changed(2, 0, 77) });
    expect(trace.contradictions).toMatchObject([
      { reason: 'Snapshot 0: 1 of its rows have traces or types that the metadata lack.' },
    ]);
  });

  /** A digest of the small recording, with a row of one object of 16 bytes for each of the pairs of trace and type << 1 | kind. */
  function digestWith(
    times: readonly number[],
    elapsedMicros: number,
    rows: readonly (readonly [trace: number, typeKind: number])[],
  ): Buffer {
    const live = new UsageColumns();
    for (const [trace, typeKind] of rows) live.push(trace, typeKind, 16, 1, 0, 0);
    const totals = (columns: UsageColumns) => totalsByKind(columns);
    const writer = new DigestWriter(`${scratch.filebase}.made`, '00000000c0ffee00', {
      timeIntervalMicros: 10,
      precision: 0,
      sourceVersion: 2,
      sourceBytes: hpd.length,
    });
    times.forEach((timeMicros, index) => {
      const none = new UsageColumns();
      const sums = { live: totals(live), allocated: totals(none) };
      const collections = { collections: 0, gcPauseMicros: 0 };
      writer.writeSnapshot({ index, timeMicros, ...sums, ...collections }, live, none);
    });
    writer.finish({ complete: true, damagedBytes: 0, elapsedMicros });
    return readFileSync(`${scratch.filebase}.made`);
  }

  test.each([
    ['at another time than its interval gives', [0, 9, 20], 20, /Snapshot 1 is not at its time/],
    ['later than the last one may be', [0, 10, 21], 21, /Snapshot 2 is not at its time/],
    ['at another time than the end', [0, 10, 13], 14, /at which the digest says that it ends/],
  ])('contradicts itself with a snapshot %s', (_, times, elapsedMicros, reason) => {
    expect(check({ hpc: digestWith([0, 10, 13], 13, []) }).isWhole).toBe(true);
    const { hpc } = check({ hpc: digestWith(times, elapsedMicros, []) });
    expect(hpc.contradictions).toMatchObject([{ reason: expect.stringMatching(reason) }]);
  });

  test('contradicts itself where rows are not in their order', () => {
    const inOrder: [number, number][] = [
      [0, 1],
      [1, 0],
      [1, 2],
    ];
    expect(check({ hpc: digestWith([0], 0, inOrder) }).isWhole).toBe(true);
    for (const rows of [
      [inOrder[2]!, inOrder[1]!],
      [inOrder[1]!, inOrder[1]!],
    ]) {
      const { hpc } = check({ hpc: digestWith([0], 0, rows) });
      expect(hpc.contradictions).toMatchObject([
        { reason: 'Snapshot 0: its rows are not in their order.' },
      ]);
    }
  });

  test('contradicts itself with a snapshot that the index does not have', () => {
    const pieces = piecesOf(DIGEST);
    const end = pieces.length - 2;
    const trailer = Buffer.alloc(8);
    trailer.writeUInt32LE(Buffer.concat([...pieces.slice(0, end), pieces[2]!]).length);
    const hpc = Buffer.concat([...pieces.slice(0, end), pieces[2]!, pieces[end]!, trailer]);
    expect(check({ hpc }).hpc.contradictions).toMatchObject([
      { reason: 'The index does not have this snapshot.' },
    ]);
  });

  test('is damaged where a snapshot is', () => {
    const damaged = Buffer.from(DIGEST);
    const offset = Buffer.concat(piecesOf(DIGEST).slice(0, 3)).length;
    damaged[offset + 25]! ^= 1;
    const { hpc } = check({ hpc: damaged });
    expect(hpc.damage).toMatchObject([{ offset, reason: 'The checksum of a block is wrong.' }]);
    expect(hpc.contradictions).toEqual([]);
  });
});

describe('whatever happens to a file, verify tells what readers notice:', () => {
  function* mutantsOf(file: Buffer): Generator<Mutant> {
    yield* cuts(file);
    yield* blockMoves(file);
    for (const mutants of [flips(file), largestNumbers(file)]) {
      let number = 0;
      for (const mutant of mutants) {
        number += 1;
        if (number % 5 === 0) yield mutant;
        if (number % 5 === 2) yield withRightChecksums(mutant);
      }
    }
  }

  test.each([
    ['.hpm', hpm, readAllMetadata],
    ['.hpd', hpd, readAllOfLog],
  ] as const)('%s', (suffix, original, readAll) => {
    check({});
    for (const { name, bytes } of mutantsOf(original)) {
      const file = scratch.write(suffix, bytes);
      const read = orFormatError(file, () => readAll(file));
      const { isWhole, files } = verify(file);
      const { damage, cutBytes, contradictions } = files[0]!;
      const isOfAnother = damage[0]?.reason.startsWith('It is of another') ?? false;
      if (read instanceof FormatError || isOfAnother) {
        expect({ name, isWhole }).toEqual({ name, isWhole: false });
        continue;
      }
      expect({ name, damage, cutBytes }).toEqual({
        name,
        damage: read.damage,
        cutBytes: read.cutBytes,
      });
      const isFree = read.damage.length + contradictions.length === 0;
      expect({ name, isWhole }).toEqual({ name, isWhole: isFree });
    }
  });

  test('.hpc', () => {
    check({ hpc: DIGEST });
    for (const { name, bytes } of mutantsOf(DIGEST)) {
      const file = scratch.write('.hpc', bytes);
      const read = orFormatError(file, () => readAllOfDigest(file));
      const { isWhole, files } = verify(file);
      const { damage, contradictions } = files[0]!;
      expect({ name, isWhole }).toEqual({
        name,
        isWhole: damage.length + contradictions.length === 0,
      });
      if (read instanceof FormatError) expect({ name, isWhole }).toEqual({ name, isWhole: false });
    }
  });
});
