import { describe, expect, test } from 'vitest';
import {
  type FindingSources,
  findings,
  type LossFinding,
  type RecordingFinding,
} from '../../src/analysis/findings.js';
import type { LeakCandidate, LeakReport } from '../../src/analysis/leaks.js';
import type { LifetimeRow } from '../../src/analysis/lifetimes.js';
import type { LogSurvey } from '../../src/analysis/log-survey.js';
import { memoryPace } from '../../src/analysis/memory-pace.js';
import { heapSummary } from '../../src/analysis/summary.js';
import { timePlot } from '../../src/analysis/time-plot.js';
import type { Frame } from '../../src/model/frame.js';
import { heapRecord } from '../support/heap-record.js';
import { fakeProfile, type SnapshotText } from './fake-profile.js';

const MIB = 2 ** 20;

const LOG: LogSurvey = {
  allocations: 600,
  frees: 400,
  heapRecords: 3,
  collections: 3,
  gcPauseSeconds: 0.1,
  marks: 0,
  elapsedSeconds: 20,
  end: { timeMicros: 20e6, reason: 'exit', events: 1000, unresolvedEvents: 0, steps: 1000 },
  cutBytes: 0,
  damage: [],
};

const MAIN = { label: 'main', startSeconds: 0, log: LOG };

/** What a recording of three snapshots, at 0, 10 and 20 seconds, gives to be found. */
function sourcesOf(
  snapshots: readonly Omit<SnapshotText, 'seconds'>[],
  others: Partial<FindingSources> = {},
): FindingSources {
  const profile = fakeProfile(snapshots.map((text, k) => ({ seconds: 10 * k, ...text })));
  return {
    summary: heapSummary(profile, { limit: 0 }),
    points: timePlot(profile).points,
    leakCount: others.leaks?.candidates.length ?? 0,
    allocatedBytes: others.lifetimes?.rows.reduce((sum, row) => sum + row.allocatedBytes, 0) ?? 0,
    log: LOG,
    members: [MAIN],
    heaps: new Map(),
    version: 2,
    metadataDamageBytes: 0,
    unresolvedEvents: 0,
    unreadableMembers: 0,
    isDigestComplete: true,
    ...others,
  };
}

const kindsOf = (found: readonly RecordingFinding[]) => found.map(({ finding }) => finding);

const lossesOf = (found: readonly RecordingFinding[]) =>
  found.filter((one): one is LossFinding => one.finding === 'loss').map(({ loss }) => loss);

const QUIET: readonly Omit<SnapshotText, 'seconds'>[] = [{}, {}, {}];

test('nothing is found where nothing is out of the ordinary', () => {
  expect(findings(sourcesOf(QUIET))).toEqual([]);
});

describe('the capacity', () => {
  const usedAfter = (bytes: number): Omit<SnapshotText, 'seconds'> => ({
    heap: heapRecord({ usedAfterBytes: bytes, limitBytes: 100 * MIB }),
  });

  test('is told of when four fifths of it were in use, with the time', () => {
    const found = findings(sourcesOf([usedAfter(MIB), usedAfter(80 * MIB), usedAfter(MIB)]));
    expect(found).toEqual([
      {
        finding: 'capacity',
        capacityBytes: 100 * MIB,
        averageUsedBytes: 40.5 * MIB,
        averageUsedShare: 0.405,
        peakUsedBytes: 80 * MIB,
        peakUsedShare: 0.8,
        peakSeconds: 10,
      },
    ]);
  });

  test('of each of several threads is looked at by itself', () => {
    const heaps = new Map([
      [0, { mostUsedBytes: 79 * MIB, limitBytes: 100 * MIB }],
      [1, { mostUsedBytes: 8 * MIB, limitBytes: 10 * MIB }],
    ]);
    const members = [MAIN, { ...MAIN, label: 'worker 1' }];
    expect(findings(sourcesOf(QUIET, { heaps, members }))).toEqual([
      {
        finding: 'threadCapacity',
        label: 'worker 1',
        mostUsedBytes: 8 * MIB,
        limitBytes: 10 * MIB,
      },
    ]);
    expect(findings(sourcesOf(QUIET, { heaps }))).toEqual([]);
  });

  test('is not when less was', () => {
    expect(findings(sourcesOf([usedAfter(79 * MIB), usedAfter(MIB), usedAfter(MIB)]))).toEqual([]);
  });
});

