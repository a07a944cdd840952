import * as fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FormatError, HeapprofError } from '../../src/base/errors.js';
import { digestSteps } from '../../src/digest/digest.js';
import { makeDigestSync } from '../../src/digest/make-digest.js';
import { openFamily } from '../../src/format/family.js';
import type { DigestOutcome, DigestSource } from '../../src/format/hpc-blocks.js';
import { DigestWriter } from '../../src/format/hpc-writer.js';
import { openDigest } from '../../src/format/open-digest.js';
import { UsageColumns } from '../../src/format/usage-columns.js';
import { type HeapRecord, KINDS, type Kind } from '../../src/model/event.js';
import type { SnapshotTotals } from '../../src/model/snapshot.js';
import { exampleBytes, exampleContent } from '../support/examples.js';
import { whileFailing } from '../support/failing-disk.js';
import { writeFiles } from '../support/recording.js';

/** A row of the example; its type is a string index. */
interface ExampleRow {
  readonly trace: number;
  readonly type: number;
  readonly kind: Kind;
  readonly bytes: number;
  readonly objects: number;
  readonly bytesError: number;
  readonly objectsError: number;
}

interface DigestExample {
  readonly recordingId: string;
  readonly source: DigestSource;
  readonly outcome: DigestOutcome;
  readonly snapshots: readonly {
    readonly timeMicros: number;
    readonly live: readonly ExampleRow[];
    readonly allocated: readonly ExampleRow[];
  }[];
  readonly totals: readonly (Omit<SnapshotTotals, 'index' | 'timeMicros' | 'heap'> & {
    /** Number of a heap record in the example of an .hpd. */
    readonly heapRecord?: number;
  })[];
}

const example = exampleContent<DigestExample>('hpc-example');
const { heapRecords } = exampleContent<{ heapRecords: HeapRecord[] }>('hpd-example');

const totals = example.totals.map(({ heapRecord, ...figures }, index): SnapshotTotals => {
  const { timeMicros } = example.snapshots[index]!;
  return heapRecord === undefined
    ? { index, timeMicros, ...figures }
    : { index, timeMicros, ...figures, heap: heapRecords[heapRecord]! };
});

let folder: string;
let file: string;
let cleanup: () => void;
beforeEach(() => {
  const files = writeFiles({});
  folder = path.dirname(files.filebase);
  file = `${files.filebase}.hpc`;
  cleanup = files.cleanup;
});
afterEach(() => cleanup());

function columns(rows: readonly ExampleRow[]): UsageColumns {
  const columns = new UsageColumns();
  for (const { trace, type, kind, bytes, objects, bytesError, objectsError } of rows) {
    const typeKind = type * 2 + KINDS.indexOf(kind);
    columns.push(trace, typeKind, bytes, objects, bytesError, objectsError);
  }
  return columns;
}

function rows(columns: UsageColumns): ExampleRow[] {
  return Array.from({ length: columns.count }, (_, row) => ({
    trace: columns.traces[row]!,
    type: columns.typeKinds[row]! >>> 1,
    kind: KINDS[columns.typeKinds[row]! & 1]!,
    bytes: columns.bytes[row]!,
    objects: columns.objects[row]!,
    bytesError: columns.bytesErrors[row]!,
    objectsError: columns.objectsErrors[row]!,
  }));
}

function writeExample(): void {
  const writer = new DigestWriter(file, example.recordingId, example.source);
  example.snapshots.forEach(({ live, allocated }, k) => {
    writer.writeSnapshot(totals[k]!, columns(live), columns(allocated));
  });
  writer.finish(example.outcome);
}

/** Everything that a digest says, apart from its recording id. */
function contents(): unknown {
  const digest = openDigest(file);
  try {
    const live = new UsageColumns();
    const allocated = new UsageColumns();
    const snapshots = digest.index.map((entry) => {
      digest.readSnapshot(entry, live, allocated);
      const { timeMicros } = entry.totals;
      return { timeMicros, live: rows(live), allocated: rows(allocated) };
    });
    const totals = digest.index.map((entry) => entry.totals);
    return { facts: digest.facts, snapshots, totals };
  } finally {
    digest.close();
  }
}

const expectedContents = {
  facts: { ...example.source, ...example.outcome },
  snapshots: example.snapshots,
  totals,
};

