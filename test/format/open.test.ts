import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { HeapprofError } from '../../src/base/errors.js';
import { openLog, openRecording, readMetadata } from '../../src/format/open.js';
import { recording, type WrittenRecording, writeFiles } from '../support/recording.js';
import { encodeEventsV1, encodeMetadataV1 } from '../support/version1.js';

let written: WrittenRecording | undefined;

afterEach(() => {
  written?.cleanup();
  written = undefined;
});

/** A whole recording of version 2, with files in place of its own if given. */
function files(replaced: { hpm?: Uint8Array; hpd?: Uint8Array } = {}): string {
  const own = recording().alloc('main', 8, { type: 'Map' }).stop().files();
  written = writeFiles({ ...own, ...replaced });
  return written.filebase;
}

function only(kept: { hpm?: Uint8Array; hpd?: Uint8Array }): string {
  written = writeFiles(kept);
  return written.filebase;
}

/** The message of the error with file names for paths. */
function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(HeapprofError);
    return (error as Error).message.replaceAll(/\S*\/(recording)/g, '$1');
  }
  throw new Error('There was no error.');
}

function withVersion(bytes: Uint8Array, version: number): Uint8Array {
  const copy = Buffer.from(bytes);
  copy.writeUInt16LE(version, 4);
  return copy;
}

const OWN = recording().stop().files();
const OTHER = recording({ recordingId: 'ffffffffffffffff' }).stop().files();
const TEXT = Buffer.from('A text that has nothing to do with heaps.\n');
const V1 = {
  hpm: encodeMetadataV1({ startSeconds: 1_600_000_000, startNanos: 0, bands: [], traces: [] }),
  hpd: encodeEventsV1([{ deltaMicros: 1, trace: 1, sizeBytes: 8, isFree: false }]),
};
/** The digest of version 1 begins like the metadata: 50 ms between snapshots, index at byte 100. */
const DIGEST_V1 = Buffer.concat([
  V1.hpm.subarray(0, 20),
  Buffer.from('32 0000000000000064 5379a0bd 01 01 10'.replaceAll(' ', ''), 'hex'),
  Buffer.alloc(1000, 0xff),
]);

const RECORD_AGAIN = 'Nothing was recorded before the program ended; record again.';
const EVENTS_EXPECTED = 'It should hold the events of a recording (.hpd)';
const METADATA_EXPECTED = 'It should hold the metadata of a recording (.hpm)';

describe('a recording cannot be opened, and why is said in one sentence or two, if', () => {
  test.each([
    [
      'it does not exist',
      () => only({}),
      'There is no recording recording: neither recording.hpm nor recording.hpd exists; check the name.',
    ],
    [
      'its metadata are missing',
      () => only({ hpd: OWN.hpd }),
      'recording.hpm does not exist; a recording needs its .hpm and its .hpd side by side.',
    ],
    [
      'its events are missing',
      () => only({ hpm: OWN.hpm }),
      'recording.hpd does not exist; a recording needs its .hpm and its .hpd side by side.',
    ],
    [
      'its metadata are empty',
      () => files({ hpm: new Uint8Array(0) }),
      `recording.hpm: the file is empty at byte 0. ${RECORD_AGAIN}`,
    ],
    [
      'its events are empty',
      () => files({ hpd: new Uint8Array(0) }),
      `recording.hpd: the file is empty at byte 0. ${RECORD_AGAIN}`,
    ],
    [
      'its metadata end in the header',
      () => files({ hpm: OWN.hpm.subarray(0, 9) }),
      `recording.hpm: the file ends within its header at byte 9. ${RECORD_AGAIN}`,
    ],
    [
      'its metadata end before the facts',
      () => files({ hpm: OWN.hpm.subarray(0, 60) }),
      `recording.hpm: the file ends before the recording's facts at byte 60. ${RECORD_AGAIN}`,
    ],
    [
      'its facts are damaged',
      () => files({ hpm: Buffer.from(OWN.hpm).fill(0, 60, 70) }),
      "recording.hpm: the recording's facts are damaged at byte 16. Without them no event can be weighed; restore the file from a copy, or record again.",
    ],
    [
      'its facts do not say how allocations were chosen',
      () => {
        const description = { samplingRate: undefined };
        return files({ hpm: recording({ description }).files().hpm });
      },
      "recording.hpm: the recording's facts are damaged at byte 16. Without them no event can be weighed; restore the file from a copy, or record again.",
    ],
    [
      'its metadata are a text',
      () => files({ hpm: TEXT }),
      `recording.hpm: no file header of heapprof at byte 0. ${METADATA_EXPECTED}; give the name of a recording.`,
    ],
    [
      'its events are a text',
      () => files({ hpd: TEXT }),
      `recording.hpd: no file header of heapprof at byte 0. ${EVENTS_EXPECTED}; give the name of a recording.`,
    ],
    [
      'its metadata are the events',
      () => files({ hpm: OWN.hpd }),
      `recording.hpm: the file header is that of the events of a recording (.hpd) at byte 0. ${METADATA_EXPECTED}; was it renamed?`,
    ],
    [
      'its events are the metadata',
      () => files({ hpd: OWN.hpm }),
      `recording.hpd: the file header is that of the metadata of a recording (.hpm) at byte 0. ${EVENTS_EXPECTED}; was it renamed?`,
    ],
    [
      'it is of a newer version',
      () => files({ hpm: withVersion(OWN.hpm, 3), hpd: withVersion(OWN.hpd, 3) }),
      'recording.hpm: the format version is 3 at byte 4. This heapprof reads versions 1 and 2; use a newer one.',
    ],
    [
      'its files are of two recordings',
      () => files({ hpd: OTHER.hpd }),
      'recording.hpd: the recording is another than that of recording.hpm at byte 8. Keep the two files of a recording together, and do not rename only one.',
    ],
    [
      'its metadata are of version 1, its events of version 2',
      () => only({ hpm: V1.hpm, hpd: OWN.hpd }),
      'recording.hpd: the recording is another than that of recording.hpm at byte 8. Keep the two files of a recording together, and do not rename only one.',
    ],
    [
      'its metadata are of version 2, its events of version 1',
      () => only({ hpm: OWN.hpm, hpd: V1.hpd }),
      `recording.hpd: no file header of heapprof at byte 0. ${EVENTS_EXPECTED}; give the name of a recording.`,
    ],
    [
      'its events are the metadata, in version 1',
      () => only({ hpm: V1.hpm, hpd: V1.hpm }),
      'recording.hpd: no event of a log at byte 0. It should hold the events of a recording (.hpd); give the name of a recording.',
    ],
    [
      'its metadata are the digest, in version 1',
      () => only({ hpm: DIGEST_V1, hpd: V1.hpd }),
      'recording.hpm: a size band that does not rise above the one before it at byte 33. The size bands of an .hpm of version 1 were expected; is this one?',
    ],
  ])('%s', (_, prepare, message) => {
    const filebase = prepare();
    expect(messageOf(() => openRecording(filebase))).toBe(message);
  });

  test('it is a folder', () => {
    const filebase = files();
    rmSync(`${filebase}.hpm`);
    mkdirSync(`${filebase}.hpm`);
    expect(messageOf(() => readMetadata(`${filebase}.hpm`))).toBe(
      'recording.hpm is not a regular file; give the name of a recording.',
    );
  });
});

