import { member, recording, type WrittenRecording, writeFamily } from './recording.js';

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

/**
 * A program of five seconds with a named worker, which reads buffers and ends after two, and a child process that is
 * killed. V8 counts 100,000 bytes of array buffers in the main thread that no trace tells of.
 */
export function exampleFamily(): WrittenRecording {
  const app = '/home/someone/app/src';
  const cwd = '/home/someone/app';
  const main = `main:${app}/main.js:3`;
  const root = member(1, { description: { cwd, argv: ['node', 'src/main.js'] } })
    .heap({
      timeMicros: 1,
      usedBeforeBytes: 4 * MiB,
      usedAfterBytes: 4 * MiB,
      earlierArrayBufferBytes: 64,
    })
    .alloc(`${main} > put:${app}/cache.js:10`, 2 * MiB, { at: 1_000_000, type: 'Map' })
    .heap({
      timeMicros: 4_900_000,
      gcKind: 1,
      pauseMicros: 1500,
      usedBeforeBytes: 6.5 * MiB,
      usedAfterBytes: 6 * MiB,
      arrayBufferBytes: 100_064,
      earlierArrayBufferBytes: 64,
      residentSetBytes: 90 * MiB,
    })
    .at(5_000_000)
    .stop({ reason: 'exit' });
  const worker = member(2, {
    afterRootMicros: 500_000,
    description: { cwd, threadId: 3, threadName: 'io' },
  })
    .alloc(`run:${app}/worker.js:7`, 65_536, { times: 4, kind: 'arrayBuffer' })
    .alloc(`run:${app}/worker.js:8`, 4096, { type: 'Array' })
    .at(2_000_000)
    .stop({ reason: 'exit' });
  const child = member(3, {
    afterRootMicros: 2_000_000,
    description: { cwd, pid: 99, argv: ['node', 'src/child.js'] },
  })
    .alloc(`:${app}/child.js:1`, MiB / 2, { type: 'string' })
    .heap({
      timeMicros: 1_000_000,
      usedAfterBytes: MiB,
      earlierArrayBufferBytes: 0,
      residentSetBytes: 50 * MiB,
    });
  return writeFamily({ '': root, '.w3': worker, '.p99': child });
}

/**
 * A server of nine seconds with a full garbage collection at each. A session of 4 KiB at sessions.js:4 is never forgotten, one comes every
 * half second; answers of 16 KiB at answer.js:8 die in their first collection, sampled at 1 in 4.
 */
export function exampleServer(): WrittenRecording {
  const sampling = { by: 'bands', bands: [{ belowBytes: 32_768, probability: 0.25 }] } as const;
  const app = '/home/someone/app/src';
  const handle = `main:${app}/main.js:3 > handle:${app}/main.js:20`;
  const session = `${handle} > open:${app}/sessions.js:4`;
  const answer = `${handle} > answer:${app}/answer.js:8`;
  const builder = recording({ sampling });
  for (let second = 1; second <= 9; second++) {
    const start = (second - 1) * 1_000_000;
    for (const half of [0, 1]) {
      builder.alloc(session, 4096, { at: start + half * 500_000, type: 'Session', times: 4 });
      builder.alloc(answer, 16_384, { type: 'Array', times: 5 });
    }
    builder
      .free(answer, 16_384, { at: start + 1_000_000, type: 'Array', times: 5, age: 1_000_000 })
      .free(answer, 16_384, { type: 'Array', times: 5, age: 500_000 })
      .heap({ gcKind: 4, pauseMicros: 2000, usedAfterBytes: 4 * MiB + second * 32_768 })
      .flush();
  }
  return builder.at(9_500_000).stop({ reason: 'exit' }).write();
}
