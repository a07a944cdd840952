import { recording, type WrittenRecording } from './recording.js';

const MiB = 2 ** 20;

/**
 * A program of three seconds whose cache grows: a MiB a second at cache.js:10, all of it kept; buffers of
 * 256 KiB at io.js:30, the first of which is freed; and 100 tokens of 64 bytes, sampled at 1 in 10.
 */
export function exampleRecording(): WrittenRecording {
  const sampling = { by: 'bands', bands: [{ belowBytes: 128, probability: 0.1 }] } as const;
  const main = 'main:/home/someone/app/src/main.js:3';
  const cache = `${main} > put:/home/someone/app/src/cache.js:10`;
  const read = `${main} > read:file:///home/someone/app/src/io.js:30 > alloc:node:buffer:300`;
  const tokens = `${main} > :/home/someone/app/src/tokens.js:5:9`;
  return recording({ sampling, description: { argv: ['node', 'src/main.js', '--all'] } })
    .mark('ready')
    .alloc(tokens, 64, { times: 10, type: 'Token' })
    .alloc(read, 262_144, { at: 400_000, kind: 'arrayBuffer', type: 'ArrayBuffer' })
    .alloc(cache, MiB, { at: 500_000, type: 'Array' })
    .heap({
      timeMicros: 900_000,
      gcKind: 1,
      pauseMicros: 1500,
      usedBeforeBytes: 4 * MiB,
      usedAfterBytes: 3 * MiB,
      committedBytes: 6 * MiB,
      limitBytes: 4096 * MiB,
      externalBytes: 300_000,
      arrayBufferBytes: 262_144,
      residentSetBytes: 40 * MiB,
    })
    .flush()
    .alloc(cache, MiB, { at: 1_500_000, type: 'Array' })
    .free(read, 262_144, {
      at: 1_700_000,
      kind: 'arrayBuffer',
      type: 'ArrayBuffer',
      age: 1_300_000,
      survived: 1,
    })
    .alloc(read, 262_144, { at: 2_000_000, kind: 'arrayBuffer', type: 'ArrayBuffer' })
    .alloc(cache, MiB, { at: 2_500_000, type: 'Array' })
    .at(3_000_000)
    .stop({ reason: 'exit' })
    .write();
}
