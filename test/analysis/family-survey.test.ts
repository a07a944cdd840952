import { afterEach, expect, test } from 'vitest';
import { surveyFamily } from '../../src/analysis/family-survey.js';
import { openFamily } from '../../src/format/family.js';
import {
  member,
  type RecordingBuilder,
  type WrittenRecording,
  writeFamily,
} from '../support/recording.js';

const SECOND = 1_000_000;

let written: WrittenRecording;
afterEach(() => written.cleanup());

function survey(builders: Record<string, RecordingBuilder>, onProgress?: (bytes: number) => void) {
  written = writeFamily(builders);
  return surveyFamily(openFamily(written.filebase).members, onProgress);
}

const heap = (bytes: number) => ({
  usedBeforeBytes: bytes,
  usedAfterBytes: 0,
  arrayBufferBytes: bytes,
  earlierArrayBufferBytes: 1,
});

test('a family is surveyed member by member and as a whole', () => {
  const root = member(1)
    .alloc('main', 8)
    .heap({ timeMicros: 1 * SECOND, gcKind: 1, pauseMicros: 1000, ...heap(100) })
    .alloc('main', 30, { at: 1.5 * SECOND })
    .heap({ timeMicros: 4 * SECOND, ...heap(40) })
    .at(5 * SECOND)
    .stop({ reason: 'exit' });
  const gone = member(2, { afterRootMicros: SECOND, description: { threadId: 1 } })
    .heap({ timeMicros: 1, ...heap(7) })
    .alloc('run', 5, { at: 2 })
    .free('run', 5, { at: 3 })
    .heap({ timeMicros: 1 * SECOND, gcKind: 4, pauseMicros: 500, ...heap(10) });
  const present = member(3, {
    afterRootMicros: 2 * SECOND,
    description: { argv: ['node', 'b.js'] },
  })
    .heap({ timeMicros: 2.5 * SECOND, ...heap(1000) })
    .mark('here');
  const progress: number[] = [];
  const { whole, members } = survey({ '': root, '.w1': gone, '.p7': present }, (bytes) =>
    progress.push(bytes),
  );
  expect(
    members.map(({ label, startSeconds, log }) => [label, startSeconds, log.elapsedSeconds]),
  ).toEqual([
    ['main', 0, 5],
    ['worker 1', 1, 1],
    ['process 7 (b.js)', 2, 2.5],
  ]);
  expect(whole).toEqual({
    allocations: 3,
    frees: 1,
    heapRecords: 5,
    collections: 2,
    gcPauseSeconds: 0.0015,
    marks: 1,
    elapsedSeconds: 5,
    end: { timeMicros: 5 * SECOND, reason: 'exit', events: 2, unresolvedEvents: 0 },
    cutBytes: 0,
    damage: [],
    // 40 and 10 by V8, of which 30 and 5 were seen.
    heapVolume: { allocatedBytes: 50, seenBytes: 35, seenBytesError: 0 },
    // The worker had gone by the end.
    arrayBuffers: {
      timeSeconds: 4.5,
      countedBytes: 1040,
      attributedBytes: 0,
      attributedBytesError: 0,
      earlierBytes: 2,
      unattributedBytes: 1038,
    },
  });
  expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  expect(progress.at(-1)).toBe(members.reduce((sum, { logBytes }) => sum + logBytes, 0));
});

test('a recording that is alone is the whole', () => {
  const { whole, members } = survey({ '': member(1).alloc('main', 8).at(3).stop() });
  expect(members).toMatchObject([{ suffix: '', label: 'main', startSeconds: 0 }]);
  expect(members[0]!.log).toEqual(whole);
});
