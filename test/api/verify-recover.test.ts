import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BlockType } from '../../src/format/constants.js';
import { HeapprofError, read, recover, verify } from '../../src/index.js';
import { exampleFamily } from '../support/example.js';
import { goldenFiles, smallRecording } from '../support/golden-files.js';
import { ScratchFiles } from '../support/scratch-files.js';

const GOLDEN = goldenFiles();

let scratch: ScratchFiles;

beforeEach(() => {
  scratch = new ScratchFiles();
});

afterEach(() => scratch.cleanup());

/** Writes the recording of a version; of version 2 with its second block of events broken. Returns its filebase. */
function written(name: keyof typeof GOLDEN, isBroken = false): string {
  const { hpm, hpd } = GOLDEN[name];
  scratch.write('.hpm', hpm);
  scratch.write('.hpd', isBroken ? broken() : hpd);
  return scratch.filebase;
}

/** The log of version 2 with a wrong byte in its second block of events; which these are tells their fourth byte. */
function broken(): Buffer {
  const [header, ...blocks] = smallRecording().pieces().hpd;
  const [, second] = blocks.filter((block) => block[3] === BlockType.events);
  second![second!.length - 1]! ^= 1;
  return Buffer.concat([header!, ...blocks]);
}

describe.each(['version 2', 'version 1'] as const)('a recording of %s', (name) => {
  test('that is whole is found whole, and recovered it has the same events', () => {
    const filebase = written(name);
    const copy = `${filebase}-copy`;
    expect(verify(filebase)).toMatchObject({ isWhole: true, files: [{}, {}] });
    const { members, leftOut } = recover(filebase, copy);
    expect(leftOut).toEqual([]);
    expect(members).toMatchObject([{ filebase: copy, log: { damagedBytes: 0 } }]);
    const eventsOf = (recording: string) => {
      using reader = read(recording);
      return [...reader.hpd.events()];
    };
    expect(eventsOf(copy)).toEqual(eventsOf(filebase));
  });

  test('tells how far the work has come, up to the end', () => {
    const filebase = written(name);
    for (const work of [
      (onProgress: (fraction: number) => void) => verify(filebase, onProgress),
      (onProgress: (fraction: number) => void) => recover(filebase, `${filebase}-copy`, onProgress),
    ]) {
      const seen: number[] = [];
      work((fraction) => seen.push(fraction));
      expect(seen).toEqual(seen.toSorted((a, b) => a - b));
      expect(seen.at(-1)).toBe(1);
    }
  });
});

test('progress counts the logs of all members of a family', () => {
  const { filebase, cleanup } = exampleFamily();
  try {
    const seen: number[] = [];
    recover(filebase, `${filebase}-copy`, (fraction) => seen.push(fraction));
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    const [first] = seen;
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(0.5);
    expect(seen.at(-1)).toBe(1);
  } finally {
    cleanup();
  }
});

test('of a damaged recording it says where, and the copy is whole and has the other events', () => {
  const filebase = written('version 2', true);
  const { isWhole, files } = verify(filebase);
  expect(isWhole).toBe(false);
  const [metadata, log] = files;
  expect(metadata).toMatchObject({ file: `${filebase}.hpm`, damage: [] });
  expect(log!.damage).toMatchObject([
    { file: `${filebase}.hpd`, reason: 'The checksum of a block is wrong.' },
  ]);
  const { offset, bytes } = log!.damage[0]!;
  const copy = `${filebase}-copy`;
  expect(recover(filebase, copy).members[0]!.log).toMatchObject({ damagedBytes: bytes });
  const { hpd } = GOLDEN['version 2'];
  const saved = readFileSync(`${copy}.hpd`);
  expect(saved.length).toBe(hpd.length - bytes);
  expect(saved.subarray(0, offset).equals(hpd.subarray(0, offset))).toBe(true);
  expect(verify(copy).isWhole).toBe(true);
});

test('nothing is overwritten, and nothing is left of a copy that was given up', () => {
  const filebase = written('version 2');
  const copy = `${filebase}-copy`;
  writeFileSync(`${copy}.hpd`, 'mine');
  expect(() => recover(filebase, copy)).toThrow(
    expect.objectContaining({ code: 'ERR_HEAPPROF_OUTPUT' }),
  );
  expect(readFileSync(`${copy}.hpd`, 'utf8')).toBe('mine');
  const other = `${filebase}-other`;
  const giveUp = () => {
    throw new Error('enough');
  };
  expect(() => recover(filebase, other, giveUp)).toThrow('enough');
  expect([existsSync(`${other}.hpm`), existsSync(`${other}.hpd`)]).toEqual([false, false]);
});

test('there must be files', () => {
  expect(() => verify(`${scratch.filebase}-none`)).toThrow(HeapprofError);
  expect(() => recover(`${scratch.filebase}-none`, scratch.filebase)).toThrow(HeapprofError);
});
