import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { surveyLog } from '../../src/analysis/log-survey.js';
import { openRecording } from '../../src/format/open.js';
import { exampleRecording } from '../support/example.js';
import { recording, type WrittenRecording, writeFiles } from '../support/recording.js';

let written: WrittenRecording;

afterEach(() => written.cleanup());

function survey(onProgress?: (bytesRead: number) => void) {
  const { metadata, log, close } = openRecording(written.filebase);
  try {
    return surveyLog(log, metadata.facts.sampling, onProgress);
  } finally {
    close();
  }
}

test('everything in a log is counted', () => {
  written = exampleRecording();
  const progress: number[] = [];
  expect(survey((bytesRead) => progress.push(bytesRead))).toEqual({
    allocations: 15,
    frees: 1,
    heapRecords: 1,
    collections: 1,
    gcPauseSeconds: 0.0015,
    marks: 1,
    elapsedSeconds: 3,
    end: { timeMicros: 3_000_000, reason: 'exit', events: 16, unresolvedEvents: 0 },
    cutBytes: 0,
    damage: [],
  });
  expect(progress.at(-1)).toBe(readFileSync(`${written.filebase}.hpd`).length);
});

test('what V8 allocated between heap records is held against what was seen in that time', () => {
  const bands = [{ belowBytes: 100, probability: 0.5 }];
  written = recording({ sampling: { by: 'bands', bands } })
    .alloc('before', 1000) // before the first record
    .heap({ timeMicros: 10, usedBeforeBytes: 5000, usedAfterBytes: 5000 })
    .alloc('main', 10, { at: 11, times: 3 }) // stands for 60 bytes; variance 3 × 10² × 2 × 1
    .alloc('main', 500, { at: 12, kind: 'arrayBuffer' })
    .heap({ timeMicros: 13, gcKind: 1, usedBeforeBytes: 5100, usedAfterBytes: 4000 })
    .free('main', 10, { at: 13 })
    .flush()
    .alloc('main', 200, { at: 14 })
    .heap({ timeMicros: 14, gcKind: 4, usedBeforeBytes: 4300, usedAfterBytes: 3000 })
    .alloc('after', 4000, { at: 15 }) // after the last one
    .stop()
    .write();
  // 100 and 300 bytes by V8; 60 and 200 of them were seen.
  expect(survey().heapVolume).toEqual({
    allocatedBytes: 400,
    seenBytes: 260,
    seenBytesError: Math.sqrt(600),
  });
});

test('without two heap records there is nothing to hold against', () => {
  written = recording().heap({ usedAfterBytes: 7 }).alloc('main', 8).write();
  expect(survey()).not.toHaveProperty('heapVolume');
});

test('array buffers are held against the last heap record, at its time', () => {
  const bands = [{ belowBytes: 100, probability: 0.5 }];
  const kind = 'arrayBuffer';
  written = recording({ sampling: { by: 'bands', bands } })
    .heap({ timeMicros: 1, arrayBufferBytes: 7, earlierArrayBufferBytes: 7 })
    .alloc('main', 50, { at: 2, kind, times: 2 }) // stands for 200 bytes; variance 2 × 50² × 2 × 1
    .alloc('main', 1000, { at: 3, kind })
    .flush()
    .free('main', 50, { at: 1_999_999, kind }) // in the file, events follow the records of their time
    .heap({ timeMicros: 2_000_000, arrayBufferBytes: 1500, earlierArrayBufferBytes: 5 })
    .free('main', 1000, { at: 2_000_001, kind })
    .write();
  expect(survey().arrayBuffers).toEqual({
    timeSeconds: 2,
    countedBytes: 1500,
    attributedBytes: 1100,
    attributedBytesError: Math.sqrt(5000),
    earlierBytes: 5,
    unattributedBytes: 395,
  });
});

test('of a cut log, what is there, and no end', () => {
  const whole = exampleRecording();
  const hpm = readFileSync(`${whole.filebase}.hpm`);
  const hpd = readFileSync(`${whole.filebase}.hpd`);
  whole.cleanup();
  written = writeFiles({ hpm, hpd: hpd.subarray(0, -1) });
  const { end, elapsedSeconds, cutBytes } = survey();
  expect({ end, elapsedSeconds }).toEqual({ end: undefined, elapsedSeconds: 2.5 });
  expect(cutBytes).toBeGreaterThan(0);
});
