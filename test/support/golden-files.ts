import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ProfileReader } from '../../src/reader/profile-reader.js';
import { type RecordingBuilder, recording, writeFiles } from './recording.js';
import { encodeEventsV1, encodeMetadataV1 } from './version1.js';

/** The bytes of a recording's files. */
export interface GoldenFiles {
  readonly hpm: Buffer;
  readonly hpd: Buffer;
}

/** Three blocks of events with other blocks between them; every block of events takes some time. */
export function smallRecording(): RecordingBuilder {
  return recording({ description: { argv: undefined, execArgv: undefined, cwd: undefined } })
    .alloc('main:a.js:1', 16, { type: 'Map' })
    .alloc('main:a.js:1 > load:b.js:300:4', 4097, { at: 5 })
    .heap({ gcKind: 1, pauseMicros: 300, usedAfterBytes: 1_000_000 })
    .alloc('main:a.js:1', 65_536, { kind: 'arrayBuffer', at: 900 })
    .flush()
    .free('main:a.js:1', 16, { type: 'Map', at: 20_000, age: 20_000, survived: 1 })
    .mark('ready')
    .alloc('main:a.js:1 > parse:c.js:7', 24, { type: 'Node', at: 20_100 })
    .flush()
    .alloc('main:a.js:1', 32, { at: 30_000, times: 3 })
    .free('main:a.js:1', 65_536, { kind: 'arrayBuffer', at: 31_000, age: 30_100, late: true })
    .stop();
}

/** {@link smallRecording}, a short one of version 1, and the beginnings of the original's own. */
export function goldenFiles(): Readonly<
  Record<'version 2' | 'version 1' | 'json' | 'mixed', GoldenFiles>
> {
  const { hpm, hpd } = smallRecording().files();
  return {
    'version 2': { hpm: Buffer.from(hpm), hpd: Buffer.from(hpd) },
    'version 1': shortVersion1(),
    json: original('json'),
    mixed: original('mixed'),
  };
}

/** The digest of {@link smallRecording}, with four snapshots. */
export function goldenDigest(): Buffer {
  const { filebase, cleanup } = writeFiles(smallRecording().files());
  try {
    using reader = new ProfileReader(filebase);
    reader.makeDigestSync({ timeInterval: 0.012, precision: 0.01 });
    return readFileSync(`${filebase}.hpc`);
  } finally {
    cleanup();
  }
}

function shortVersion1(): GoldenFiles {
  const event = (deltaMicros: number, trace: number, sizeBytes: number, isFree = false) => {
    return { deltaMicros, trace, sizeBytes, isFree };
  };
  return {
    hpm: Buffer.from(
      encodeMetadataV1({
        startSeconds: 1_600_000_000,
        startNanos: 5000,
        bands: [{ belowBytes: 64, probability: 0.5 }],
        traces: [
          [['a.py', 1]],
          [],
          [
            ['a.py', 1],
            ['b.py', 200],
          ],
        ],
      }),
    ),
    hpd: Buffer.from(
      encodeEventsV1([
        event(3, 1, 16),
        event(130, 3, 4000),
        event(2_500_000, 2, 2 ** 40),
        event(-100_000, 1, 16, true),
        event(700_000, 3, 4000, true),
        event(0, 0, 0),
      ]),
    ),
  };
}

/** As much as can be tried byte by byte. */
const ORIGINAL_BYTES = { hpm: 1200, hpd: 300 };

function original(name: string): GoldenFiles {
  const read = (suffix: 'hpm' | 'hpd') => {
    const file = fileURLToPath(new URL(`../data/heapprof-v1/${name}.${suffix}`, import.meta.url));
    return readFileSync(file).subarray(0, ORIGINAL_BYTES[suffix]);
  };
  return { hpm: read('hpm'), hpd: read('hpd') };
}
