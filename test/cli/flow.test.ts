import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { heapprof } from '../support/command-line.js';
import { exampleRecording } from '../support/example.js';

function example() {
  const { filebase, cleanup } = exampleRecording();
  onTestFinished(cleanup);
  const out = (name: string) => path.join(path.dirname(filebase), name);
  return { filebase, out };
}

test('flow draws a picture, or writes text for Graphviz', () => {
  const { filebase, out } = example();
  const svg = ['flow', filebase, '--at', '1', '--at', '2.2', '-o', out('flow.svg')];
  expect(heapprof(svg)).toEqual({ status: 0, stdout: '', stderr: '' });
  expect(readFileSync(out('flow.svg'), 'utf8')).toMatch(/put \(src\/cache\.js:10\)[\s\S]*<\/svg>/);

  const dot = ['flow', filebase, '-o', out('flow.dot')];
  expect(heapprof(dot)).toMatchObject({ status: 0, stderr: '' });
  const text = readFileSync(out('flow.dot'), 'utf8');
  expect(text).toMatch(/^digraph heapprof \{[\s\S]*main\.js: live memory at 3\.00 s[\s\S]*\}\n$/);
  expect(text).toContain('put (src/cache.js:10)');
  // 3 of 3.3 MiB; the rest is buffers.
  expect(text).toContain('<b>3.0 MiB ± 0%</b>');
});

test('the options of the graph are heeded', () => {
  const { filebase, out } = example();
  const boxes = (...options: string[]) => {
    const file = out('flow.dot');
    expect(heapprof(['flow', filebase, '-o', file, ...options])).toMatchObject({ status: 0 });
    return readFileSync(file, 'utf8').match(/^ {2}n\d+ \[/gm)?.length;
  };
  // main, put, read with Buffer's alloc, and the tokens, which are 0.2 % of the memory.
  expect(boxes()).toBe(3);
  expect(boxes('--no-collapse-nodes')).toBe(4);
  expect(boxes('--min-node-fraction', '0')).toBe(4);
  expect(boxes('--min-node-fraction', '0.5')).toBe(2);
});

test('a picture that cannot be drawn is wrong usage', () => {
  const { filebase, out } = example();
  const { status, stderr } = heapprof(['flow', filebase, '-o', out('flow.gif')]);
  expect(status).toBe(2);
  expect(stderr).toMatch(/^heapprof: \S+flow\.gif must end in \.svg or \.dot, .*\n$/);
  expect(heapprof(['flow', filebase, '-o', out('x.dot'), '--min-edge-fraction', '2']).status).toBe(
    2,
  );
});