describe('candidates for leaks', () => {
  const candidate = (line: number) => ({ bytesPerMinute: line }) as LeakCandidate;
  const thread = { member: 0, label: 'main', fullCollections: 8, groups: 5 };
  const report = (count: number): LeakReport => ({
    by: 'line',
    threads: [thread],
    candidates: Array.from({ length: count }, (_, k) => candidate(k)),
  });

  test('are told of, three of them, and how many more there are', () => {
    expect(findings(sourcesOf(QUIET, { leaks: report(5) }))).toEqual([
      { finding: 'leak', candidate: candidate(0) },
      { finding: 'leak', candidate: candidate(1) },
      { finding: 'leak', candidate: candidate(2) },
      { finding: 'moreLeaks', count: 2 },
    ]);
    expect(kindsOf(findings(sourcesOf(QUIET, { leaks: report(3) })))).toEqual([
      'leak',
      'leak',
      'leak',
    ]);
  });

  test('could not be looked for where there were too few full collections', () => {
    const threads = [
      { ...thread, fullCollections: 2, groups: 0 },
      { ...thread, fullCollections: 5, groups: 0 },
    ];
    const leaks: LeakReport = { by: 'line', threads, candidates: [] };
    expect(findings(sourcesOf(QUIET, { leaks }))).toEqual([
      { finding: 'loss', loss: 'collections', count: 5 },
    ]);
  });
});

describe('pauses', () => {
  const pausing = (gcPauseMicros: number) => [
    { collections: 9, gcPauseMicros: 0 },
    { collections: 2, gcPauseMicros },
    { collections: 1, gcPauseMicros },
  ];

  test('are told of from a twentieth of the time on', () => {
    expect(findings(sourcesOf(pausing(500_000)))).toMatchObject([
      { finding: 'collections', seconds: 20, gcPauseSeconds: 1, gcShare: 0.05, collections: 12 },
    ]);
    expect(findings(sourcesOf(pausing(499_000)))).toEqual([]);
  });

  test('of several threads are those of the one that was paused the longest, as a share of its own time', () => {
    const paused = (label: string, gcPauseSeconds: number, elapsedSeconds: number) => ({
      label,
      startSeconds: 5,
      log: { ...LOG, collections: 7, gcPauseSeconds, elapsedSeconds },
    });
    const members = [MAIN, paused('worker 1', 0.6, 10), paused('worker 2', 0.5, 2)];
    const [found] = findings(sourcesOf(pausing(600_000), { members }));
    expect(found).toMatchObject({
      finding: 'collections',
      gcPauseSeconds: 1.2,
      // Threads were there for 20, 10 and 2 seconds.
      gcShare: 1.2 / 32,
      thread: { label: 'worker 1', collections: 7, gcPauseSeconds: 0.6, gcShare: 0.06 },
    });
    const seldom = [MAIN, paused('worker 1', 0.4, 10), paused('worker 2', 0.3, 2)];
    expect(findings(sourcesOf(pausing(600_000), { members: seldom }))).toEqual([]);
  });

  test('of a range are those after its first snapshot', () => {
    const profile = fakeProfile([
      { seconds: 0, collections: 1, gcPauseMicros: 10_000 },
      {
        seconds: 10,
        collections: 2,
        gcPauseMicros: 20_000,
        allocated: [{ trace: 'main:/app/a.js:1', bytes: 700 }],
      },
      {
        seconds: 20,
        collections: 3,
        gcPauseMicros: 50_000,
        allocated: [{ trace: 'main:/app/a.js:1', bytes: 500, error: 40 }],
      },
    ]);
    const { points } = timePlot(profile);
    const spans = [{ startSeconds: 0, elapsedSeconds: 20 }];
    expect(memoryPace(heapSummary(profile, { from: 10, to: 20 }), points, spans)).toEqual({
      seconds: 10,
      allocatedBytesPerSecond: 50,
      allocatedBytesPerSecondError: 4,
      collections: 3,
      gcPauseSeconds: 0.05,
      gcShare: 0.005,
    });
    expect(memoryPace(heapSummary(profile, { from: 10, to: 10 }), points, spans)).toBe(undefined);
  });
});

