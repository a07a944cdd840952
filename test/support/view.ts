import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { startHeapprof } from './command-line.js';

/** A `heapprof view` that runs. */
export interface RunningView {
  readonly child: ChildProcess;
  /** The page's address, with `/` at its end. */
  readonly url: string;
  /** What it has said on stderr by now. */
  readonly said: () => string;
}

/**
 * Starts `heapprof view`; it is ended after the test, if it has not been by then.
 * @param args beside the recording; `--no-open` by default
 */
export async function startView(
  filebase: string,
  args: readonly string[] = ['--no-open'],
  env: NodeJS.ProcessEnv = {},
): Promise<RunningView> {
  const child = startHeapprof(['view', filebase, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  let said = '';
  child.stderr!.on('data', (text) => {
    said += text;
  });
  let address = '';
  for await (const piece of child.stdout!) {
    address += piece;
    if (address.includes('\n')) break;
  }
  if (address === '') throw new Error(`heapprof view has ended: ${said}`);
  return { child, url: address.trim(), said: () => said };
}
