import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../src/base/errors.js';
import { encodeBlock } from '../../src/format/block.js';
import { ByteWriter } from '../../src/format/byte-writer.js';
import { BLOCK_HEADER_BYTES, BlockType, FILE_HEADER_BYTES } from '../../src/format/constants.js';
import { encodeTraces } from '../../src/format/hpm-blocks.js';
import type { Damage } from '../../src/format/log.js';
import { openRecording } from '../../src/format/open.js';
import type { MemoryEvent } from '../../src/model/event.js';
import { smallRecording } from '../support/golden-files.js';
import { writeFiles } from '../support/recording.js';

const WHOLE = smallRecording().files();
const PIECES = smallRecording().pieces();
const EVENTS = readAll(WHOLE).events;

interface ReadResult {
  readonly events: readonly MemoryEvent[];
  /** Of the log; damage of the metadata comes in `metadataDamage`. */
  readonly damage: readonly Damage[];
  readonly metadataDamage: readonly Damage[];
  readonly cutBytes: number;
}

/** Reads everything there is to read, in all ways. */
function readAll(files: { readonly hpm: Uint8Array; readonly hpd: Uint8Array }): ReadResult {
  const { filebase, cleanup } = writeFiles(files);
  try {
    const { metadata, log, close } = openRecording(filebase);
    const damage: Damage[] = [];
    let lastMicros = 0;
    for (const item of log.items()) {
      if (item.item === 'damage') damage.push(item.damage);
      if (item.item !== 'events') continue;
      const { block } = item;
      const times = block.timesMicros();
      for (let k = 0; k < block.count; k++) {
        if (!(times[k]! >= lastMicros)) throw new Error('time goes back');
        lastMicros = times[k]!;
      }
      if (lastMicros > block.lastTimeMicros) throw new Error('an event is later than its block');
    }
    const { cutBytes } = log;
    const events = [...log.events()];
    for (let trace = 0; trace <= metadata.traces.traceCount; trace++) {
      metadata.traces.trace(trace);
      metadata.traces.parent(trace);
      metadata.traces.innermostFrame(trace);
    }
    close();
    return { events, damage, metadataDamage: metadata.damage, cutBytes };
  } finally {
    cleanup();
  }
}

/** Reads, or says that there was one clear error. */
function tryRead(files: { hpm: Uint8Array; hpd: Uint8Array }): ReadResult | FormatError {
  try {
    return readAll(files);
  } catch (error) {
    if (error instanceof FormatError) return error;
    throw error;
  }
}

/** Pieces of a file with their places in it. */
function placed(
  pieces: readonly Uint8Array[],
): { bytes: Uint8Array; start: number; end: number }[] {
  let end = 0;
  return pieces.map((bytes) => {
    const start = end;
    end += bytes.length;
    return { bytes, start, end };
  });
}

/** The events of the log's pieces whose number `keep` accepts; 0 is the file header. */
function eventsOfPieces(keep: (piece: number) => boolean): readonly MemoryEvent[] {
  const hpd = Buffer.concat(PIECES.hpd.filter((_, piece) => piece === 0 || keep(piece)));
  return readAll({ hpm: WHOLE.hpm, hpd }).events;
}