describe('array buffers', () => {
  const live = (bufferBytes: number): Omit<SnapshotText, 'seconds'> => ({
    live: [
      { trace: 'main:/app/a.js:1', bytes: 700 },
      { trace: 'main:/app/b.js:1', bytes: bufferBytes, kind: 'arrayBuffer', error: 3 },
    ],
  });

  test('are told of where they are much of what is live', () => {
    expect(findings(sourcesOf([live(300), live(300), live(300)]))).toEqual([
      { finding: 'buffers', averageBytes: 300, averageBytesError: 3, share: 0.3 },
    ]);
    expect(findings(sourcesOf([live(290), live(290), live(290)]))).toEqual([]);
  });

  const counted = (attributedArrayBufferBytes: number): Omit<SnapshotText, 'seconds'> => ({
    heap: heapRecord({
      limitBytes: 1000 * MIB,
      arrayBufferBytes: 20 * MIB,
      earlierArrayBufferBytes: MIB,
    }),
    attributedArrayBufferBytes,
  });

  test('that no trace tells of are told of where they are a tenth of V8’s count', () => {
    expect(findings(sourcesOf([{}, {}, counted(17 * MIB)]))).toEqual([
      { finding: 'unattributed', bytes: 2 * MIB, bytesError: 0, countedBytes: 20 * MIB },
    ]);
    expect(findings(sourcesOf([{}, {}, counted(17 * MIB + 1)]))).toEqual([]);
  });
});

describe('churn', () => {
  const PARSE = { functionName: 'parse', file: '/app/parse.js', line: 3, column: 1 };

  const row = (
    allocatedBytes: number,
    share: number,
    error: number,
    frame: Frame | undefined = PARSE,
  ): LifetimeRow => ({
    subject: { by: 'line', frame, callers: [] },
    allocatedObjects: 10,
    allocatedBytes,
    allocatedBytesError: 1,
    firstCollectionShare: share,
    firstCollectionShareError: error,
    survivorObjects: 0,
    survivorBytes: 0,
    survivorBytesError: 0,
  });

  test('is where much is allocated and most of it dies in its first collection', () => {
    const rows = [
      row(500, 0.9, 0.1),
      row(200, 0.6, 0.1), // not surely the most
      row(200, 0.4, 0),
      row(100, 0.5, 0),
      row(0, 1, 0),
    ];
    const found = findings(sourcesOf(QUIET, { lifetimes: { by: 'line', rows } }));
    expect(found).toMatchObject([
      { finding: 'churn', allocatedBytes: 500, share: 0.5, firstCollectionShare: 0.9 },
      { finding: 'churn', allocatedBytes: 100, share: 0.1, firstCollectionShare: 0.5 },
    ]);
  });

  test('is not told of where there is no code to look at', () => {
    const frameOf = (functionName: string, file = '') => ({ ...PARSE, functionName, file });
    const rows = [
      row(500, 1, 0, frameOf('(program)')),
      row(400, 1, 0, frameOf('')),
      row(300, 1, 0, frameOf('(wrapper)', '/app/lib.js')),
      row(200, 1, 0, frameOf('push')),
      { ...row(600, 1, 0), subject: { by: 'line' as const, callers: [] } },
    ];
    const found = findings(sourcesOf(QUIET, { lifetimes: { by: 'line', rows } }));
    // What is left out still counts as allocated: 300 and 200 of 2000.
    expect(found).toMatchObject([
      { allocatedBytes: 300, share: 0.15 },
      { allocatedBytes: 200, share: 0.1 },
    ]);
  });
});

describe('losses', () => {
  const end = LOG.end!;

  test.each<[LossFinding['loss'], Partial<FindingSources>]>([
    ['damage', { metadataDamageBytes: 3 }],
    ['damage', { log: { ...LOG, damage: [{ file: 'a', offset: 0, bytes: 7, reason: 'x' }] } }],
    ['members', { unreadableMembers: 1 }],
    ['stacks', { unresolvedEvents: 11 }],
    ['unseen', { log: { ...LOG, end: { ...end, unseenSamples: 11 } } }],
    [
      'volume',
      {
        log: { ...LOG, heapVolume: { allocatedBytes: 1000, seenBytes: 800, seenBytesError: 40 } },
      },
    ],
    ['error', { log: { ...LOG, end: { ...end, reason: 'error' } } }],
    ['digest', { isDigestComplete: false }],
  ])('of the kind %s are told of', (loss, others) => {
    expect(lossesOf(findings(sourcesOf(QUIET, others)))).toEqual([loss]);
  });

  test('that change nothing are not', () => {
    const others = {
      unresolvedEvents: 10,
      log: {
        ...LOG,
        end: { ...end, unseenSamples: 10 },
        heapVolume: { allocatedBytes: 1000, seenBytes: 800, seenBytesError: 60 },
      },
    };
    expect(findings(sourcesOf(QUIET, others))).toEqual([]);
  });

  test('a missing end is one, but not of version 1, which has none', () => {
    const { end: _, ...log } = LOG;
    expect(lossesOf(findings(sourcesOf(QUIET, { log })))).toEqual(['killed']);
    expect(lossesOf(findings(sourcesOf(QUIET, { log, version: 1 })))).toEqual([]);
  });
});
