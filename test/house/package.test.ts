import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const text = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
const manifest = JSON.parse(text('package.json'));

test('npm does not build by itself', () => {
  // A binding.gyp in the root makes npm run `node-gyp rebuild` here and at our users', and a
  // failure of that fails the installation. Our install script decides instead.
  expect(manifest.gypfile).toBe(false);
  expect(manifest.scripts.install).toBe('node scripts/install.mjs');
});

test('cmake-js keeps the headers of V8', () => {
  // With binary.napi_versions it takes those of Node-API only, and v8-profiler.h is missing.
  expect(manifest.binary?.napi_versions).toBeUndefined();
});

test('dependencies have exact versions', () => {
  // npm would pick the newest that accepts the running Node, and several have releases that only
  // newer versions of Node than our oldest can run.
  const { dependencies, devDependencies, optionalDependencies } = manifest;
  const all = { ...dependencies, ...devDependencies, ...optionalDependencies };
  for (const [name, version] of Object.entries(all)) {
    expect(version, name).toMatch(/^(npm:[^@]+@)?\d+\.\d+\.\d+$/);
  }
});

test('scripts name the compiler by its path', () => {
  // typescript and typescript-5 both have a "tsc", and which of them npm links is its affair.
  for (const name of ['build:ts', 'typecheck']) {
    expect(manifest.scripts[name]).toMatch(/^node node_modules\/typescript\/bin\/tsc /);
  }
});

test('what the install script needs is in the package', () => {
  for (const name of [
    'CMakeLists.txt',
    'binding.gyp',
    'native',
    'scripts/build-native.mjs',
    'scripts/headers.mjs',
    'scripts/install.mjs',
  ]) {
    expect(manifest.files).toContain(name);
  }
  expect(manifest.dependencies).toHaveProperty('cmake-js');
  expect(manifest.dependencies).toHaveProperty('node-addon-api');
});

test('the lock file names no host', () => {
  // It must work with any registry; .npmrc keeps the addresses out when npm writes it.
  expect(text('.npmrc')).toMatch(/^omit-lockfile-registry-resolved=true$/m);
  const lock = text('package-lock.json');
  expect(lock).not.toContain('"resolved"');
  expect(JSON.parse(lock).version).toBe(manifest.version);
});
