import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openFamily } from '../../src/format/family.js';
import { openRecording } from '../../src/format/open.js';
import type { Sampling } from '../../src/model/sampling.js';
import {
  exportVersion1,
  type Version1Export,
  type Version1Options,
} from '../../src/reader/export-version1.js';
import { ProfileReader } from '../../src/reader/profile-reader.js';
import {
  type DigestV1,
  decodeHpc,
  decodeHpd,
  decodeHpm,
  type MetadataV1,
  type RawEventV1,
} from '../support/decode-version1.js';
import { whileFailing } from '../support/failing-disk.js';
import { samplings, steps, writeSteps } from '../support/random-log.js';
import {
  member,
  type RecordingBuilder,
  recording,
  type WrittenRecording,
  writeFamily,
} from '../support/recording.js';

const DATA = new URL('../data/heapprof-v1/', import.meta.url);

interface Exported {
  readonly filebase: string;
  readonly outcome: Version1Export;
  readonly hpm: MetadataV1;
  readonly hpd: RawEventV1[];
  readonly hpc: DigestV1;
}

/** Exports a recording, and gives what it has become to `use`. */
function exported<Result>(
  { filebase, cleanup }: WrittenRecording,
  use: (result: Exported) => Result,
  options: Partial<Version1Options> = {},
): Result {
  try {
    const target = `${filebase}-v1`;
    const outcome = runExport(filebase, target, options);
    const bytes = (suffix: string) => readFileSync(target + suffix);
    return use({
      filebase: target,
      outcome,
      hpm: decodeHpm(bytes('.hpm')),
      hpd: decodeHpd(bytes('.hpd')),
      hpc: decodeHpc(bytes('.hpc')),
    });
  } finally {
    cleanup();
  }
}

function runExport(
  filebase: string,
  target: string,
  options: Partial<Version1Options> = {},
): Version1Export {
  const all = { intervalMillis: () => 1000, precision: 0, ...options };
  const running = exportVersion1(openFamily(filebase), target, all);
  for (;;) {
    const step = running.next();
    if (step.done) return step.value;
  }
}

/** An event as a person reads it, with what version 1 keeps of its trace. */
type Readable = readonly [micros: number, sign: '+' | '-', sizeBytes: number, trace: string];

/** Events with their times summed up, and their traces as `file:line > file:line`, the outermost first. */
function readable({ hpm, hpd }: Exported): Readable[] {
  let micros = 0;
  return hpd.map((event) => {
    expect(event.isNegative).toBe(false);
    expect(event.micros).toBeLessThan(1e6);
    micros += event.seconds * 1e6 + event.micros;
    const frames = event.trace === 0 ? [] : hpm.traces[event.trace - 1]!;
    const trace = frames.toReversed().map(([file, line]) => `${file}:${line}`);
    return [micros, event.isFree ? '-' : '+', event.sizeBytes, trace.join(' > ')];
  });
}

/** The events of a recording, read with the reader, in the same form. */
function read(filebase: string): Readable[] {
  const { metadata, log, close } = openRecording(filebase);
  const events = [...log.events()].map((event): Readable => {
    const frames = metadata.traces.trace(event.trace) ?? [];
    const trace = frames.map(({ file, line }) => `${file}:${line}`).join(' > ');
    return [event.timeMicros, event.operation === 'free' ? '-' : '+', event.sizeBytes, trace];
  });
  close();
  return events;
}

