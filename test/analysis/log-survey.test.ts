import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { surveyLog } from '../../src/analysis/log-survey.js';
import { openRecording } from '../../src/format/open.js';
import { exampleRecording } from '../support/example.js';
import { type WrittenRecording, writeFiles } from '../support/recording.js';

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
