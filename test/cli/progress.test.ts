import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ProgressBar, progressLine, withProgress } from '../../src/cli/progress.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

/** A stream that keeps what is written to it. */
function stream(isTTY: boolean) {
  const written: string[] = [];
  const target = { isTTY, write: (text: string) => written.push(text) };
  return { written, target: target as unknown as NodeJS.WriteStream };
}

test.each([
  [0, 1000, `digest ${'─'.repeat(30)}   0 %`],
  [0.25, 1000, `digest ${'━'.repeat(8)}${'─'.repeat(22)}  25 %, 3.00 s left`],
  [1, 4000, `digest ${'━'.repeat(30)} 100 %, 0 µs left`],
])('at %d after %d ms a bar shows what is done and what is left', (fraction, ms, line) => {
  expect(progressLine('digest', fraction, ms)).toBe(line);
});

test('a bar appears on work that takes long, is redrawn ten times a second, and disappears', () => {
  const { written, target } = stream(true);
  const bar = new ProgressBar('digest', target);
  for (let ms = 0; ms < 1000; ms += 10) {
    bar.update(ms / 1000);
    vi.advanceTimersByTime(10);
  }
  expect(written).toHaveLength(7);
  bar.finish();
  expect(written.at(-1)).toBe('\r\x1b[2K');
});

test('short work has no bar, and a stream that is no terminal never has one', () => {
  for (const { isTTY, ms } of [
    { isTTY: true, ms: 250 },
    { isTTY: false, ms: 5000 },
  ]) {
    const { written, target } = stream(isTTY);
    const bar = new ProgressBar('digest', target);
    vi.advanceTimersByTime(ms);
    bar.update(0.5);
    bar.finish();
    expect(written).toEqual([]);
  }
});

test('a bar disappears after the work, also where that fails', () => {
  const { written, target } = stream(true);
  const work = (onProgress: (fraction: number) => void) => {
    vi.advanceTimersByTime(1000);
    onProgress(0.5);
    return 'done';
  };
  expect(withProgress('checking', work, target)).toBe('done');
  expect(written).toEqual([expect.stringContaining('checking ━'), '\r\x1b[2K']);
  const failing = (onProgress: (fraction: number) => void) => {
    work(onProgress);
    throw new Error('damaged');
  };
  expect(() => withProgress('checking', failing, target)).toThrow('damaged');
  expect(written.slice(2)).toHaveLength(2);
  expect(written.at(-1)).toBe('\r\x1b[2K');
});
