// A program under valgrind, which also sees what V8 does with our memory. Slow: a small program takes a minute.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkReadable, ENGINES, PRELOAD, runProgram, withFolder } from './record.mjs';
import { Failed, NotHere } from './results.mjs';

const PROGRAM = fileURLToPath(new URL('../../test/fixtures/retain.mjs', import.meta.url));
const KNOWN = fileURLToPath(new URL('valgrind.supp', import.meta.url));

export function checkValgrind({ nodes, results }) {
  for (const node of nodes) {
    for (const engine of ENGINES) {
      results.check(['valgrind', `Node ${node.major}`, engine], () =>
        withFolder((folder) => runUnderValgrind(node, engine, folder)),
      );
    }
  }
}

function runUnderValgrind(node, engine, folder) {
  if (runProgram('valgrind', ['--version']).status !== 0) throw new NotHere('no valgrind');
  const filebase = path.join(folder, 'recording');
  const log = path.join(folder, 'valgrind.txt');
  // V8 writes the code that it runs.
  const options = [
    '--smc-check=all-non-file',
    '--num-callers=30',
    `--suppressions=${KNOWN}`,
    `--log-file=${log}`,
  ];
  const args = [...options, node.file, '--require', PRELOAD, PROGRAM, '500'];
  const { status, signal, output } = runProgram('valgrind', args, {
    env: { HEAPPROF_OUTPUT: filebase, HEAPPROF_SAMPLE: '{"1":1}', HEAPPROF_ENGINE: engine },
    timeoutSeconds: 900,
  });
  const report = readFileSync(log, 'utf8');
  if (status !== 0) throw new Failed(`ended with ${signal ?? status}`, output + report);
  // Node and V8 have errors of their own by valgrind's lights; one of ours has a function of ours in its stack.
  const errors = report.split(/^==\d+== \n/m).filter((block) => block.includes('heapprof::'));
  if (errors.length > 0) throw new Failed(`${errors.length} errors`, errors.join('\n'));
  return `${checkReadable(filebase, engine, output)} events, no error in the addon`;
}