test('a small recording becomes exactly these bytes', () => {
  const bands = [
    { belowBytes: 128, probability: 0.5 },
    { belowBytes: 8192, probability: 1 },
  ];
  const { filebase, cleanup } = recording({
    sampling: { by: 'bands', bands },
    startWallMicros: 1_767_323_045_678_901,
  })
    .alloc('main:a.js:1', 16)
    .heap({ usedAfterBytes: 1000 })
    .alloc('main:a.js:1 > load:bär.js:200', 300, { at: 2_000_005, type: 'Map' })
    .mark('here')
    .alloc('', 9000, { at: 2_000_006, kind: 'arrayBuffer' })
    .free('main:a.js:1', 16, { at: 3_500_006, age: 3_500_006 })
    .stop()
    .write();
  runExport(filebase, `${filebase}-v1`);
  const hex = (suffix: string) => readFileSync(`${filebase}-v1${suffix}`).toString('hex');
  expect(hex('.hpm')).toBe(
    [
      '00000001', // version
      '00000000695735a5', // 1767323045 seconds
      '0000000028773508', // 678,901,000 nanoseconds
      '02', // bands
      '0000000000000080 80000000', // below 128 bytes: 0.5 × (2^32 − 1), rounded up from .5
      '0000000000002000 ffffffff', // below 8192 bytes: all
      '02 04 612e6a73 00', // trace 1: line 1 + 1, a.js
      'c901 07 62c3a4722e6a73', // trace 2, innermost first: line 200 + 1, bär.js
      '02 04 612e6a73 00', // and line 1 + 1, a.js
    ]
      .join('')
      .replaceAll(' ', ''),
  );
  expect(hex('.hpd')).toBe(
    [
      '00000001 00 00 10', // trace 1, at once, 16 bytes
      '00000002 02 05 ac02', // trace 2, 2 s and 5 µs later, 300 bytes
      '00000000 00 01 a846', // no trace, 1 µs later, 9000 bytes
      '40000001 01 a0c21e 10', // free of trace 1, 1 s and 500,000 µs later, 16 bytes
    ]
      .join('')
      .replaceAll(' ', ''),
  );
  expect(hex('.hpc')).toBe(
    [
      '00000001',
      '00000000695735a5',
      '0000000028773508',
      'e807', // 1000 ms
      '000000000000004c', // offset of the index: 76
      '5379a0bd 01 01 20', // 0 s: trace 1, 2 × 16 bytes
      '5379a0bd 01 01 20', // 1 s
      '5379a0bd 01 01 20', // 2 s: the next events are 5 µs later
      '5379a0bd 03 00 a846 02 fc43 01 8c02', // 3 s: trace 0 with 9000 bytes, 2 with 8700 fewer, 1 with 268 fewer
      '5379a0bd 02 00 a846 02 fc43', // 4 s, which is the end: trace 1 is gone
      'ab935776 05 1e 07 07 07 0e', // the index: offsets 30, 37, 44, 51, 65
    ]
      .join('')
      .replaceAll(' ', ''),
  );
  cleanup();
});

test.each(['json', 'mixed'])('the original recording "%s" comes out byte for byte', (name) => {
  const source = new URL(name, DATA).pathname;
  const { filebase, cleanup } = recording().write();
  const target = `${filebase}-${name}`;
  runExport(source, target, { intervalMillis: () => 50 });
  for (const suffix of ['.hpm', '.hpd']) {
    expect(readFileSync(target + suffix).equals(readFileSync(source + suffix))).toBe(true);
  }
  const hpc = decodeHpc(readFileSync(`${target}.hpc`));
  using reader = new ProfileReader(target);
  reader.makeDigestSync({ timeInterval: 0.05, precision: 0 });
  expect(hpc.snapshots.map((items) => new Map(items))).toEqual(
    [...reader.snapshots].map(({ liveRows }) => {
      return new Map(liveRows.map(({ trace, bytes }) => [trace, bytes]));
    }),
  );
  cleanup();
});

test("the original's own digest decodes by the same rules", () => {
  const { snapshots, intervalMillis } = decodeHpc(readFileSync(new URL('mixed.hpc', DATA)));
  expect(intervalMillis).toBe(50);
  expect(snapshots.length).toBeGreaterThan(10);
  for (const items of snapshots) {
    expect(items.every(([, bytes], k) => k === 0 || bytes <= items[k - 1]![1])).toBe(true);
  }
});

