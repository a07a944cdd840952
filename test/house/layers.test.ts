import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';

const script = fileURLToPath(new URL('../../scripts/check-layers.mjs', import.meta.url));
let folder: string | undefined;

afterEach(() => {
  if (folder) rmSync(folder, { recursive: true });
  folder = undefined;
});

/** What the check says of a source tree with these files: the exit status and its lines. */
function check(files: Record<string, string>) {
  folder = mkdtempSync(path.join(tmpdir(), 'heapprof-layers-'));
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, 'src', name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return run(folder);
}

function run(...args: string[]) {
  const { status, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
  return { status, lines: stderr.split('\n').filter((line) => line !== '') };
}

test('our own house is in order', () => {
  expect(run()).toEqual({ status: 0, lines: [] });
});

test('a folder imports from itself and from those before it', () => {
  const files = {
    'model/frame.ts': "import { x } from '../base/x.js';\nexport { y } from './y.js';",
    'render/svg.ts': "import type { Plot } from '../analysis/time-plot.js';",
    'capture/start.ts': "import { encode } from '../format/hpm.js';",
    'cli/main.ts': "import '../capture/start.js'; await import('../render/svg.js');",
    'index.ts': "export * from './reader/reader.js'; export * from './capture/start.js';",
  };
  expect(check(files)).toEqual({ status: 0, lines: [] });
});

test('every way to import from a later folder is reported with its line', () => {
  const text = [
    "import { a } from '../format/a.js';",
    "import type { B } from '../digest/b.js';",
    "export * from '../reader/c.js';",
    "const d = await import('../analysis/d.js');",
    "type E = import('../cli/e.js').E;",
    "import f from '../index.js';",
  ];
  expect(check({ 'model/bad.ts': text.join('\n') }).lines).toEqual([
    'src/model/bad.ts:1: src/model may not import src/format',
    'src/model/bad.ts:2: src/model may not import src/digest',
    'src/model/bad.ts:3: src/model may not import src/reader',
    'src/model/bad.ts:4: src/model may not import src/analysis',
    'src/model/bad.ts:5: src/model may not import src/cli',
    'src/model/bad.ts:6: src/model may not import ../index.js',
  ]);
});

test('capture leans on base, model and format only, and only cli and the API lean on capture', () => {
  const files = {
    'capture/bad.ts': "import '../reader/reader.js';",
    'render/bad.ts': "import '../capture/start.js';",
  };
  expect(check(files)).toEqual({
    status: 1,
    lines: [
      'src/capture/bad.ts:1: src/capture may not import src/reader',
      'src/render/bad.ts:1: src/render may not import src/capture',
    ],
  });
});

test('only capture loads the addon', () => {
  const files = {
    'capture/addon.ts': "export const loadAddon = () => require('./heapprof.node');",
    'cli/bad.ts': "import { loadAddon } from '../capture/addon.js';\nrequire('./heapprof.node');",
  };
  expect(check(files).lines).toEqual([
    'src/cli/bad.ts:1: only src/capture may load the addon',
    'src/cli/bad.ts:2: only src/capture may load the addon',
  ]);
});

test('only cli has the console, and only cli and capture the process', () => {
  const text = [
    "console.log('x');",
    "process.stdout.write('x');",
    'const { argv } = process;',
    "import { exit } from 'node:process';",
    '// process.stderr in a comment, and "console" in a string, are fine',
    'plot.console = { stderr: process.platform };',
  ].join('\n');
  const lines = check({ 'render/bad.ts': text, 'capture/bad.ts': text, 'cli/good.ts': text }).lines;
  expect(lines).toEqual([
    'src/capture/bad.ts:1: only src/cli may use the console',
    'src/render/bad.ts:1: only src/cli may use the console',
    'src/render/bad.ts:2: only src/cli may use process.stdout',
    'src/render/bad.ts:3: only src/cli may use process.argv',
    'src/render/bad.ts:4: only src/cli may use process.exit',
  ]);
});

test('a folder that the design does not know is reported', () => {
  expect(check({ 'utils/misc.ts': 'export {};' }).lines).toEqual([
    'src/utils/misc.ts:1: src/utils is not a folder of the house',
  ]);
});

test('the page takes what browsers can run, and nothing takes the page', () => {
  const files = {
    'page/good.tsx': "import { x } from '../analysis/x.js'; const view = <p>{x}</p>;",
    'page/bad.tsx': "import { y } from '../cli/y.js';\nimport path from 'node:path';",
    'cli/bad.ts': "import '../page/good.js';",
  };
  expect(check(files).lines).toEqual([
    'src/cli/bad.ts:1: src/cli may not import src/page',
    'src/page/bad.tsx:1: src/page may not import src/cli',
    'src/page/bad.tsx:2: src/page runs in browsers, which have no modules of Node.js',
  ]);
});
