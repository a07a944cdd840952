// Worker threads that are created and terminated while everything is recorded.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkReadable, ENGINES, runProgram, withFolder } from './record.mjs';
import { Failed } from './results.mjs';

const COUNT = 32;
const PROGRAM = fileURLToPath(new URL('programs/workers.mjs', import.meta.url));

export function checkWorkers({ nodes, results }) {
  for (const node of nodes) {
    for (const engine of ENGINES) {
      results.check(['workers', `Node ${node.major}`, engine], () =>
        withFolder((folder) => {
          const { status, signal, output } = runProgram(node.file, [
            PROGRAM,
            engine,
            String(COUNT),
            folder,
          ]);
          if (status !== 0) throw new Failed(`ended with ${signal ?? status}`, output);
          const names = readdirSync(folder).filter((name) => name.endsWith('.hpm'));
          const filebases = names.map((name) => path.join(folder, name.slice(0, -'.hpm'.length)));
          const events = filebases.map((filebase) => checkReadable(filebase, engine, output));
          if (filebases.length <= COUNT || events.some((count) => count === 0)) {
            throw new Failed(`${filebases.length} recordings, events: ${events}`, output);
          }
          return `${COUNT} created and terminated, ${filebases.length} recordings, all with events`;
        }),
      );
    }
  }
}
