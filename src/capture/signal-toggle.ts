import { isatty } from 'node:tty';
import { isProfiling, startWithSeed, stop } from './record.js';
import type { RegisterSettings } from './register-environment.js';
import { tell } from './tell.js';

/**
 * Has a signal start a recording, the next one stop it, the next start another, and so on: `filebase`, `filebase-2`, … The
 * signal does not keep the program alive, and reaches the program's own handlers too. Stderr, being the program's, hears
 * of it only if it is a terminal; or if a recording cannot start, which the program survives.
 */
export function toggleOn(
  signal: NodeJS.Signals,
  filebase: string,
  { samplingRate, options, seed }: RegisterSettings,
): void {
  let started = 0;
  process.on(signal, () => {
    if (isProfiling()) {
      stop();
      report('the recording has been stopped');
      return;
    }
    started++;
    const output = started === 1 ? filebase : `${filebase}-${started}`;
    try {
      startWithSeed(output, samplingRate, options, seed);
      report(`recording to ${output}`);
    } catch (error) {
      tell((error as Error).message);
    }
  });
}

function report(text: string): void {
  if (isatty(2)) tell(text);
}