test('an .hpd can be opened by itself, in either version', () => {
  const own = openLog(`${files()}.hpd`);
  expect([own.version, own.recordingId]).toEqual([2, '00000000c0ffee00']);
  // The names of types are in the .hpm.
  expect([...own.events()]).toMatchObject([{ sizeBytes: 8, type: '' }]);
  own.close();
  written?.cleanup();
  const original = openLog(`${only(V1)}.hpd`);
  expect(original.version).toBe(1);
  expect([...original.events()]).toMatchObject([{ sizeBytes: 8, timeMicros: 1 }]);
  original.close();
});

test('an .hpd that does not exist is named', () => {
  expect(messageOf(() => openLog('/nowhere/recording.hpd'))).toBe(
    'recording.hpd does not exist; check the name of the recording.',
  );
});

test('a log that grows is read up to the size that it had when it was opened', () => {
  const builder = recording().alloc('main', 8).flush().alloc('main', 16, { at: 10 });
  const { hpm, hpd } = builder.pieces();
  const [header, first, second] = hpd;
  const filebase = only({ hpm: Buffer.concat(hpm), hpd: Buffer.concat([header!, first!]) });
  const before = openRecording(filebase);
  appendFileSync(`${filebase}.hpd`, second!);
  expect([...before.log.events()]).toEqual(builder.events.slice(0, 1));
  before.close();
  const after = openRecording(filebase);
  expect([...after.log.events()]).toEqual(builder.events);
  after.close();
});

test('a log that has become shorter since it was opened ends there', () => {
  const builder = recording().alloc('main', 8).flush().alloc('main', 16, { at: 10 });
  const { hpm, hpd } = builder.pieces();
  const filebase = only({ hpm: Buffer.concat(hpm), hpd: Buffer.concat(hpd) });
  const { log, close } = openRecording(filebase);
  writeFileSync(`${filebase}.hpd`, Buffer.concat(hpd.slice(0, 2)));
  expect([...log.events()]).toEqual(builder.events.slice(0, 1));
  close();
});

test('the position of an iteration rises from the header to the end of the file', () => {
  const { log, close } = openRecording(files());
  const positions: number[] = [];
  for (const _ of log.items()) positions.push(log.positionBytes);
  expect(positions).toEqual([...positions].sort((a, b) => a - b));
  expect(positions[0]).toBeGreaterThan(16);
  expect(log.positionBytes).toBe(log.sizeBytes);
  close();
});

test('a closed recording says so, and can be closed again', () => {
  const { log, close } = openRecording(files());
  close();
  close();
  expect(messageOf(() => [...log.items()])).toBe(
    'recording.hpd has been closed; open the recording again to read it.',
  );
});
