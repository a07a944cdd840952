import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openRecording } from '../../src/format/open.js';
import { eventsIn, fixture, recordFixture, temporaryFolder } from '../support/record.js';

test('objects that are kept have the names of their types', () => {
  const { filebase, stderr } = recordFixture('types.cjs', { sample: { 1: 1 } });
  expect(stderr).toBe('');
  const names = eventsIn(filebase, 'types.cjs')
    .filter(({ operation }) => operation === 'allocation')
    .map(({ type }) => type);
  for (const type of [
    'OrderLine',
    '{id, price}',
    'Map',
    'function',
    'string',
    'bigint',
    'Date',
    'Proxy',
    'symbol',
  ]) {
    // Optimised code makes some objects together with their neighbours (README, "Folded allocations").
    expect(names.filter((name) => name === type).length, type).toBeGreaterThan(900);
  }
});

test('an object that is used as a dictionary is not named by its keys', () => {
  const { filebase } = recordFixture('types.cjs', { sample: { 1: 1 } });
  const names = eventsIn(filebase, 'types.cjs').map(({ type }) => type);
  expect(names.filter((name) => /key\d+_\d+, key/.test(name)).length).toBeLessThan(20);
});

test('most objects that die at once have no type', () => {
  const { filebase } = recordFixture('types.cjs', { sample: { 1: 1 } });
  const events = eventsIn(filebase, 'types.cjs').filter(({ frame }) => frame?.line === 32);
  const died = events.filter(({ operation }) => operation === 'free');
  // Optimised code does not make all of them; those that live when others are handed to the writer have one.
  expect(died.length).toBeGreaterThan(1000);
  expect(died.filter(({ type }) => type === '').length / died.length).toBeGreaterThan(0.5);
});

test('a free has the type of its allocation', () => {
  const { filebase } = recordFixture('types.cjs', { sample: { 1: 1 } });
  const recording = openRecording(filebase);
  const live = new Map<string, number>();
  for (const { operation, trace, type, sizeBytes } of recording.log.events()) {
    const key = `${trace} ${type} ${sizeBytes}`;
    const count = (live.get(key) ?? 0) + (operation === 'allocation' ? 1 : -1);
    expect(count, key).toBeGreaterThanOrEqual(0);
    live.set(key, count);
  }
  recording.close();
});

test('a recording without types or array buffers has none', () => {
  const filebase = path.join(temporaryFolder(), 'recording');
  const program = `
    const { start, stop } = await import(process.argv[1]);
    start(process.argv[2], { 1: 1 }, { types: false, arrayBuffers: false });
    globalThis.kept = Array.from({ length: 1000 }, () => [new Map(), new Uint8Array(1000)]);
    stop();`;
  const index = fixture('../../dist/index.js');
  const run = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', program, index, filebase],
    { encoding: 'utf8' },
  );
  expect(run.stderr).toBe('');
  const recording = openRecording(filebase);
  const events = [...recording.log.events()];
  expect(events.length).toBeGreaterThan(1000);
  expect(events.filter(({ type, kind }) => type !== '' || kind !== 'heap')).toEqual([]);
  expect(recording.metadata.facts.process).toMatchObject({ kinds: ['heap'], types: false });
  recording.close();
});
