// Programs under flags that have V8 collect and move objects all the time.
import { fileURLToPath } from 'node:url';
import { checkRecorded, ENGINES } from './record.mjs';

const FLAGS = [
  '--gc-interval=500',
  '--stress-compaction',
  '--stress-scavenge=50',
  '--jitless',
  '--stress-incremental-marking',
];

const fromRoot = (name) => fileURLToPath(new URL(`../../${name}`, import.meta.url));

const PROGRAMS = [
  [fromRoot('test/fixtures/retain.mjs'), '2000'],
  [fromRoot('test/fixtures/sizes.cjs'), '2000'],
  [fromRoot('test/fixtures/lines.cjs'), '2000'],
  [fromRoot('test/fixtures/ends.cjs'), 'return', '1200'],
  [
    fromRoot('node_modules/terser/bin/terser'),
    fromRoot('node_modules/commander/lib/command.js'),
    '--compress',
  ],
];

// Some of all sizes.
const SAMPLE = { 128: 0.05, 8192: 0.5 };

export function checkStress({ nodes, results }) {
  for (const node of nodes) {
    for (const engine of ENGINES) {
      for (const flag of FLAGS) {
        results.check(['stress', `Node ${node.major}`, engine, flag], () => {
          const events = PROGRAMS.map((program) =>
            checkRecorded(node, [flag, ...program], {
              engine,
              sample: SAMPLE,
              timeoutSeconds: 300,
            }),
          );
          return `${PROGRAMS.length} programs, ${events.join(' + ')} events`;
        });
      }
    }
  }
}
