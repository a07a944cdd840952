import fc from 'fast-check';
import { expect, test } from 'vitest';
import { frameMatcher } from '../../src/analysis/call-tree/frame-pattern.js';
import {
  functionKey,
  functionPatternText,
  parseFramePattern,
} from '../../src/analysis/call-tree/pattern-text.js';
import type { Frame } from '../../src/model/frame.js';

const frame = (functionName: string, file = '', line = 0): Frame => ({
  functionName,
  file,
  line,
  column: 0,
});

test('a function is named by its name and its file, at all of its lines', () => {
  const frames = [frame('parse', '/app/a.js', 1), frame('parse', '/app/a.js', 20)];
  expect(functionPatternText(frames[0]!, frames)).toBe('parse (/app/a.js:');
});

test('where another label has that in it, the pattern begins with the label', () => {
  const frames = [frame('parse', '/app/a.js', 1), frame('Tree.parse', 'file:///app/a.js', 2)];
  expect(functionPatternText(frames[0]!, frames)).toBe(String.raw`/^parse \(\/app\/a\.js:/`);
});

test('an anonymous function is its line, and what has no file is its name', () => {
  expect(functionPatternText(frame('', '/app/a.js', 2), [])).toBe(String.raw`/^\/app\/a\.js:2$/`);
  expect(functionPatternText(frame('map'), [])).toBe('/^map$/');
});

test('a package that was put together is all of its frames', () => {
  const text = functionPatternText(frame('', '/app/node_modules/@a/b+c'), [])!;
  const isMatch = frameMatcher(parseFramePattern(text));
  expect(isMatch(frame('f', '/app/node_modules/@a/b+c/x.js', 3))).toBe(true);
  expect(isMatch(frame('f', '/app/node_modules/@a/b+cd/x.js', 3))).toBe(false);
});

test.each(['(all)', '(other)', '(hidden)', '(node)'])('%s is no function', (name) => {
  expect(functionPatternText(frame(name), [])).toBe(undefined);
});

test('a regular expression that there cannot be is refused', () => {
  expect(parseFramePattern('/a|b/i')).toEqual(/a|b/i);
  expect(parseFramePattern('/a|b/x')).toBe('/a|b/x');
  expect(() => parseFramePattern('/(/')).toThrow(SyntaxError);
});

test('of any frames, a pattern means those of the function and no others', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', 'b', '/', '.', '+', '\\', '\n'),
    maxLength: 5,
  });
  const named = fc.record({
    functionName: text.filter((name) => name !== ''),
    file: text.map((name) => `/x/${name}`),
    line: fc.integer({ min: 1, max: 3 }),
    column: fc.constant(0),
  });
  fc.assert(
    fc.property(fc.array(named, { minLength: 1, maxLength: 6 }), (frames) => {
      const [first] = frames;
      const isMatch = frameMatcher(parseFramePattern(functionPatternText(first!, frames)!));
      const isOf = (each: Frame) => functionKey(each) === functionKey(first!);
      expect(frames.filter(isMatch)).toEqual(frames.filter(isOf));
    }),
    { seed: 6 },
  );
});
