import { expect, test } from 'vitest';
import { encodeBlock } from '../../src/format/block.js';
import { ByteWriter } from '../../src/format/byte-writer.js';
import { BlockType } from '../../src/format/constants.js';
import {
  encodeEvents,
  type Site,
  type SiteEvent,
  SiteEventDecoder,
} from '../../src/format/event-block.js';
import { encodeFileHeader } from '../../src/format/file-header.js';
import { encodeEnd, encodeHeapRecords, encodeMarks } from '../../src/format/hpd-blocks.js';
import {
  encodeFrames,
  encodeRecording,
  encodeStrings,
  encodeTraces,
  type FrameEntry,
  type TraceEntry,
} from '../../src/format/hpm-blocks.js';
import { openRecording } from '../../src/format/open.js';
import type { HeapRecord, Mark } from '../../src/model/event.js';
import type { RecordingEnd } from '../../src/model/recording.js';
import { exampleBytes, exampleContent } from '../support/examples.js';
import { writeFiles } from '../support/recording.js';

interface MetadataExample {
  readonly recordingId: string;
  readonly startWallMicros: number;
  readonly startMonotonicMicros: number;
  readonly description: Record<string, unknown>;
  readonly strings: readonly string[];
  readonly frames: readonly FrameEntry[];
  readonly traces: readonly TraceEntry[];
}

interface LogExample {
  readonly recordingId: string;
  readonly heapRecords: readonly HeapRecord[];
  readonly marks: readonly Mark[];
  readonly sites: readonly Site[];
  readonly events: readonly (Omit<SiteEvent, 'site'> & { readonly site: number })[];
  readonly end: RecordingEnd;
}

function block(
  type: number,
  firstTimeMicros: number,
  count: number,
  fill: (out: ByteWriter) => void,
): Uint8Array {
  const payload = new ByteWriter();
  fill(payload);
  return encodeBlock(type, firstTimeMicros, count, payload.bytes());
}

test('the metadata of docs/format.md are encoded to exactly the bytes there', () => {
  const content = exampleContent<MetadataExample>('hpm-example');
  const { strings, frames, traces } = content;
  const bytes = Buffer.concat([
    encodeFileHeader('hpm', content.recordingId),
    block(BlockType.recording, 0, 1, (out) => encodeRecording(out, content)),
    block(BlockType.strings, 0, strings.length, (out) =>
      encodeStrings(out, { firstIndex: 1, items: strings }),
    ),
    block(BlockType.frames, 0, frames.length, (out) =>
      encodeFrames(out, { firstIndex: 1, items: frames }),
    ),
    block(BlockType.traces, 0, traces.length, (out) =>
      encodeTraces(out, { firstIndex: 1, items: traces }),
    ),
  ]);
  expect(bytes.toString('hex')).toBe(exampleBytes('hpm-example').toString('hex'));
});

test('the log of docs/format.md is encoded to exactly the bytes there', () => {
  const content = exampleContent<LogExample>('hpd-example');
  const { heapRecords, marks, end } = content;
  const events = content.events.map((event) => ({ ...event, site: content.sites[event.site]! }));
  const bytes = Buffer.concat([
    encodeFileHeader('hpd', content.recordingId),
    block(BlockType.heapRecords, 1_500_000, 2, (out) => encodeHeapRecords(out, heapRecords)),
    block(BlockType.marks, 900_000, 3, (out) => encodeMarks(out, marks)),
    block(BlockType.events, 1_000_000, 5, (out) => encodeEvents(out, events)),
    block(BlockType.end, end.timeMicros, 1, (out) => encodeEnd(out, end)),
  ]);
  expect(bytes.toString('hex')).toBe(exampleBytes('hpd-example').toString('hex'));
});

test('the late frees of docs/format.md are encoded to exactly the bytes there, and read', () => {
  const content = exampleContent<Pick<LogExample, 'sites' | 'events'>>('late-frees-example');
  const events = content.events.map((event) => ({ ...event, site: content.sites[event.site]! }));
  const payload = new ByteWriter();
  encodeEvents(payload, events);
  const expected = exampleBytes('late-frees-example');
  expect(Buffer.from(payload.bytes()).toString('hex')).toBe(expected.toString('hex'));

  const decoder = new SiteEventDecoder();
  decoder.decode({ type: 16, count: 4, firstTimeMicros: 100, offset: 0, payload: expected });
  expect(decoder.lateFrees()).toEqual([1, 2]);
});

test('the bytes of docs/format.md are read to exactly the content there', () => {
  const { filebase, cleanup } = writeFiles({
    hpm: exampleBytes('hpm-example'),
    hpd: exampleBytes('hpd-example'),
  });
  const { metadata, log, close } = openRecording(filebase);
  const expected = exampleContent<LogExample>('hpd-example');
  const { strings } = exampleContent<MetadataExample>('hpm-example');

  expect(metadata).toMatchObject({
    damage: [],
    facts: {
      version: 2,
      recordingId: '0123456789abcdef',
      startWallMicros: 1_767_323_045_678_901,
      sampling: {
        by: 'bands',
        bands: [
          { belowBytes: 128, probability: 0.5 },
          { belowBytes: 8192, probability: 0.25 },
        ],
      },
      process: {
        engine: 'observer',
        pid: 4711,
        argv: ['node', 'app.js'],
        kinds: ['heap', 'arrayBuffer'],
        types: true,
      },
    },
  });
  const main = { functionName: 'main', file: 'app.js', line: 10, column: 3 };
  const anonymous = { functionName: '', file: 'app.js', line: 200, column: 15 };
  expect(metadata.traces.traceCount).toBe(2);
  expect(metadata.traces.trace(1)).toEqual([main]);
  expect(metadata.traces.trace(2)).toEqual([main, anonymous]);
  expect(metadata.traces.parent(2)).toBe(1);
  expect(metadata.traces.innermostFrame(2)).toEqual(anonymous);

  const itemNames: string[] = [];
  for (const item of log.items()) {
    itemNames.push(item.item);
    if (item.item === 'heap') expect(item.records).toEqual(expected.heapRecords);
    if (item.item === 'marks') expect(item.marks).toEqual(expected.marks);
    if (item.item === 'end') expect(item.end).toEqual(expected.end);
  }
  expect(itemNames).toEqual(['heap', 'marks', 'events', 'end']);
  const events = expected.events.map(({ site: number, ...event }) => {
    const { type, ...site } = expected.sites[number]!;
    return { ...event, ...site, type: strings[type - 1] ?? '' };
  });
  // The one age of 8 µs or more is known to an eighth of its power of two.
  events[4] = { ...events[4]!, ageMicros: 15 * 2 ** 17 };
  expect([...log.events()]).toEqual(events);
  expect(log.cutBytes).toBe(0);
  close();
  cleanup();
});