describe('a log that is cut', () => {
  test('anywhere gives the events of its whole blocks, without damage', () => {
    const pieces = placed(PIECES.hpd);
    for (let cut = 0; cut < WHOLE.hpd.length; cut++) {
      const result = tryRead({ hpm: WHOLE.hpm, hpd: WHOLE.hpd.subarray(0, cut) });
      if (cut < FILE_HEADER_BYTES) {
        expect(result).toBeInstanceOf(FormatError);
        continue;
      }
      const lastWhole = pieces.findLast(({ end }) => end <= cut)!;
      expect(result).toEqual({
        events: eventsOfPieces((piece) => pieces[piece]!.end <= cut),
        damage: [],
        metadataDamage: [],
        cutBytes: cut - lastWhole.end,
      });
    }
  });

  test('in its metadata still gives all events, or one error if the facts are lost', () => {
    const factsEnd = placed(PIECES.hpm)[1]!.end;
    for (let cut = 0; cut < WHOLE.hpm.length; cut++) {
      const result = tryRead({ hpm: WHOLE.hpm.subarray(0, cut), hpd: WHOLE.hpd });
      if (cut < factsEnd) {
        expect(result).toBeInstanceOf(FormatError);
      } else {
        expect(result).toMatchObject({ damage: [], metadataDamage: [] });
        const withoutTypes = (event: MemoryEvent) => ({ ...event, type: '' });
        expect((result as ReadResult).events.map(withoutTypes)).toEqual(EVENTS.map(withoutTypes));
      }
    }
  });
});

describe('a flipped bit', () => {
  /** Flips each bit of each byte in turn; a byte at a time where bits make no difference. */
  function eachFlip(bytes: Uint8Array, use: (flipped: Uint8Array, offset: number) => void): void {
    for (let offset = 0; offset < bytes.length; offset++) {
      for (const mask of [1, 0x10, 0x80, 0xff]) {
        const flipped = Buffer.from(bytes);
        flipped[offset]! ^= mask;
        use(flipped, offset);
      }
    }
  }

  test('in the log costs the events of its block, and is reported', () => {
    const pieces = placed(PIECES.hpd);
    const rest = pieces.map((_, damaged) => eventsOfPieces((piece) => piece !== damaged));
    eachFlip(WHOLE.hpd, (hpd, offset) => {
      const result = tryRead({ hpm: WHOLE.hpm, hpd });
      const damaged = pieces.findIndex(({ end }) => offset < end);
      const { start, bytes } = pieces[damaged]!;
      if (damaged === 0) {
        // The two reserved bytes are ignored; without the rest it is another file.
        if (offset === 6 || offset === 7)
          expect(result).toMatchObject({ events: EVENTS, damage: [] });
        else expect(result).toBeInstanceOf(FormatError);
        return;
      }
      expect(result).toMatchObject({ events: rest[damaged], metadataDamage: [] });
      const { damage, cutBytes } = result as ReadResult;
      // At the end of the file a length that is too high cannot be told from a cut.
      if (damaged === pieces.length - 1 && damage.length === 0) expect(cutBytes).toBe(bytes.length);
      else expect(damage).toMatchObject([{ offset: start, bytes: bytes.length }]);
    });
  });

  test('in the metadata costs names at most, and is reported', () => {
    const pieces = placed(PIECES.hpm);
    eachFlip(WHOLE.hpm, (hpm, offset) => {
      const result = tryRead({ hpm, hpd: WHOLE.hpd });
      const damaged = pieces.findIndex(({ end }) => offset < end);
      if (damaged > 1 || offset === 6 || offset === 7) {
        const { events, metadataDamage } = result as ReadResult;
        expect(events.map(({ type, ...event }) => event)).toEqual(
          EVENTS.map(({ type, ...event }) => event),
        );
        const { start, bytes } = pieces[damaged]!;
        const isLast = damaged === pieces.length - 1;
        if (damaged > 1 && !(isLast && metadataDamage.length === 0)) {
          expect(metadataDamage).toMatchObject([{ offset: start, bytes: bytes.length }]);
        }
      } else {
        expect(result).toBeInstanceOf(FormatError);
      }
    });
  });
});

