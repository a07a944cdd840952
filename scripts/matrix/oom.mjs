// Programs that run out of heap: nothing but V8's own fatal error may show, and the recording can be read.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkReadable, ENGINES, PRELOAD, runProgram, withFolder } from './record.mjs';
import { Failed } from './results.mjs';

const RUNS = 20;
const FILL = fileURLToPath(new URL('programs/fill.cjs', import.meta.url));
const KINDS = ['objects', 'entries', 'closures', 'arrays'];
const HEAP_FLAGS = ['--max-old-space-size=64'];

export function checkOutOfMemory({ nodes, results }) {
  for (const node of nodes) {
    results.check(['oom', `Node ${node.major}`, 'not recorded'], () => {
      for (let i = 0; i < RUNS; i++) runOut(node, i, {});
      return `${RUNS} runs, each with V8's fatal error and no other`;
    });
    for (const engine of ENGINES) {
      results.check(['oom', `Node ${node.major}`, engine], () => {
        let least = Number.POSITIVE_INFINITY;
        for (let i = 0; i < RUNS; i++) {
          least = Math.min(
            least,
            withFolder((folder) => recordRunOut(node, i, engine, folder)),
          );
        }
        return `${RUNS} runs, each with V8's fatal error and no other, and ${least} events or more`;
      });
    }
  }
}

function recordRunOut(node, i, engine, folder) {
  const filebase = path.join(folder, 'recording');
  const env = { HEAPPROF_OUTPUT: filebase, HEAPPROF_ENGINE: engine };
  const output = runOut(node, i, { before: ['--require', PRELOAD], env });
  const events = checkReadable(filebase, engine, output);
  if (events === 0) throw new Failed(`run ${i + 1} left a recording without events`, output);
  return events;
}

function runOut(node, i, { before = [], env }) {
  const args = [...HEAP_FLAGS, ...before, FILL, KINDS[i % KINDS.length]];
  const { signal, output } = runProgram(node.file, args, { env });
  const fatal = output.match(/^FATAL ERROR: .*$/gm) ?? [];
  const normal = fatal.length === 1 && fatal[0].endsWith('JavaScript heap out of memory');
  if (signal !== 'SIGABRT' || !normal || /Check failed|Fatal error in|heapprof:/.test(output)) {
    throw new Failed(`run ${i + 1} ended with ${signal}: ${fatal[0] ?? 'no fatal error'}`, output);
  }
  return output;
}
