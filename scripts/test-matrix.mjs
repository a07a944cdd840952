// Tests what the ordinary tests cannot, for time or for tools: `npm run test:matrix [-- PART… MAJOR…]`. Without arguments all parts
// on all Nodes that are supported; parts and major versions of Node choose some: `npm run test:matrix -- stress oom 22 24`.
// What failed leaves its output in out/matrix/.
import { checkAddresses } from './matrix/asan.mjs';
import { buildFor, findNodes } from './matrix/nodes.mjs';
import { checkOutOfMemory } from './matrix/oom.mjs';
import { checkRestarts } from './matrix/restart.mjs';
import { Results } from './matrix/results.mjs';
import { checkStress } from './matrix/stress.mjs';
import { checkValgrind } from './matrix/valgrind.mjs';
import { checkVersions } from './matrix/versions.mjs';
import { checkWorkers } from './matrix/workers.mjs';

const PARTS = {
  versions: checkVersions,
  stress: checkStress,
  oom: checkOutOfMemory,
  asan: checkAddresses,
  valgrind: checkValgrind,
  restart: checkRestarts,
  workers: checkWorkers,
};

const args = process.argv.slice(2);
const majors = args.filter((argument) => /^\d+$/.test(argument));
const names = args.filter((argument) => !majors.includes(argument));
const unknown = names.filter((name) => !(name in PARTS));
if (unknown.length > 0) {
  console.error(
    `There is no part ${unknown.join(', ')}; there are ${Object.keys(PARTS).join(', ')}.`,
  );
  process.exit(2);
}

const nodes = findNodes(majors);
for (const node of nodes) buildFor(node);
const results = new Results();
for (const [name, check] of Object.entries(PARTS)) {
  if (names.length === 0 || names.includes(name)) check({ nodes, results });
}
process.exitCode = results.finish() ? 0 : 1;
