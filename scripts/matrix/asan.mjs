// Programs with an addon that AddressSanitizer watches. Node itself is not watched: it would have to be built for it.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildFor } from './nodes.mjs';
import { checkRecorded, ENGINES, runProgram, withFolder } from './record.mjs';
import { Failed, NotHere } from './results.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const RESTART = fileURLToPath(new URL('programs/restart.mjs', import.meta.url));
const WORKERS = fileURLToPath(new URL('programs/workers.mjs', import.meta.url));
const fixture = (name) => path.join(ROOT, 'test', 'fixtures', name);

const PROGRAMS = [
  [fixture('retain.mjs'), '5000'],
  [fixture('lines.cjs'), '5000'],
  [fixture('ends.cjs'), 'return', '1500'],
  [fixture('ends.cjs'), 'throw', '700'],
];

export function checkAddresses({ nodes, results }) {
  for (const node of nodes) {
    const environment = () => {
      buildFor(node, ['--asan']);
      const abi = runProgram(node.file, ['-p', 'process.versions.modules']).stdout.trim();
      return {
        LD_PRELOAD: findLibrary(),
        HEAPPROF_ADDON: path.join(ROOT, 'build', `abi${abi}-asan`, 'Release', 'heapprof.node'),
      };
    };
    for (const engine of ENGINES) {
      results.check(['asan', `Node ${node.major}`, engine, 'addresses'], () => {
        const env = { ...environment(), ASAN_OPTIONS: 'detect_leaks=0' };
        const events = PROGRAMS.map((program) =>
          checkRecorded(node, program, { engine, sample: { 1: 1 }, env }),
        );
        return `${PROGRAMS.length} programs, ${events.join(' + ')} events, no error`;
      });
      results.check(['asan', `Node ${node.major}`, engine, 'leaks'], () =>
        withFolder((folder) => {
          const env = { ...environment(), ASAN_OPTIONS: 'detect_leaks=1:exitcode=0' };
          const programs = [
            [RESTART, engine, '50', path.join(folder, 'recording')],
            [WORKERS, engine, '4', folder],
          ];
          for (const program of programs) checkLeaks(node, program, env);
          return '50 recordings and 4 workers, no leak';
        }),
      );
    }
  }
}

// Node leaves a few things of its own behind; a leak of ours has a function of ours in its stack.
function checkLeaks(node, program, env) {
  const { status, output } = runProgram(node.file, program, { env });
  const leaks = output.split(/\n\n/).filter((block) => /^(Direct|Indirect) leak/m.test(block));
  const ours = leaks.filter((block) => block.includes('heapprof::'));
  if (status !== 0) throw new Failed(`ended with ${status}`, output);
  if (ours.length > 0) throw new Failed(`${ours.length} leaks of the addon`, output);
}

function findLibrary() {
  const compiler = process.env.CXX ?? 'c++';
  const { stdout } = runProgram(compiler, ['-print-file-name=libasan.so']);
  const file = stdout.trim();
  if (!path.isAbsolute(file) || !existsSync(file)) throw new NotHere('there is no libasan.so');
  return file;
}
