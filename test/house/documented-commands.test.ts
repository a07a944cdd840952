import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { heapprof } from '../support/command-line.js';
import { temporaryFolder } from '../support/record.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PAGES = [
  'README.md',
  ...readdirSync(path.join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

const USAGE_EXIT_CODE = 2;
const FENCE = /^```.*?^```/gms;

const text = (name: string) => readFileSync(path.join(ROOT, name), 'utf8');

/** Commands to be copied: lines of code blocks. */
function codeLines(page: string): string[] {
  return (page.match(FENCE) ?? []).flatMap((block) =>
    [...block.matchAll(/^(?:\$ )?(?:npx )?heapprof (\w.*)$/gm)].map(([, line]) => line!),
  );
}

/** What the demo tells people to try. */
function demoLines(): string[] {
  const lines = [...text('scripts/demo.mjs').matchAll(/^ *npx heapprof (\w.*)$/gm)];
  return lines.map(([, line]) => line!);
}

/** Commands that sentences name, without what does not matter there; `a|b` is one of them each. */
function mentions(page: string): string[] {
  const spans = [...page.replace(FENCE, '').matchAll(/`heapprof ([^`]+)`/g)];
  return spans.flatMap(([, span]) => {
    const [, before, choices, after] = /^(.* )?([\w|]+\|\w+)( .*)?$/s.exec(span!) ?? [];
    if (choices === undefined) return [span!];
    return choices.split('|').map((choice) => `${before ?? ''}${choice}${after ?? ''}`);
  });
}

/** As a shell takes them apart; two spaces begin a remark. */
function wordsOf(line: string): string[] {
  const words = line.replace(/ {2,}.*/, '').match(/'[^']*'|\S+/g)!;
  return words.map((word) => word.replace(/^'(.*)'$/, '$1').replace(/^COMMAND$/, 'info'));
}

/**
 * What the program says of how it is called, '' if it has no objections. There are no recordings where it runs, and no scripts.
 * @param fill whether arguments that must be there, and are not, are added
 */
function objection(line: string, fill: boolean): string {
  const cwd = temporaryFolder();
  let words = wordsOf(line);
  for (;;) {
    const { status, stderr } = heapprof(words, { cwd });
    if (status !== USAGE_EXIT_CODE) return '';
    const [name, ...rest] = words;
    const [, option] = /required option '(-[-\w]+).*' not specified/.exec(stderr) ?? [];
    if (fill && option !== undefined) {
      words = [name!, option, option === '--format' ? 'pprof' : 'x.svg', ...rest];
    } else if (fill && /missing required argument/.test(stderr)) {
      words = [name!, 'x', ...rest];
    } else {
      return stderr;
    }
  }
}

const LINES = [...PAGES.flatMap((page) => codeLines(text(page))), ...demoLines()];
const MENTIONS = PAGES.flatMap((page) => mentions(text(page)));

test('there are commands to be looked at', () => {
  expect(LINES.length).toBeGreaterThan(10);
  expect(MENTIONS.length).toBeGreaterThan(20);
});

test.each([...new Set(LINES)])('a line to be copied is a command: heapprof %s', (line) => {
  expect(objection(line, false)).toBe('');
});

test.each([...new Set(MENTIONS)])('what a sentence names is one: heapprof %s', (line) => {
  expect(objection(line, true)).toBe('');
});
