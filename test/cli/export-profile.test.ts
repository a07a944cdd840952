import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { Profile } from 'pprof-format';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { heapprof } from '../support/command-line.js';
import { exampleFamily, exampleRecording } from '../support/example.js';
import { pprofSamples } from '../support/pprof-samples.js';
import type { WrittenRecording } from '../support/recording.js';

let folder: string;

function keep({ filebase, cleanup }: WrittenRecording, name: string): void {
  const from = path.basename(filebase);
  for (const file of readdirSync(path.dirname(filebase))) {
    const to = path.join(folder, name + file.slice(from.length));
    cpSync(path.join(path.dirname(filebase), file), to);
  }
  cleanup();
  heapprof(['digest', name, '--interval', '0.5', '--precision', '0'], { cwd: folder });
}

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'heapprof-export-'));
  keep(exampleRecording(), 'app');
  keep(exampleFamily(), 'family');
});

afterAll(() => rmSync(folder, { recursive: true }));

/** What an export writes to its file. */
function exported(name: string, format: string, ...more: string[]): Buffer {
  const args = ['export', name, '--format', format, '-o', 'out', ...more];
  expect(heapprof(args, { cwd: folder })).toEqual({ status: 0, stdout: '', stderr: '' });
  return readFileSync(path.join(folder, 'out'));
}

const read = (file: string) => {
  const { buffer, byteOffset, byteLength } = readFileSync(path.join(folder, file));
  return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
};

/** The rows of a Parquet file that an export has written. */
const rows = (file: string) => parquetReadObjects({ file: read(file) });

test('pprof has what was allocated and what is in use, with kind, type and thread', () => {
  expect(pprofSamples(exported('app', 'pprof')).sort()).toEqual([
    '/home/someone/app/src/tokens.js:5 tokens.js:5 < main main.js:3: 100 6400 100 6400; kind=heap type=Token thread=main',
    'alloc node:buffer:300 < read io.js:30 < main main.js:3: 2 524288 1 262144; kind=arrayBuffer type=ArrayBuffer thread=main',
    'put cache.js:10 < main main.js:3: 3 3145728 3 3145728; kind=heap type=Array thread=main',
  ]);
});

test('pprof has the sample types of Go, and the metric that was asked for as the default', () => {
  const profile = Profile.decode(gunzipSync(exported('app', 'pprof', '--metric', 'allocated')));
  const text = (index: number | bigint) => profile.stringTable.strings[Number(index)];
  expect(profile.sampleType.map(({ type, unit }) => `${text(type)}/${text(unit)}`)).toEqual([
    'alloc_objects/count',
    'alloc_space/bytes',
    'inuse_objects/count',
    'inuse_space/bytes',
  ]);
  expect(text(profile.defaultSampleType)).toBe('alloc_space');
  expect(profile.timeNanos).toBe(BigInt(Date.UTC(2026, 0, 2, 3, 4, 5)) * 1_000_000n);
  expect(Number(profile.durationNanos)).toBe(3e9);
});

test('threads of a family are told apart', () => {
  const threads = pprofSamples(exported('family', 'pprof', '--at', '1.5')).map(
    (sample) => /thread=(.*)/.exec(sample)![1],
  );
  expect(new Set(threads)).toEqual(new Set(['main', 'worker 3 "io"']));
});

test('speedscope has a profile of each metric, in bytes or without a unit', () => {
  const file = JSON.parse(exported('app', 'speedscope', '--metric', 'allocated').toString());
  expect(file.activeProfileIndex).toBe(2);
  expect(
    file.profiles.map(({ name, unit, endValue }: Record<string, unknown>) => [
      name,
      unit,
      endValue,
    ]),
  ).toEqual([
    ['main.js: live bytes', 'bytes', 3_145_728 + 262_144 + 6400],
    ['main.js: live objects', 'none', 104],
    ['main.js: allocated bytes', 'bytes', 3_145_728 + 524_288 + 6400],
    ['main.js: allocated objects', 'none', 105],
  ]);
  const [{ samples, weights }] = file.profiles;
  const largest = weights.indexOf(3_145_728);
  expect(samples[largest].map((frame: number) => file.shared.frames[frame])).toEqual([
    { name: 'main', file: '/home/someone/app/src/main.js', line: 3 },
    { name: 'put', file: '/home/someone/app/src/cache.js', line: 10 },
  ]);
});

test('a .heapprofile has nodes with their own sizes, and a sample for each', () => {
  const { head, samples } = JSON.parse(exported('app', 'heapprofile', '--at', '1.2').toString());
  expect(head.callFrame.functionName).toBe('(root)');
  const [main] = head.children;
  expect(main.callFrame).toMatchObject({ functionName: 'main', lineNumber: 2 });
  expect(main.children[0]).toEqual({
    callFrame: {
      functionName: 'put',
      scriptId: expect.stringMatching(/^\d+$/),
      url: '/home/someone/app/src/cache.js',
      lineNumber: 9,
      columnNumber: -1,
    },
    selfSize: 2 ** 20,
    id: 3,
    children: [],
  });
  // DevTools put functions of one name, script and place together.
  expect(main.children[0].callFrame.scriptId).not.toBe(main.callFrame.scriptId);
  expect(samples[0]).toEqual({ size: 2 ** 20, nodeId: 3, ordinal: 1 });
  expect(samples).toHaveLength(3);
});

