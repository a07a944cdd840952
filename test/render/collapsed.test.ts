import { expect, test } from 'vitest';
import { collapsedStacks } from '../../src/render/collapsed.js';

const none = { bytesError: 0, objects: 1 };

test('a stack is a line: labels with semicolons between, then bytes', () => {
  const stacks = [
    { ...none, labels: ['main (/app/main.js:1)', 'parse (/app/my parser.js:20)'], bytes: 4096 },
    { ...none, labels: ['(other)'], bytes: 12 },
  ];
  expect([...collapsedStacks(stacks)].join('')).toBe(
    'main (/app/main.js:1);parse (/app/my parser.js:20) 4096\n(other) 12\n',
  );
});

test('or objects; averages are rounded, and what is none then is left out', () => {
  const stacks = [
    { labels: ['a'], bytes: 1, bytesError: 0, objects: 1.6 },
    { labels: ['b'], bytes: 1, bytesError: 0, objects: 0.4 },
  ];
  expect([...collapsedStacks(stacks, 'objects')].join('')).toBe('a 2\n');
});

test('a name cannot forge a frame or a line', () => {
  const stacks = [{ ...none, labels: ['a;b 1\nc'], bytes: 2 }];
  expect([...collapsedStacks(stacks)].join('')).toBe('a,b 1\\x0ac 2\n');
});
