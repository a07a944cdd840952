import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import * as api from '../../src/index.js';
import { temporaryFolder } from '../support/record.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PAGES = ['README.md', 'CHANGELOG.md', ...filesIn('docs', '.md')];

const text = (name: string) => readFileSync(path.join(ROOT, name), 'utf8');

function filesIn(folder: string, ending: string): string[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => path.join(folder, name));
}

/** All that a pattern's first group matches in a text. */
function found(pattern: RegExp, page: string): string[] {
  return [...page.matchAll(pattern)].map((match) => match[1]!);
}

/** Where GitHub puts a heading: `### start(a, b?)` is `#starta-b`. */
function anchorsOf(page: string): string[] {
  return found(/^#+ (.+)$/gm, page).map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe.each(PAGES)('%s', (page) => {
  test('links to files and headings that are there', () => {
    for (const link of found(/\]\(((?!https?:)[^)]+)\)/g, text(page))) {
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? page : path.join(path.dirname(page), file);
      expect(existsSync(path.join(ROOT, target)), link).toBe(true);
      if (anchor !== undefined) expect(anchorsOf(text(target)), link).toContain(anchor);
    }
  });

  test('names scripts that package.json has', () => {
    const { scripts } = JSON.parse(text('package.json')) as { scripts: Record<string, string> };
    for (const name of found(/\bnpm run ([\w:-]+)/g, text(page)))
      expect(scripts).toHaveProperty(name);
  });
});

test('continuous integration runs the test command of the README', () => {
  const command = text('.ci/run').trimEnd().split('\n').at(-1)!;
  expect(command).toMatch(/^npm /);
  expect(found(/^(npm .+?) *#/gm, text('README.md'))).toContain(command);
});

test('the README tells what every folder of the sources is for', () => {
  const folders = readdirSync(path.join(ROOT, 'src'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `src/${name}/`);
  expect(found(/^\| `(src\/\w+\/)` \| \w/gm, text('README.md')).sort()).toEqual(folders.sort());
});

test("the README's program runs, and finds the line that it is about", () => {
  const [program] = found(/```js\n(.*?)```/gs, text('README.md'));
  const filebase = path.join(temporaryFolder(), 'pages');
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', program!.replaceAll('out/pages', filebase)],
    { cwd: ROOT, encoding: 'utf8' },
  );
  expect(stderr).toBe('');
  const line = program!.split('\n').findIndex((code) => code.includes('pages.set(')) + 1;
  const [total, largest] = stdout.split('\n');
  expect(total).toMatch(/^\d+ KiB ± \d+$/);
  expect(largest).toMatch(new RegExp(`^\\d+ .* ${line}$`));
});

describe('docs/api.md', () => {
  const page = text('docs/api.md');

  test('has all that the package exports', () => {
    expect(Object.keys(api).filter((name) => !page.includes(name))).toEqual([]);
  });

  test('has every member of Reader', () => {
    const members = [api.Reader.prototype, Object.getPrototypeOf(api.Reader.prototype)]
      .flatMap((prototype) => Object.getOwnPropertyNames(prototype))
      .filter((name) => name !== 'constructor');
    expect(members.length).toBeGreaterThan(20);
    expect(members.filter((name) => !new RegExp(`\`${name}\\b`).test(page))).toEqual([]);
  });

  test('has every code of an error, but those of the command line', () => {
    const sources = filesIn('src', '.ts').filter((name) => !/^src\/(cli|render)\//.test(name));
    const codes = new Set(
      sources.flatMap((name) => found(/'(ERR_HEAPPROF_[A-Z_]+)'/g, text(name))),
    );
    expect(codes.size).toBeGreaterThan(8);
    expect([...codes].filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
  });
});