test('collapsed stacks have the metric that was asked for, of a range', () => {
  const text = exported(
    'app',
    'collapsed',
    '--metric',
    'allocated-objects',
    '--from',
    '1',
    '--to',
    '2',
  );
  expect(text.toString()).toBe(
    'main (/home/someone/app/src/main.js:3);put (/home/someone/app/src/cache.js:10) 1\n' +
      'main (/home/someone/app/src/main.js:3);read (/home/someone/app/src/io.js:30);alloc (node:buffer:300) 1\n',
  );
});

test('Parquet has every event, the rows of every snapshot, and the stacks that they name', async () => {
  const { status, stdout } = heapprof(['export', 'app', '--format', 'parquet', '-o', 'all'], {
    cwd: folder,
  });
  expect({ status, stdout }).toEqual({
    status: 0,
    stdout:
      'all.events.parquet: 16 rows\nall.snapshots.parquet: 19 rows\nall.traces.parquet: 3 rows\n',
  });
  const events = await rows('all.events.parquet');
  const free = events.find(({ operation }) => operation === 'free');
  expect(free).toEqual({
    recording: '00000000c0ffee00',
    application: 'main.js',
    thread: 'main',
    time: new Date('2026-01-02T03:04:06.7Z'),
    time_micros: 1_700_000n,
    operation: 'free',
    kind: 'arrayBuffer',
    type: 'ArrayBuffer',
    size_bytes: 262_144n,
    weight: 1,
    age_micros: 1_179_648n,
    survived_collections: 1,
    trace: expect.any(BigInt),
    function: 'read',
    file: '/home/someone/app/src/io.js',
    line: 30n,
  });
  expect(events[0]).toMatchObject({ weight: 10, age_micros: null, survived_collections: null });
  const snapshots = await rows('all.snapshots.parquet');
  const last = snapshots.filter(({ time_micros }) => time_micros === 3_000_000n);
  expect(last.reduce((sum, row) => sum + Number(row.live_bytes), 0)).toBe(3_414_272);
  expect(last.find(({ type }) => type === 'Token')).toMatchObject({
    live_bytes_error: 1920n,
    live_objects: 100n,
    live_objects_error: 30n,
  });
  const traces = await rows('all.traces.parquet');
  expect(traces.find(({ trace }) => trace === free!.trace)!.stack).toBe(
    'main (/home/someone/app/src/main.js:3);read (/home/someone/app/src/io.js:30);alloc (node:buffer:300)',
  );
});

test('events of a family come from all its logs, and name the traces of their threads', async () => {
  heapprof(['export', 'family', '--format', 'parquet', '-o', 'all'], { cwd: folder });
  const events = await rows('all.events.parquet');
  const traces = await rows('all.traces.parquet');
  const snapshots = await rows('all.snapshots.parquet');
  const origins = (from: Record<string, unknown>[]) =>
    [
      ...new Set(from.map((row) => `${row.thread} ${row.trace} ${row.function}:${row.line}`)),
    ].sort();
  expect(origins(events)).toEqual([
    'main 2 put:10',
    'process 99 (child.js) 1 :1',
    'worker 3 "io" 1 run:7',
    'worker 3 "io" 2 run:8',
  ]);
  expect(origins(snapshots)).toEqual(origins(events));
  expect(origins(traces)).toEqual(origins(events));
});

test('Parquet of a range and a kind has no more', async () => {
  heapprof(
    [
      'export',
      'app',
      '--format',
      'parquet',
      '-o',
      'all',
      '--from',
      '1',
      '--to',
      '2',
      '--kind',
      'arrayBuffer',
    ],
    { cwd: folder },
  );
  expect((await rows('all.events.parquet')).map(({ time_micros }) => time_micros)).toEqual([
    1_700_000n,
    2_000_000n,
  ]);
  expect(parquetMetadata(read('all.snapshots.parquet')).num_rows).toBe(3n);
});

test.each([
  [['pprof', '--interval', '1'], /^heapprof: --format pprof does not take --interval, but /],
  [['heapprof', '--at', '1'], /^heapprof: --format heapprof does not take --at, but /],
  [['parquet', '--metric', 'live'], /^heapprof: --format parquet does not take --metric, but /],
  [['pprof', '--metric', 'temporary'], /^heapprof: This format has live and allocated memory; /],
  [['heapprofile', '--metric', 'live-objects'], /^heapprof: A \.heapprofile has bytes only; /],
])('%j is wrong usage', (args, sentence) => {
  const { status, stderr } = heapprof(['export', 'app', '--format', ...args, '-o', 'wrong'], {
    cwd: folder,
  });
  expect(status).toBe(2);
  expect(stderr).toMatch(sentence);
  expect(readdirSync(folder).filter((name) => name.startsWith('wrong'))).toEqual([]);
});

test('what cannot be written is one sentence, and leaves nothing behind', () => {
  for (const format of ['pprof', 'parquet']) {
    const { status, stderr } = heapprof(['export', 'app', '--format', format, '-o', 'no/new'], {
      cwd: folder,
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^heapprof: [^\n]*cannot be written \(ENOENT[^\n]*-o\.\n$/);
  }
});
