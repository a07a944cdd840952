// The tests of all that depends on Node, on each Node.
import { fileURLToPath } from 'node:url';
import { runProgram } from './record.mjs';
import { Failed } from './results.mjs';

const VITEST = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
const FOLDERS = ['test/capture', 'test/cli', 'test/native'];

export function checkVersions({ nodes, results }) {
  for (const node of nodes) {
    results.check(['versions', `Node ${node.major}`], () => {
      const { status, output } = runProgram(node.file, [VITEST, 'run', ...FOLDERS], {
        env: { NO_COLOR: '1' },
        timeoutSeconds: 1200,
      });
      const tally = /^\d+ passed, \d+ failed$/m.exec(output)?.[0] ?? 'no result';
      if (status !== 0) throw new Failed(tally, output);
      return tally;
    });
  }
}
