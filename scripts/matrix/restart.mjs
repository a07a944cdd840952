// Ten thousand recordings in one process, which must not grow.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileMallocBytes } from '../malloc/compile.mjs';
import { ENGINES, runProgram, withFolder } from './record.mjs';
import { Failed } from './results.mjs';

const COUNT = 10_000;
// What a recording may leave behind, by malloc()'s count: the C library keeps every value that an environment variable ever had, and child
// processes are told of the recording in one, in about 300 bytes. Beside that nothing, but tables of Node and V8 grow in steps.
const MOST_BYTES = 300 + 64;
// The resident set goes up and down by megabytes with the collections.
const MOST_RESIDENT_BYTES = 16 << 20;

const PROGRAM = fileURLToPath(new URL('programs/restart.mjs', import.meta.url));

export function checkRestarts({ nodes, results }) {
  for (const node of nodes) {
    for (const engine of ENGINES) {
      results.check(['restart', `Node ${node.major}`, engine], () =>
        withFolder((folder) => restart(node, engine, folder)),
      );
    }
  }
}

function restart(node, engine, folder) {
  const addon = compileMallocBytes(folder);
  const args = ['--expose-gc', PROGRAM, engine, String(COUNT), path.join(folder, 'recording')];
  const { status, stdout, output } = runProgram(node.file, [...args, addon], {
    timeoutSeconds: 1800,
  });
  if (status !== 0) throw new Failed(`ended with ${status}`, output);
  const { between, measured } = JSON.parse(stdout);
  const [early, late] = measured;
  const growth = (name) => (late[name] - early[name]) / between;
  const text =
    `a recording leaves ${growth('malloc').toFixed(1)} bytes of malloc() and ${growth('heap').toFixed(1)} of heap; ` +
    `resident set ${(early.resident / 1e6).toFixed(1)} to ${(late.resident / 1e6).toFixed(1)} MB`;
  const isFlat =
    growth('malloc') <= MOST_BYTES &&
    late.resident - early.resident <= MOST_RESIDENT_BYTES &&
    late.descriptors === early.descriptors &&
    late.threads === early.threads;
  if (!isFlat) throw new Failed(text, output);
  return text;
}