test('the digest of docs/format.md is written as exactly the bytes there', () => {
  writeExample();
  expect(fs.readFileSync(file).toString('hex')).toBe(exampleBytes('hpc-example').toString('hex'));
  expect(fs.readdirSync(folder)).toEqual(['recording.hpc']);
});

test('the bytes of docs/format.md are read as the digest there', () => {
  fs.writeFileSync(file, exampleBytes('hpc-example'));
  expect(contents()).toEqual(expectedContents);
  const digest = openDigest(file);
  expect(digest.recordingId).toBe(example.recordingId);
  digest.close();
});

test('the digest of docs/format.md is that of the recording there', () => {
  const files = { hpm: exampleBytes('hpm-example'), hpd: exampleBytes('hpd-example') };
  const recording = writeFiles(files);
  makeDigestSync(digestSteps(openFamily(recording.filebase), file, example.source));
  recording.cleanup();
  expect(fs.readFileSync(file).toString('hex')).toBe(exampleBytes('hpc-example').toString('hex'));
});

/** The error that reading the file gives, if it does. */
function failure(): unknown {
  try {
    return { contents: contents() };
  } catch (error) {
    return error;
  }
}

test('a digest that is cut anywhere is refused with one sentence that says to make it again', () => {
  const bytes = exampleBytes('hpc-example');
  for (let length = 0; length < bytes.length; length++) {
    fs.writeFileSync(file, bytes.subarray(0, length));
    const error = failure();
    expect(error, `cut to ${length} bytes`).toBeInstanceOf(FormatError);
    expect((error as FormatError).message).toMatch(/at byte \d+\. Make the digest again/);
  }
});

test('a flipped bit anywhere is found, but for what a reader does not use', () => {
  const bytes = exampleBytes('hpc-example');
  for (let offset = 0; offset < bytes.length; offset++) {
    const flipped = Buffer.from(bytes);
    flipped[offset]! ^= 1 << (offset % 8);
    fs.writeFileSync(file, flipped);
    const isReservedOrId = offset >= 6 && offset < 16;
    if (isReservedOrId) expect(failure()).toEqual({ contents: expectedContents });
    else expect(failure(), `byte ${offset}`).toBeInstanceOf(FormatError);
  }
});

test.each([
  ['an empty file', Buffer.alloc(0)],
  ['a text', Buffer.from('This is not a digest, however long it may be; it goes on and on.\n')],
  ['a recording', exampleBytes('hpd-example')],
  ['a digest of the original heapprof', Buffer.from('00000001000000006b00d5d600000000', 'hex')],
  ['a digest of a later version', exampleBytes('hpc-example').fill(3, 4, 5)],
])('%s is not taken for a digest', (_, bytes) => {
  fs.writeFileSync(file, bytes);
  const error = failure();
  expect(error).toBeInstanceOf(FormatError);
  expect((error as FormatError).message).toBe(
    `${file}: this is not a digest of version 2 at byte ${(error as FormatError).offset}. ` +
      'Make the digest again, for example with heapprof digest.',
  );
});

test('a snapshot that stands in the place of another is refused', () => {
  const writer = new DigestWriter(file, example.recordingId, example.source);
  const { live, allocated } = example.snapshots[1]!;
  for (const timeMicros of [0, 1000]) {
    writer.writeSnapshot({ ...totals[0]!, timeMicros }, columns(live), columns(allocated));
  }
  writer.finish(example.outcome);
  const digest = openDigest(file);
  const [first, second] = digest.index.map((entry) => entry.offset) as [number, number];
  digest.close();
  const bytes = fs.readFileSync(file);
  const blocks = [bytes.subarray(second, 2 * second - first), bytes.subarray(first, second)];
  fs.writeFileSync(
    file,
    Buffer.concat([bytes.subarray(0, first), ...blocks, bytes.subarray(2 * second - first)]),
  );
  expect(failure()).toBeInstanceOf(FormatError);
});

