// Records a real program and shows where its memory went: TypeScript 5.9 checks the sources of Vega-Lite, both from
// the development dependencies. Needs dist/ and the addon (npm run build). Writes to out/demo/ only.

import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const FOLDER = 'out/demo';
const FILEBASE = `${FOLDER}/tsc`;
const COMPILER_OUTPUT = `${FOLDER}/tsc-output.txt`;
const COMPILER = ['node_modules/typescript-5/lib/tsc.js', '-p', 'scripts/demo/tsconfig.json'];

/** Where the compiler keeps its code, and the calls that begin its phases; each is a curve of the time plot. */
const COMPILER_CODE = 'node_modules/typescript-5/lib/_tsc.js';
const PHASES = {
  parse: 'return text !== void 0 ? createSourceFile(',
  bind: '      bindSourceFile(file, compilerOptions);',
  check: ': checkSourceFileWorker(node);',
};

// Paths are relative to the repository, here and in all that is printed.
process.chdir(fileURLToPath(new URL('..', import.meta.url)));
rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER, { recursive: true });

record();

say('What used the memory, the largest lines of code first:');
heapprof(['summary', FILEBASE, '--by', 'line', '--limit', '12']);

say('When it was used, and by which phase of the compiler:');
const phaseLines = phases().flatMap((line) => ['--line', line]);
const plots = [`${FILEBASE}.svg`, `${FILEBASE}.png`].filter(
  // A PNG needs an optional package; where that is missing, the command says so.
  (plot) => heapprof(['time-plot', FILEBASE, '-o', plot, ...phaseLines]) === 0,
);

say(`The time plot, to be opened with a browser or an image viewer:
  ${plots.map((plot) => path.resolve(plot)).join('\n  ')}

To look further:
  npx heapprof summary ${FILEBASE} --by file            the same by file
  npx heapprof summary ${FILEBASE} --from 2 --to 3      one second of it, by type
  npx heapprof flame ${FILEBASE} -o ${FOLDER}/flame.svg  by stack, as a flame graph
`);

/** Records the compiler's run. What the compiler says goes to a file: it is about Vega-Lite, and not the point here. */
function record() {
  say(
    'TypeScript 5.9 checks the sources of Vega-Lite and is recorded, which takes 10 to 30 seconds:',
  );
  const compilerOutput = openSync(COMPILER_OUTPUT, 'w');
  heapprof(['run', '-o', FILEBASE, '--', ...COMPILER], compilerOutput);
  closeSync(compilerOutput);
  if (existsSync(`${FILEBASE}.hpd`)) return;
  // The reason is on stderr already.
  say(
    'Nothing was recorded, so there is nothing to show. Recordings made elsewhere can be read here.',
  );
  process.exit(1);
}

/** Runs the public command line, shows how, and returns its exit code. */
function heapprof(args, stdout = 'inherit') {
  console.log(`$ npx heapprof ${args.join(' ')}`);
  const command = [path.join('dist', 'cli', 'main.js'), ...args];
  return spawnSync(process.execPath, command, { stdio: ['ignore', stdout, 'inherit'] }).status;
}

/** The compiler's phases as `label=file:line`, the line counted from 1. */
function phases() {
  const code = readFileSync(COMPILER_CODE, 'utf8').split('\n');
  return Object.entries(PHASES).map(([phase, call]) => {
    const line = code.findIndex((text) => text.includes(call)) + 1;
    return `${phase}=${path.basename(COMPILER_CODE)}:${line}`;
  });
}

function say(text) {
  console.log(`\n${text}`);
}
