import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, test } from 'vitest';

test.each(['call-tree/call-tree.ts', 'call-tree/compare-call-trees.ts'])(
  'src/analysis/%s runs in a browser: nothing that it imports needs Node.js',
  async (file) => {
    const entry = fileURLToPath(new URL(`../../src/analysis/${file}`, import.meta.url));
    const options = { bundle: true, platform: 'browser', format: 'esm', write: false } as const;
    const { outputFiles } = await build({ entryPoints: [entry], ...options, logLevel: 'silent' });
    expect(outputFiles[0]!.text).not.toMatch(/\b(?:process|Buffer)\./);
  },
);