test('the members of a family, and what array buffers are held against, come back', () => {
  const members = [
    { suffix: '.w1', recordingId: '0000000000000001', firstTrace: 3 },
    { suffix: '.p7.w1', recordingId: '0000000000000002', firstTrace: 10 },
  ];
  const source = { ...example.source, members };
  const heap = { ...heapRecords[0]!, earlierArrayBufferBytes: 70_000 };
  const snapshot = { ...totals[0]!, heap, attributedArrayBufferBytes: 300 };
  const writer = new DigestWriter(file, example.recordingId, source);
  writer.writeSnapshot(snapshot, new UsageColumns(), new UsageColumns());
  writer.writeSnapshot({ ...totals[1]!, index: 1 }, new UsageColumns(), new UsageColumns());
  writer.finish(example.outcome);
  expect(contents()).toMatchObject({
    facts: { ...source, ...example.outcome },
    totals: [snapshot, totals[1]],
  });
});

test.each([
  ['no list', 5],
  ['a name that is none', [{ suffix: 1, recordingId: 'a', firstTrace: 3 }]],
  ['no traces', [{ suffix: '.w1', recordingId: 'a' }]],
  ['nothing', [null]],
  [
    'traces that do not rise',
    [
      { suffix: '.w1', recordingId: 'a', firstTrace: 3 },
      { suffix: '.w2', recordingId: 'b', firstTrace: 3 },
    ],
  ],
])('members with %s are refused', (_, members) => {
  const source = { ...example.source, members } as unknown as DigestSource;
  const writer = new DigestWriter(file, example.recordingId, source);
  writer.writeSnapshot(totals[0]!, new UsageColumns(), new UsageColumns());
  writer.finish(example.outcome);
  expect((failure() as Error).message).toMatch(/the digest does not say its members at byte/);
});

test('an index of several blocks has all snapshots', () => {
  const writer = new DigestWriter(file, example.recordingId, example.source);
  const none = { bytes: 0, objects: 0, bytesError: 0, objectsError: 0 };
  const count = 2 * 65_536 + 1;
  const live = new UsageColumns();
  const allocated = new UsageColumns();
  for (let index = 0; index < count; index++) {
    live.clear();
    live.push(index, 0, index, 1, 0, 0);
    const figures = {
      live: { heap: { ...none, bytes: index }, arrayBuffer: none },
      allocated: { heap: none, arrayBuffer: none },
      collections: 0,
      gcPauseMicros: 0,
    };
    writer.writeSnapshot({ index, timeMicros: index * 1000, ...figures }, live, allocated);
  }
  writer.finish(example.outcome);
  const digest = openDigest(file);
  expect(digest.index.length).toBe(count);
  for (const index of [0, 1, 65_535, 65_536, 65_537, 131_071, 131_072]) {
    const entry = digest.index[index]!;
    expect(entry.totals).toMatchObject({ index, timeMicros: index * 1000 });
    expect(entry.totals.live.heap.bytes).toBe(index);
    digest.readSnapshot(entry, live, allocated);
    expect(rows(live)).toMatchObject([{ trace: index, bytes: index }]);
  }
  digest.close();
});

test('a snapshot that is larger than a block is refused, with what to do', () => {
  const writer = new DigestWriter(file, example.recordingId, example.source);
  const many = new UsageColumns();
  const most = 2 ** 52;
  for (let row = 0; row < 530_000; row++) many.push(row, 0, most, most, most, most);
  expect(() => writer.writeSnapshot(totals[0]!, many, new UsageColumns())).toThrow(
    /: a snapshot of 530000 rows takes 17\.\d MiB, and a digest holds 16\.0 MiB of each; give a larger precision\.$/,
  );
  writer.discard();
  expect(fs.readdirSync(folder)).toEqual([]);
});

test.each([
  ['openSync', 'EACCES', /EACCES: the disk is bad; check the folder and its permissions\.$/],
  ['writeSync', 'ENOSPC', /the disk is full; make room, or give a longer time interval/],
  ['renameSync', 'EPERM', /EPERM: the disk is bad; check the folder and its permissions\.$/],
] as const)(
  'where %s fails with %s, an old digest remains and nothing else',
  (name, code, sentence) => {
    fs.writeFileSync(file, 'an old digest');
    const error = whileFailing(name, code, writeExample);
    expect(error).toBeInstanceOf(HeapprofError);
    expect(error).toMatchObject({ code: 'ERR_HEAPPROF_WRITE', cause: { code } });
    expect((error as HeapprofError).message).toMatch(sentence);
    expect(fs.readFileSync(file, 'utf8')).toBe('an old digest');
    expect(fs.readdirSync(folder)).toEqual(['recording.hpc']);
  },
);