describe('blocks', () => {
  test('that are missing cost their own events only', () => {
    fc.assert(
      fc.property(fc.subarray(PIECES.hpd.map((_, piece) => piece)), (kept) => {
        const blocks = kept.filter((piece) => piece > 0);
        const hpd = Buffer.concat([0, ...blocks].map((piece) => PIECES.hpd[piece]!));
        const expected = blocks.flatMap((block) => eventsOfPieces((piece) => piece === block));
        expect(readAll({ hpm: WHOLE.hpm, hpd })).toMatchObject({ events: expected, damage: [] });
      }),
    );
  });

  test('that stand twice are read once', () => {
    PIECES.hpd.forEach((repeated, piece) => {
      if (piece === 0) return;
      const hpd = Buffer.concat([
        ...PIECES.hpd.slice(0, piece + 1),
        repeated,
        ...PIECES.hpd.slice(piece + 1),
      ]);
      expect(readAll({ hpm: WHOLE.hpm, hpd }).events).toEqual(EVENTS);
    });
  });

  test('in any order, any number of times, are read as far as time does not go back', () => {
    const [header] = PIECES.hpd;
    const blocks = PIECES.hpd.map((_, piece) => piece).slice(1);
    const alone = new Map(
      blocks.map((block) => [block, eventsOfPieces((piece) => piece === block)]),
    );
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...blocks), { maxLength: 12 }), (order) => {
        const expected: MemoryEvent[] = [];
        for (const block of order) {
          const [first, ...more] = alone.get(block)!;
          const isLater = first && first.timeMicros >= (expected.at(-1)?.timeMicros ?? 0);
          if (isLater) expected.push(first, ...more);
        }
        const hpd = Buffer.concat([header!, ...order.map((block) => PIECES.hpd[block]!)]);
        const { events, damage } = readAll({ hpm: WHOLE.hpm, hpd });
        expect(events).toEqual(expected);
        for (const { reason } of damage) expect(reason).toMatch(/before the last one/);
      }),
    );
  });

  test('of a type that a later version has added are skipped', () => {
    const unknown = encodeBlock(77, 123, 5, Buffer.from('something new'));
    const files = {
      hpm: Buffer.concat(PIECES.hpm.flatMap((piece) => [piece, unknown])),
      hpd: Buffer.concat(PIECES.hpd.flatMap((piece) => [piece, unknown])),
    };
    expect(readAll(files)).toEqual({ events: EVENTS, damage: [], metadataDamage: [], cutBytes: 0 });
  });

  test('to which a later version has appended fields are read', () => {
    const longer = (piece: Uint8Array, k: number) => {
      if (k === 0) return piece;
      const { type, firstTime, count, payload } = headerOf(piece);
      return encodeBlock(type, firstTime, count, Buffer.concat([payload, Buffer.from('more')]));
    };
    const files = {
      hpm: Buffer.concat(PIECES.hpm.map(longer)),
      hpd: Buffer.concat(PIECES.hpd.map(longer)),
    };
    expect(readAll(files)).toEqual({ events: EVENTS, damage: [], metadataDamage: [], cutBytes: 0 });
  });
});

function headerOf(block: Uint8Array) {
  const bytes = Buffer.from(block);
  return {
    type: bytes.readUInt8(3),
    firstTime: Number(bytes.readBigUInt64LE(8)),
    count: bytes.readUInt32LE(16),
    payload: bytes.subarray(BLOCK_HEADER_BYTES),
  };
}