describe('any recording', () => {
  const content = fc.tuple(samplings, steps(1_000_000, 60), fc.constantFrom(0, 0.01, 0.5));

  /** A log whose frames have files. */
  function written(sampling: Sampling, things: Parameters<typeof writeSteps>[1]) {
    const builder = recording({ sampling });
    writeSteps(new WithFiles(builder) as unknown as RecordingBuilder, things, sampling);
    return builder;
  }

  /** Live bytes at each snapshot, half a second apart, by our own digest. */
  function totalsOf(filebase: string): number[] {
    using reader = new ProfileReader(filebase);
    reader.makeDigestSync({ timeInterval: 0.5, precision: 0 });
    return reader.totals.map(({ live }) => live.heap.bytes + live.arrayBuffer.bytes);
  }

  test('has the same events in version 1', () => {
    fc.assert(
      fc.property(content, ([sampling, things]) => {
        const files = written(sampling, things).write();
        const expected = read(files.filebase);
        exported(files, (result) => {
          expect(readable(result)).toEqual(expected);
          expect(read(result.filebase)).toEqual(expected);
          expect(result.outcome.events).toBe(expected.length);
          expect(result.outcome.traces).toBe(result.hpm.traces.length);
          // Numbered as they come, and nothing that no event has.
          const firsts = [...new Set(result.hpd.map(({ trace }) => trace))].filter((t) => t > 0);
          expect(firsts).toEqual(result.hpm.traces.map((_, k) => k + 1));
        });
      }),
      { numRuns: 100, seed: 1 },
    );
  });

  test('has the same snapshots in version 1', () => {
    fc.assert(
      fc.property(content, ([sampling, things, precision]) => {
        const files = written(sampling, things).write();
        const totals = totalsOf(files.filebase);
        exported(
          files,
          ({ filebase, hpc, outcome }) => {
            using reader = new ProfileReader(filebase);
            reader.makeDigestSync({ timeInterval: 0.5, precision });
            const ours = [...reader.snapshots].map(({ liveRows }) => {
              return new Map(liveRows.map(({ trace, bytes }) => [trace, bytes]));
            });
            for (const rows of ours) {
              for (const [trace, bytes] of rows) if (bytes === 0) rows.delete(trace);
            }
            expect(hpc.intervalMillis).toBe(500);
            // The state at the last event is that of the end.
            const theirs = hpc.snapshots.map((items) => new Map(items));
            expect(theirs).toEqual(theirs.map((_, k) => ours[k] ?? ours.at(-1)));
            expect(theirs.map((rows) => [...rows.values()].reduce((a, b) => a + b, 0))).toEqual(
              totals,
            );
            expect(outcome.snapshots).toBe(theirs.length);
            for (const items of hpc.snapshots) {
              expect(items.every(([, bytes], k) => bytes <= (items[k - 1]?.[1] ?? bytes))).toBe(
                true,
              );
            }
          },
          { intervalMillis: () => 500, precision },
        );
      }),
      { numRuns: 60, seed: 2 },
    );
  });
});

test('traces that differ in functions or columns only become one', () => {
  const files = recording()
    .alloc('first:a.js:1:5', 8)
    .alloc('second:a.js:1:9', 16)
    .alloc('third:a.js:2', 24)
    .write();
  exported(files, ({ hpm, hpd }) => {
    expect(hpm.traces).toEqual([[['a.js', 1]], [['a.js', 2]]]);
    expect(hpd.map(({ trace }) => trace)).toEqual([1, 1, 2]);
  });
});

