import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { read } from '../../dist/index.js';

/** Of the graphs that are drawn: what the command is given, and the same for the library. */
const DRAWINGS = [
  { name: 'usual', args: [], options: {} },
  {
    name: 'large',
    args: ['--min-node-fraction', '0.005', '--no-collapse-nodes'],
    options: { minNodeFraction: 0.005, collapseNodes: false },
  },
];

/** Graphviz's own `dot` takes our flow graphs without a warning, and draws as many nodes and edges as they have. */
export async function* judgeDot({ filebase, folder, heapprof }) {
  const absence = absenceOfDot();
  if (absence !== undefined) {
    yield { tool: 'Graphviz', says: absence };
    return;
  }
  const reader = read(filebase);
  try {
    const times = [reader.elapsedTime / 2, reader.elapsedTime];
    for (const { name, args, options } of DRAWINGS) {
      const { nodes, edges } = reader.compareFlowGraphs(times, options);
      const file = path.join(folder, `flow-${name}.dot`);
      heapprof('flow', filebase, ...times.flatMap((time) => ['--at', time]), ...args, '-o', file);
      const { status, stdout, stderr } = spawnSync('dot', ['-Tplain', file], {
        encoding: 'utf8',
        maxBuffer: 2 ** 30,
        timeout: 300_000,
      });
      yield verdict(`${name}: exit code ${status}, "${stderr.trim()}"`, status === 0 && !stderr);
      // https://graphviz.org/docs/outputs/plain/: a line for each.
      const count = (what) => stdout.match(new RegExp(`^${what} `, 'gm'))?.length ?? 0;
      // One more node stands for all memory.
      yield verdict(
        `${name}: ${count('node')} nodes and ${count('edge')} edges, ours ${nodes.length + 1} and ${edges.length}`,
        count('node') === nodes.length + 1 && count('edge') === edges.length,
      );
    }
  } finally {
    reader.close();
  }
}

/** Why there is no `dot`, after an attempt to install it; undefined where there is one. */
function absenceOfDot() {
  const isThere = () => spawnSync('dot', ['-V']).status === 0;
  if (isThere()) return undefined;
  if (process.getuid?.() !== 0) {
    return 'not asked, since it is not there: install the package graphviz, or run this as root';
  }
  const { error, stderr } = spawnSync('apt-get', ['install', '-y', 'graphviz'], {
    encoding: 'utf8',
    timeout: 300_000,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (isThere()) return undefined;
  return `not asked, since apt-get cannot install it: ${error?.message ?? stderr.trim()}`;
}

function verdict(says, isGood) {
  return { tool: 'Graphviz', says, isGood };
}
