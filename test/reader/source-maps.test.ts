import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { beforeEach, describe, expect, test } from 'vitest';
import { Reader, read } from '../../src/read.js';
import { heapprof } from '../support/command-line.js';
import { PRELOAD, temporaryFolder } from '../support/record.js';
import { recording } from '../support/recording.js';

const SOURCE = `interface Page { n: number }
// A comment, and types, that the compiler takes away.
const pages: Page[][] = [];

export function keepPages(count: number): void {
  for (let n = 0; n < count; n++) {
    pages.push(Array.from({ length: 100 }, (): Page => ({ n })));
  }
}
keepPages(Number(process.argv[2] ?? 1));
`;

let folder: string;
let bundle: string;
beforeEach(() => {
  folder = temporaryFolder();
  bundle = path.join(folder, 'dist', 'bundle.cjs');
  mkdirSync(path.join(folder, 'src'));
  writeFileSync(path.join(folder, 'src', 'pages.ts'), SOURCE);
});

const source = () => path.join(folder, 'src', 'pages.ts');

/** Bundles and minifies the program; returns where `pages.push` (line 7 of the source) is in it. */
function build(
  sourcemap: 'linked' | 'inline' | 'external',
  minify = true,
): { line: number; column: number } {
  const { outputFiles } = buildSync({
    entryPoints: [source()],
    outfile: bundle,
    bundle: true,
    minify,
    platform: 'node',
    format: 'cjs',
    sourcemap,
    write: false,
  });
  mkdirSync(path.dirname(bundle), { recursive: true });
  for (const { path: file, contents } of outputFiles) writeFileSync(file, contents);
  const text = outputFiles.find((file) => file.path === bundle)!.text;
  const lines = text.split('\n');
  const line = lines.findIndex((one) => one.includes('.push('));
  return { line: line + 1, column: lines[line]!.indexOf('.push(') + 2 };
}

/** The innermost frame of a recording that was made in the bundle, as a reader shows it. */
function shown(at: { line: number; column: number }, use: (reader: Reader) => void, file = bundle) {
  const { filebase, cleanup } = recording()
    .alloc(`main:${file}:1 > k:${file}:${at.line}:${at.column}`, 8)
    .write();
  const reader = new Reader(filebase);
  try {
    use(reader);
    return {
      frame: reader.trace(1)?.at(-1) && reader.trace(2)!.at(-1)!,
      raw: reader.rawTrace(2)!.at(-1)!,
    };
  } finally {
    reader.close();
    cleanup();
  }
}

const mapped = (dir?: string) => (reader: Reader) => reader.useSourceMaps(dir);

describe.each(['linked', 'inline'] as const)('a %s map', (kind) => {
  test('shows a frame in its original source, with its text; the raw position stays', () => {
    const at = build(kind);
    const { frame, raw } = shown(at, mapped());
    expect(frame).toMatchObject({
      functionName: 'k',
      line: 7,
      // Of `push`.
      column: 11,
      sourceText: '    pages.push(Array.from({ length: 100 }, (): Page => ({ n })));',
    });
    expect(new URL(frame!.file).pathname).toBe(source());
    expect(raw).toEqual({ functionName: 'k', file: bundle, ...at });
  });

  test('is found for a module that was recorded as a URL', () => {
    expect(shown(build(kind), mapped(), `file://${bundle}`).frame!.line).toBe(7);
  });

  test('is not looked at unless it is asked for', () => {
    const at = build(kind);
    expect(shown(at, () => {}).frame).toMatchObject({ file: bundle, ...at });
  });
});

test('a map in a folder is taken, even where the bundle is gone', () => {
  const at = build('external');
  rmSync(bundle);
  expect(shown(at, mapped()).frame!.file).toBe(bundle);
  expect(shown(at, mapped(path.dirname(bundle))).frame!.line).toBe(7);
});

test('the text of a line comes from the map where the source is gone', () => {
  const at = build('inline');
  rmSync(source());
  expect(shown(at, mapped()).frame!.sourceText).toContain('pages.push');
});

test.each([
  ['no map', '//# sourceMappingURL=bundle.cjs.map'],
  ['a map that is none', '//# sourceMappingURL=data:application/json;base64,bm90IEpTT04='],
  [
    'a map of another version',
    '//# sourceMappingURL=data:application/json,{"version":99,"sources":7}',
  ],
  ['wrong escapes', '//# sourceMappingURL=data:application/json,%E0%A4%A'],
  ['a map of the network', '//# sourceMappingURL=https://example.com/bundle.cjs.map'],
  ['a map of a share', '//# sourceMappingURL=//server/share/bundle.cjs.map'],
  ['a device', '//# sourceMappingURL=/dev/zero'],
  ['no comment', 'const text = "sourceMappingURL=/etc/passwd";'],
])('with %s a frame stays as it is', (_, comment) => {
  mkdirSync(path.dirname(bundle), { recursive: true });
  writeFileSync(bundle, `run();\n${comment}\n`);
  expect(shown({ line: 1, column: 1 }, mapped()).frame).toMatchObject({
    file: bundle,
    line: 1,
    sourceText: 'run();',
  });
});

test('without a column, a line of a minified file tells the source, if there is only one, and no line', () => {
  const { line } = build('linked');
  expect(shown({ line, column: 0 }, mapped()).frame).toMatchObject({ line: 0 });
  writeFileSync(path.join(folder, 'src', 'other.ts'), 'export const other = [1];');
  writeFileSync(source(), `import { other } from './other.js';\n${SOURCE}\nconsole.log(other);`);
  expect(shown({ line: build('linked').line, column: 0 }, mapped()).frame).toMatchObject({
    file: bundle,
  });
});

test('a program that was bundled is shown in its TypeScript', () => {
  build('linked', false);
  const filebase = path.join(folder, 'recording');
  const run = spawnSync(process.execPath, ['--require', PRELOAD, bundle, '500'], {
    encoding: 'utf8',
    timeout: 50_000,
    env: { ...process.env, HEAPPROF_OUTPUT: filebase, HEAPPROF_SAMPLE: '{"1":1}' },
  });
  expect([run.status, run.stderr]).toEqual([0, '']);
  using reader = read(filebase, { timeInterval: 0.05, sourceMaps: true });
  const [largest] = reader.heapSummary({ by: 'file', threshold: 0 }).rows;
  expect(largest!.subject).toMatchObject({ file: source() });
  reader.close();

  const text = (...args: string[]) =>
    heapprof(['summary', filebase, '--by', 'line', ...args], { cwd: folder }).stdout;
  expect(text('--source-maps')).toMatch(/pages\.ts:7\)?\n/);
  expect(text('--source-maps', '--source')).toContain('│ pages.push(Array.from(');
  expect(text()).not.toContain('pages.ts');
  const tree = (...args: string[]) =>
    heapprof(['flame', filebase, '--hide', 'node:', ...args], { cwd: folder }).stdout;
  expect(tree('--source-maps')).toMatch(/pages\.ts:7\)?\n/);
  expect(tree()).not.toContain('pages.ts');
  expect(text()).not.toContain('│');
});