describe('a family', () => {
  const files = () =>
    writeFamily({
      '': member(1)
        .alloc('main:main.js:1', 100, { at: 11 })
        .alloc('main:main.js:1', 200, { at: 5_000_000 }),
      '.w1': member(2, { afterRootMicros: 5 })
        .alloc('work:io.js:7', 1000, { at: 5 })
        .alloc('work:main.js:1', 50, { at: 6 })
        .alloc('work:io.js:7', 1000, { at: 7 })
        .free('work:io.js:7', 1000, { at: 1_000_000 })
        .stop(),
      '.p9': member(3, { afterRootMicros: 2_000_000 }).alloc('child:io.js:7', 3, { at: 0 }),
    });

  test('is one log in the order of time, with one numbering, and what ends frees what it has', () => {
    exported(files(), (result) => {
      expect(readable(result)).toEqual([
        [10, '+', 1000, 'io.js:7'],
        // At equal times the root comes first.
        [11, '+', 100, 'main.js:1'],
        [11, '+', 50, 'main.js:1'],
        [12, '+', 1000, 'io.js:7'],
        [1_000_005, '-', 1000, 'io.js:7'],
        // The worker has ended.
        [1_000_006, '-', 1000, 'io.js:7'],
        [1_000_006, '-', 50, 'main.js:1'],
        [2_000_000, '+', 3, 'io.js:7'],
        // The child was not heard of for two seconds.
        [4_000_001, '-', 3, 'io.js:7'],
        [5_000_000, '+', 200, 'main.js:1'],
      ]);
      expect(result.hpm.traces).toHaveLength(2);
    });
  });

  test('has the live bytes of its own digest', () => {
    const family = files();
    using reader = new ProfileReader(family.filebase);
    reader.makeDigestSync({ timeInterval: 1, precision: 0 });
    const ours = reader.totals.map(({ live }) => live.heap.bytes);
    exported(family, ({ hpc }) => {
      const theirs = hpc.snapshots.map((items) => items.reduce((sum, [, bytes]) => sum + bytes, 0));
      expect(theirs).toEqual(ours);
    });
  });

  test('of which a member was sampled otherwise is refused', () => {
    const sampling = { by: 'interval', intervalBytes: 1000 } as const;
    const mixed = writeFamily({ '': member(1), '.w1': member(2, { sampling }) });
    expect(() => exported(mixed, () => {})).toThrow(/sampled in different ways \(\.w1 /);
  });
});

describe('what version 1 has no place for', () => {
  test('sampling by bytes becomes size bands, whose weights are right to half a percent', () => {
    const files = recording({ sampling: { by: 'interval', intervalBytes: 65_536 } });
    for (const size of [1, 8, 24, 1000, 65_536, 300_000, 1e7]) files.alloc(`f:${size}.js:1`, size);
    const { filebase, cleanup } = files.write();
    using reader = new ProfileReader(filebase);
    reader.makeDigestSync({ timeInterval: 1, precision: 0 });
    const ours = new Map<string, number>(
      reader.snapshots
        .at(-1)!
        .liveRows.map(({ trace, bytes }) => [reader.rawTrace(trace)![0]!.file, bytes]),
    );
    exported({ filebase, cleanup }, ({ hpm, hpc }) => {
      expect(hpm.bands.length).toBeGreaterThan(500);
      for (const [trace, bytes] of hpc.snapshots.at(-1)!) {
        const right = ours.get(hpm.traces[trace - 1]![0]![0])!;
        expect(Math.abs(bytes / right - 1)).toBeLessThan(0.0051);
      }
      expect(hpc.snapshots.at(-1)).toHaveLength(7);
    });
  });

  test('kinds that were sampled in different ways must be chosen from', () => {
    const bands = [{ belowBytes: 128, probability: 0.5 }];
    const sampling: Sampling = { by: 'bands', bands, heapIntervalBytes: 65_536 };
    const build = () =>
      recording({ sampling })
        .alloc('a:a.js:1', 1000)
        .alloc('a:a.js:1', 2000, { kind: 'arrayBuffer' })
        .write();
    expect(() => exported(build(), () => {})).toThrow(/--kind heap or --kind arrayBuffer/);
    const sizes = ({ hpd }: Exported) => hpd.map(({ sizeBytes }) => sizeBytes);
    expect(exported(build(), sizes, { kind: 'heap' })).toEqual([1000]);
    expect(exported(build(), sizes, { kind: 'arrayBuffer' })).toEqual([2000]);
    const bandCount = ({ hpm }: Exported) => hpm.bands.length;
    expect(exported(build(), bandCount, { kind: 'arrayBuffer' })).toBe(1);
  });

  test.each([
    [
      'an end that is too many snapshots away',
      { description: {} },
      /A snapshot every 1\.00 s over 11d 14h makes more than 1000000 of them/,
    ],
    ['a start in 1970', { startWallMicros: 1e6 }, /a start 1 seconds after 1970/],
    ['a start in 2107', { startWallMicros: 4.33e15 }, /a start 4330000000 seconds/],
    [
      'a probability below 2^−32',
      { sampling: { by: 'bands', bands: [{ belowBytes: 64, probability: 1e-11 }] } as const },
      /the probability 1e-11 with which sizes below 64 bytes were logged/,
    ],
    [
      'an interval so long that small objects have such a probability',
      { sampling: { by: 'interval', intervalBytes: 1e12 } as const },
      /the probability .* sizes below 2 bytes/,
    ],
  ])('%s is refused with one sentence, and nothing is left behind', (_, options, sentence) => {
    const builder = recording(options)
      .alloc('a:a.js:1', 8)
      .at(1_000_001 * 1e6);
    const { filebase, cleanup } = builder.stop().write();
    expect(() => runExport(filebase, `${filebase}-v1`)).toThrow(sentence);
    expect(readdirSync(path.dirname(filebase))).toHaveLength(2);
    cleanup();
  });

  test('sizes from 2 GiB on are written in full, and counted', () => {
    const files = recording()
      .alloc('a:a.js:1', 2 ** 31, { kind: 'arrayBuffer' })
      .alloc('a:a.js:1', 2 ** 31 - 1, { kind: 'arrayBuffer' })
      .write();
    exported(files, ({ hpd, outcome }) => {
      expect(hpd.map(({ sizeBytes }) => sizeBytes)).toEqual([2 ** 31, 2 ** 31 - 1]);
      expect(outcome.hugeEvents).toBe(1);
    });
  });
});

test('damaged blocks are left out and counted', () => {
  const { filebase, cleanup } = recording()
    .alloc('a:a.js:1', 8)
    .flush()
    .alloc('a:a.js:1', 16)
    .flush()
    .alloc('a:a.js:1', 24)
    .write();
  const bytes = readFileSync(`${filebase}.hpd`);
  const second = bytes.indexOf('hpb', 20);
  bytes[second + 24]! ^= 1;
  writeFileSync(`${filebase}.hpd`, bytes);
  exported({ filebase, cleanup }, ({ hpd, outcome }) => {
    expect(hpd.map(({ sizeBytes }) => sizeBytes)).toEqual([8, 24]);
    expect(outcome.damagedBytes).toBe(bytes.indexOf('hpb', second + 1) - second);
  });
});

describe('an export that does not come to its end', () => {
  test('leaves nothing behind where the caller stops', () => {
    const { filebase, cleanup } = recording().alloc('a:a.js:1', 8).write();
    const running = exportVersion1(openFamily(filebase), `${filebase}-v1`, {
      intervalMillis: () => 1000,
      precision: 0,
    });
    running.next();
    expect(readdirSync(path.dirname(filebase)).length).toBeGreaterThan(2);
    running.return(undefined as never);
    expect(readdirSync(path.dirname(filebase))).toHaveLength(2);
    cleanup();
  });

  test.each(['openSync', 'writeSync', 'renameSync'] as const)(
    'leaves nothing behind where %s fails, and old files as they are',
    (name) => {
      const { filebase, cleanup } = recording().alloc('a:a.js:1', 8).write();
      writeFileSync(`${filebase}-v1.hpm`, 'old');
      const family = openFamily(filebase);
      const options = { intervalMillis: () => 1000, precision: 0 };
      const running = exportVersion1(family, `${filebase}-v1`, options);
      const error = whileFailing(name, 'ENOSPC', () => {
        while (!running.next().done);
      });
      expect(error).toMatchObject({
        code: expect.stringMatching(/^ERR_HEAPPROF_(WRITE|READ)$/) as string,
      });
      expect(readdirSync(path.dirname(filebase))).toHaveLength(3);
      expect(readFileSync(`${filebase}-v1.hpm`, 'utf8')).toBe('old');
      cleanup();
    },
  );

  test('never replaces the recording itself, or a member of it', () => {
    const { filebase, cleanup } = writeFamily({ '': member(1), '.w1': member(2) });
    for (const target of [filebase, `${filebase}.w1`]) {
      expect(() => runExport(filebase, target)).toThrow(/a file of the recording itself/);
      expect(existsSync(`${target}.hpc`)).toBe(false);
    }
    cleanup();
  });
});

/** Turns a random log's traces of bare names into ones with files and lines. */
class WithFiles {
  readonly #builder: RecordingBuilder;

  constructor(builder: RecordingBuilder) {
    this.#builder = builder;
    // biome-ignore lint/correctness/noConstructorReturn: the builder with two methods changed.
    return new Proxy(this, {
      get: (_, name) => {
        const value = Reflect.get(builder, name, builder) as unknown;
        if (typeof value !== 'function') return value;
        const isEvent = name === 'alloc' || name === 'free';
        return (first: unknown, ...rest: unknown[]) =>
          Reflect.apply(value, this.#builder, [
            isEvent ? withFiles(first as string) : first,
            ...rest,
          ]);
      },
    });
  }
}

function withFiles(trace: string): string {
  if (trace === '') return '';
  return trace
    .split(' > ')
    .map((name, depth) => `${name}:${name}.js:${depth * 200}`)
    .join(' > ');
}
