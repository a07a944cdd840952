import { afterEach, expect, test, vi } from 'vitest';
import { addonFile, buildAddon } from '../../scripts/build-native.mjs';
import { findHeaders } from '../../scripts/headers.mjs';
import { HeapprofError } from '../../src/base/errors.js';
import { loadAddon } from '../../src/capture/addon.js';

afterEach(() => vi.unstubAllEnvs());

test('the loader finds what the build made', () => {
  expect(String(loadAddon().abi)).toBe(process.versions.modules);
});

test('an addon newer than its sources is not built again', () => {
  expect(buildAddon()).toEqual({ file: addonFile() });
});

test('a missing addon is one error that says what was tried and how to build it', () => {
  vi.stubEnv('HEAPPROF_ADDON', '/nowhere/heapprof.node');
  expect(loadAddon).toThrow(HeapprofError);
  expect(loadAddon).toThrow(
    expect.objectContaining({
      code: 'ERR_HEAPPROF_ADDON',
      message: expect.stringMatching(
        /tried: \/nowhere\/heapprof\.node \(there is no such file\)\n {2}build it with: node .*build-native\.mjs/,
      ),
    }),
  );
});

test('headers of another Node do not count', () => {
  expect(findHeaders(process.execPath, '1')).toBeUndefined();
  expect(findHeaders('/nowhere/bin/node')).toBeUndefined();
});
