#!/usr/bin/env node
import { errorText, exitCodeOf } from './errors.js';
import { createProgram } from './program.js';

// Whoever reads stdout has seen enough: `heapprof dump … | head` is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const program = createProgram();
try {
  await program.parseAsync();
} catch (error) {
  const debug = program.commands.some((command) => command.opts().debug === true);
  process.stderr.write(errorText(error, debug));
  process.exitCode = exitCodeOf(error);
}