describe('bytes that no writer writes, under a right checksum', () => {
  const withRightChecksum = (block: Uint8Array, change: (bytes: Buffer) => void): Buffer => {
    const bytes = Buffer.from(block);
    change(bytes);
    const crc = crc32(bytes.subarray(BLOCK_HEADER_BYTES), crc32(bytes.subarray(0, 20)));
    bytes.writeUInt32LE(crc, 20);
    return bytes;
  };
  /** Every block in turn with each of the changes; the others are as they were. */
  function eachChange(
    changes: (payloadBytes: number) => readonly ((bytes: Buffer) => void)[],
  ): void {
    for (const file of ['hpm', 'hpd'] as const) {
      PIECES[file].forEach((block, piece) => {
        if (piece === 0) return;
        for (const change of changes(block.length - BLOCK_HEADER_BYTES)) {
          const pieces: readonly Uint8Array[] = PIECES[file].with(
            piece,
            withRightChecksum(block, change),
          );
          const result = tryRead({ ...WHOLE, [file]: Buffer.concat(pieces) });
          // Only the facts are needed for everything else.
          if (result instanceof FormatError) expect([file, piece]).toEqual(['hpm', 1]);
        }
      });
    }
  }

  test('are damage: counts, lengths and times of the largest values', () => {
    eachChange(() => [
      (bytes) => bytes.writeUInt32LE(0xffff_ffff, 16),
      (bytes) => bytes.writeUInt32LE(0x7fff_ffff, 16),
      (bytes) => bytes.writeUInt32LE(0xffff_ffff, 4),
      (bytes) => bytes.writeUInt32LE(16_777_216, 4),
      (bytes) => bytes.writeBigUInt64LE(2n ** 64n - 1n, 8),
      (bytes) => bytes.writeBigUInt64LE(2n ** 53n - 1n, 8),
      (bytes) => bytes.writeUInt32LE(0, 16),
    ]);
  });

  test('are damage or other numbers: the largest number anywhere in a payload', () => {
    const LARGEST = Buffer.from('ffffffffffffff0f', 'hex');
    eachChange((payloadBytes) =>
      Array.from(
        { length: payloadBytes },
        (_, k) => (bytes: Buffer) => LARGEST.copy(bytes, BLOCK_HEADER_BYTES + k),
      ),
    );
  });

  test('are damage or other numbers: any bytes in place of a payload', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(1, 2, 3, 4, 16, 17, 18, 19),
        fc.nat(40),
        fc.maxSafeNat(),
        fc.uint8Array({ maxLength: 60 }),
        (type, count, firstTime, payload) => {
          const block = encodeBlock(type, firstTime, count, payload);
          const hpm = Buffer.concat([...PIECES.hpm, block]);
          const [header, ...blocks] = PIECES.hpd;
          const hpd = Buffer.concat([header!, block, ...blocks]);
          expect(readAll({ hpm, hpd: WHOLE.hpd }).events.length).toBe(EVENTS.length);
          readAll({ hpm: WHOLE.hpm, hpd });
        },
      ),
      { numRuns: 500 },
    );
  });

  test('are a trace of 4096 frames at most, the innermost ones', () => {
    const payload = new ByteWriter();
    const items = Array.from({ length: 10_000 }, (_, k) => ({ parent: k, frame: k === 0 ? 1 : 2 }));
    encodeTraces(payload, { firstIndex: 1, items });
    const chain = encodeBlock(BlockType.traces, 0, items.length, payload.bytes());
    const hpm = Buffer.concat([...PIECES.hpm, chain]);
    const { filebase, cleanup } = writeFiles({ hpm, hpd: WHOLE.hpd });
    const { metadata, close } = openRecording(filebase);
    const lines = (trace: number) => metadata.traces.trace(trace)!.map(({ line }) => line);
    expect(lines(4096)).toEqual([1, ...Array(4095).fill(300)]);
    expect(lines(10_000)).toEqual(Array(4096).fill(300));
    close();
    cleanup();
  });

  test('cost their own block only', () => {
    const [header, first, ...others] = PIECES.hpd;
    const bad = encodeBlock(16, 0, 3, Buffer.from([9, 9]));
    const hpd = Buffer.concat([header!, bad, first!, ...others]);
    const { events, damage } = readAll({ hpm: WHOLE.hpm, hpd });
    expect(events).toEqual(EVENTS);
    expect(damage).toMatchObject([{ offset: 16, bytes: 26, reason: /type 16 does not decode/ }]);
  });
});

