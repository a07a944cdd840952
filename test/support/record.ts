import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Engine } from '../../src/capture/start-options.js';
import { openRecording } from '../../src/format/open.js';
import type { MemoryEvent } from '../../src/model/event.js';
import type { Frame, Trace } from '../../src/model/frame.js';

/** What `heapprof run` has Node require. */
export const PRELOAD = fileURLToPath(new URL('../../dist/capture/preload.cjs', import.meta.url));

/** The path of a program in test/fixtures. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
}

/** A folder that is removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'heapprof-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface RecordOptions {
  readonly args?: readonly string[];
  readonly nodeArgs?: readonly string[];
  readonly sample?: Readonly<Record<number, number>>;
  readonly intervalBytes?: number;
  readonly seed?: number;
  /** A command that runs the program, which it gets as its arguments: `['nice']`. */
  readonly within?: readonly string[];
  /** `auto`, unless said otherwise. */
  readonly engine?: Engine;
}

/** Every engine that there is. */
export const ENGINES: readonly Engine[] = ['observer', 'polling'];

export interface RecordedRun extends SpawnSyncReturns<string> {
  readonly filebase: string;
}

/** Runs a program of test/fixtures while recording it from its first line. */
export function recordFixture(name: string, options: RecordOptions = {}): RecordedRun {
  const filebase = path.join(temporaryFolder(), 'recording');
  const { sample, intervalBytes, seed, engine, args = [], nodeArgs = [], within = [] } = options;
  const node = [process.execPath, ...nodeArgs, '--require', PRELOAD];
  const [command, ...rest] = [...within, ...node, fixture(name), ...args];
  const result = spawnSync(command!, rest, {
    encoding: 'utf8',
    // Less than a test has: a program that hangs is to be a failed test.
    timeout: 50_000,
    env: {
      ...process.env,
      HEAPPROF_OUTPUT: filebase,
      ...(sample && { HEAPPROF_SAMPLE: JSON.stringify(sample) }),
      ...(intervalBytes && { HEAPPROF_INTERVAL: String(intervalBytes) }),
      ...(seed && { HEAPPROF_SEED: String(seed) }),
      ...(engine && { HEAPPROF_ENGINE: engine }),
    },
  });
  return { ...result, filebase };
}

/** An event with the frame that it belongs to. */
export interface PlacedEvent extends MemoryEvent {
  readonly frame: Frame | undefined;
}

/** The innermost frame that is not Node's own: some of its functions are JavaScript in one version and native in another. */
export function ownFrame(trace: Trace | undefined): Frame | undefined {
  return trace?.findLast(({ file }) => file !== '' && !file.startsWith('node:'));
}

/** The events of a recording that belong to a program of test/fixtures. */
export function eventsIn(filebase: string, fixtureName: string): PlacedEvent[] {
  const recording = openRecording(filebase);
  const frames = new Map<number, Frame | undefined>();
  const placed: PlacedEvent[] = [];
  for (const event of recording.log.events()) {
    if (!frames.has(event.trace)) {
      frames.set(event.trace, ownFrame(recording.metadata.traces.trace(event.trace)));
    }
    const frame = frames.get(event.trace);
    if (frame?.file.endsWith(`/${fixtureName}`)) placed.push({ ...event, frame });
  }
  recording.close();
  return placed;
}
