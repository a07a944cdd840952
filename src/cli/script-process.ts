import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { HeapprofError } from '../base/errors.js';

/** How a script ended: with a code, or by a signal. */
export interface ScriptEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Signals that a person or a supervisor sends to end, reload or inspect a program. */
const FORWARDED_SIGNALS: readonly NodeJS.Signals[] = [
  'SIGINT',
  'SIGTERM',
  'SIGHUP',
  'SIGQUIT',
  'SIGUSR1',
  'SIGUSR2',
];

/** Of those, the ones that a terminal's keys send to the program by themselves. */
const TERMINAL_SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGQUIT'];

/**
 * Runs a script under this Node.js to its end, with its own stdin, stdout and stderr. `environment` says what the preload
 * (src/capture/preload.ts) does in it.
 * @throws HeapprofError if it cannot be started.
 */
export async function runScript(
  script: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<ScriptEnd> {
  const preload = fileURLToPath(new URL('../capture/preload.cjs', import.meta.url));
  const child = spawn(process.execPath, ['--require', preload, script, ...args], {
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  const stopForwarding = forwardSignals((signal) => child.kill(signal));
  const end = await new Promise<ScriptEnd>((resolve, reject) => {
    child.once('error', (cause) =>
      reject(
        new HeapprofError(
          'ERR_HEAPPROF_SPAWN',
          `${process.execPath} could not be started: ${cause.message}.`,
          { cause },
        ),
      ),
    );
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  stopForwarding();
  return end;
}

/** Hands signals on until the returned function is called. */
function forwardSignals(send: (signal: NodeJS.Signals) => void): () => void {
  const hasTerminal = [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY);
  const forward = (signal: NodeJS.Signals) => {
    // The keys of a terminal reach the script too; it would get the signal twice.
    if (!(hasTerminal && TERMINAL_SIGNALS.includes(signal))) send(signal);
  };
  for (const signal of FORWARDED_SIGNALS) process.on(signal, forward);
  return () => {
    for (const signal of FORWARDED_SIGNALS) process.off(signal, forward);
  };
}

/** Ends this process as the script ended: by the same signal, or with the same code. */
export function endLike({ code, signal }: ScriptEnd): void {
  if (signal === null) {
    process.exitCode = code ?? 0;
    return;
  }
  // For a signal that does not end this process, such as one that its parent ignores: what shells report.
  process.exitCode = 128 + constants.signals[signal];
  process.kill(process.pid, signal);
}
