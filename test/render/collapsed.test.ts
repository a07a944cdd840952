import { expect, test } from 'vitest';
import { collapsedStacks } from '../../src/render/collapsed.js';

test('a stack is a line: labels with semicolons between, then bytes', () => {
  const stacks = [
    { labels: ['main (/app/main.js:1)', 'parse (/app/my parser.js:20)'], bytes: 4096 },
    { labels: ['(other)'], bytes: 12 },
  ];
  expect(collapsedStacks({ timeSeconds: 1, stacks })).toBe(
    'main (/app/main.js:1);parse (/app/my parser.js:20) 4096\n(other) 12\n',
  );
});

test('a name cannot forge a frame or a line', () => {
  const stacks = [{ labels: ['a;b 1\nc'], bytes: 2 }];
  expect(collapsedStacks({ timeSeconds: 1, stacks })).toBe('a,b 1\\x0ac 2\n');
});