describe('random bytes', () => {
  test('between blocks cost nothing but themselves', () => {
    fc.assert(
      fc.property(
        fc.nat(PIECES.hpd.length - 2),
        fc.uint8Array({ minLength: 1, maxLength: 200 }),
        (before, noise) => {
          const at = before + 1;
          const pieces = PIECES.hpd.toSpliced(at, 0, noise);
          const { events, damage } = readAll({ hpm: WHOLE.hpm, hpd: Buffer.concat(pieces) });
          expect(events).toEqual(EVENTS);
          const { start } = placed(pieces)[at]!;
          expect(damage).toMatchObject([{ offset: start, bytes: noise.length }]);
        },
      ),
    );
  });

  test('after a header are no events', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (noise) => {
        const hpd = Buffer.concat([PIECES.hpd[0]!, noise]);
        expect(readAll({ hpm: WHOLE.hpm, hpd }).events).toEqual([]);
      }),
    );
  });

  test('in place of a file are one error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (noise) => {
        fc.pre(noise[0] !== 0);
        expect(tryRead({ hpm: noise, hpd: WHOLE.hpd })).toBeInstanceOf(FormatError);
        expect(tryRead({ hpm: WHOLE.hpm, hpd: noise })).toBeInstanceOf(FormatError);
      }),
    );
  });
});

describe('a large file', () => {
  /** A log of several reading windows: blocks of up to 3 MiB with noise between them. */
  const [header, ...blocks] = PIECES.hpd;
  const filler = Buffer.alloc(3 * 1024 * 1024, 'hpb?');
  const unknown = encodeBlock(99, 0, 0, filler);
  const largest = encodeBlock(98, 0, 0, Buffer.alloc(16_777_216, 1));

  test('is read across the borders of the pieces in which it is read', () => {
    const hpd = Buffer.concat([header!, ...blocks.flatMap((block) => [unknown, block, largest])]);
    expect(readAll({ hpm: WHOLE.hpm, hpd })).toMatchObject({ events: EVENTS, damage: [] });
  });

  test('is searched across the borders of the pieces in which it is read', () => {
    for (const shift of [0, 1, 2, 3]) {
      const noise = filler.subarray(0, filler.length - shift);
      const hpd = Buffer.concat([header!, ...blocks.flatMap((block) => [noise, block])]);
      const { events, damage } = readAll({ hpm: WHOLE.hpm, hpd });
      expect(events).toEqual(EVENTS);
      expect(damage.map(({ bytes }) => bytes)).toEqual(blocks.map(() => noise.length));
    }
  });

  test('that looks like a block everywhere does not take forever', () => {
    // Every 8 bytes begin a block of 8 MiB with a wrong checksum: 16 TB to sum up.
    const hostile = Buffer.alloc(32 * 1024 * 1024);
    for (let k = 0; k < hostile.length; k += 8) {
      hostile.write('hpb', k, 'latin1');
      hostile.writeUInt32LE(8 * 1024 * 1024, k + 4);
    }
    const hpd = Buffer.concat([header!, hostile]);
    const { events, damage } = readAll({ hpm: WHOLE.hpm, hpd });
    expect(events).toEqual([]);
    expect(damage).toMatchObject([{ offset: 16, bytes: hostile.length }]);
  });
});

describe('damage', () => {
  test('is described by a sentence', () => {
    const reasons = new Set<string>();
    const [header, first, ...others] = PIECES.hpd;
    const broken = (change: (bytes: Buffer) => void) => {
      const bytes = Buffer.from(first!);
      change(bytes);
      const hpd = Buffer.concat([header!, bytes, ...others]);
      for (const { reason } of readAll({ hpm: WHOLE.hpm, hpd }).damage) reasons.add(reason);
    };
    broken((bytes) => bytes.write('x'));
    broken((bytes) => bytes.writeUInt32LE(2 ** 31, 4));
    broken((bytes) => bytes.writeUInt32LE(16_000_000, 4));
    broken((bytes) => bytes.writeUInt32LE(7, 20));
    expect([...reasons]).toEqual([
      'A block was expected here.',
      'The length of a block is above the limit.',
      'A block reaches beyond the end of the file.',
      'The checksum of a block is wrong.',
    ]);
  });
});
