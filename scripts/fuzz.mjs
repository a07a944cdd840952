// Looks for files that break reading, verify or recover: usage
//   npm run fuzz -- [--seconds 60] [--seed N]
// Begins with test/corpus and a whole file of each kind, changes them, and keeps those that take other ways through the code
// than all before. At the end test/corpus has the smallest files that together run all the code that has run, and a line says
// what was tried. What breaks something is left in out/fuzz; the exit code is then 1. Needs nothing built.
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { Coverage } from './fuzz/coverage.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CORPUS = path.join(ROOT, 'test/corpus');
const FINDINGS = path.join(ROOT, 'out/fuzz');
/** Nothing of these sizes may take that long. */
const SLOW_MS = 2000;

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string' } },
});
const seconds = Number(values.seconds);
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
if (!(seconds > 0) || !Number.isInteger(seed)) {
  console.error('usage: npm run fuzz -- [--seconds NUMBER] [--seed NUMBER]');
  process.exit(2);
}

const bundles = await bundled(['target', 'mutate']);
// Only of what is looked at: how a file was changed does not tell what it does.
const coverage = new Coverage(bundles.urls.target);
const { Exercise, FILE_KINDS } = await import(bundles.urls.target);
const { MOST_BYTES, mutate, randomNumbers } = await import(bundles.urls.mutate);
const exercise = new Exercise();
const random = randomNumbers(seed);

/** Kept files by kind: `{ bytes, features }`. */
const kept = Object.fromEntries(FILE_KINDS.map((kind) => [kind, []]));
/** Ways that are known, of each kind. */
const known = Object.fromEntries(FILE_KINDS.map((kind) => [kind, new Set()]));
const findings = new Set();
let executions = 0;

try {
  for (const kind of FILE_KINDS) {
    attempt(kind, exercise.whole(kind));
    for (const bytes of corpusOf(kind)) attempt(kind, bytes);
  }
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    const kind = FILE_KINDS[random(FILE_KINDS.length)];
    const file = () => kept[kind][random(kept[kind].length)].bytes;
    const bytes = mutate(file(), file(), !kind.endsWith('1'), random);
    if (bytes.length <= MOST_BYTES) attempt(kind, bytes);
  }
  const fileCount = writeCorpus();
  const ways = FILE_KINDS.map((kind) => `${kind} ${known[kind].size}`).join(', ');
  console.log(
    `${executions} files tried in ${seconds} s with the seed ${seed}; ways: ${ways}; corpus: ${fileCount} files; findings: ${findings.size}`,
  );
} finally {
  exercise.cleanup();
  bundles.remove();
}
if (findings.size > 0) process.exitCode = 1;

/** Tries a file, and keeps it if it took a way that is new. */
function attempt(kind, bytes) {
  executions += 1;
  const start = performance.now();
  let problem;
  try {
    exercise.try(kind, bytes);
  } catch (error) {
    problem = error;
  }
  const tookMs = performance.now() - start;
  if (tookMs > SLOW_MS) problem ??= new Error(`It took ${Math.round(tookMs)} ms.`);
  const features = coverage.take();
  if (problem !== undefined) tell(kind, bytes, problem);
  else if (features.some((feature) => !known[kind].has(feature))) {
    for (const feature of features) known[kind].add(feature);
    kept[kind].push({ bytes, features });
  }
}

/** Each place where something breaks is told once. */
function tell(kind, bytes, error) {
  const place = /\n +at (.*)/.exec(error.stack)?.[1] ?? error.message;
  if (findings.has(place)) return;
  findings.add(place);
  mkdirSync(FINDINGS, { recursive: true });
  const file = path.join(FINDINGS, `${kind}-${nameOf(bytes)}`);
  writeFileSync(file, bytes);
  console.error(`${file}: ${error.stack}\n${error.cause?.stack ?? ''}`);
}

function corpusOf(kind) {
  const folder = path.join(CORPUS, kind);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).map((name) => readFileSync(path.join(folder, name)));
}

/** Replaces the corpus with the smallest files that together run all that has run, however often. Returns how many they are. */
function writeCorpus() {
  let count = 0;
  for (const kind of FILE_KINDS) {
    const folder = path.join(CORPUS, kind);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const taken = new Set();
    for (const { bytes, features } of kept[kind].toSorted(
      (a, b) => a.bytes.length - b.bytes.length,
    )) {
      const blocks = features.map((feature) => feature.split(' ')[0]);
      if (blocks.every((block) => taken.has(block))) continue;
      for (const block of blocks) taken.add(block);
      writeFileSync(path.join(folder, nameOf(bytes)), bytes);
      count += 1;
    }
  }
  return count;
}

function nameOf(bytes) {
  return createHash('sha256').update(bytes).digest('hex').slice(0, 12);
}

/** The TypeScript of scripts/fuzz as one script each, in a new folder: their addresses by name. */
async function bundled(names) {
  const folder = mkdtempSync(path.join(tmpdir(), 'heapprof-fuzz-'));
  await build({
    entryPoints: names.map((name) => path.join(ROOT, `scripts/fuzz/${name}.ts`)),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    // Test data are found by it.
    define: {
      'import.meta.url': JSON.stringify(pathToFileURL(path.join(ROOT, 'test/support/any.js')).href),
    },
  });
  const urlOf = (name) => pathToFileURL(path.join(folder, `${name}.mjs`)).href;
  return {
    urls: Object.fromEntries(names.map((name) => [name, urlOf(name)])),
    remove: () => rmSync(folder, { recursive: true }),
  };
}
