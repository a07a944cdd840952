// Ends a test file that hangs, which a test's own time limit cannot where its process is busy or blocked: the
// run goes on, and fails with the file's name.

import { readdirSync, readFileSync } from 'node:fs';

const LIMIT_MINUTES = 10;

export default class StallReporter {
  #limitMs;
  #timers = new Map();

  constructor({ limitMs = LIMIT_MINUTES * 60_000 } = {}) {
    this.#limitMs = limitMs;
  }

  onTestModuleStart(module) {
    const end = () => {
      const seconds = Math.round(this.#limitMs / 1000);
      console.error(`${module.relativeModuleId} has not ended within ${seconds} s: it hangs.`);
      // Which of them it is cannot be told; the run has failed in any case.
      for (const pid of testProcesses()) process.kill(pid, 'SIGKILL');
    };
    this.#timers.set(module.id, setTimeout(end, this.#limitMs).unref());
  }

  onTestModuleEnd(module) {
    clearTimeout(this.#timers.get(module.id));
  }
}

/** Children of this process that run tests. */
function testProcesses() {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const parent = /\) \S+ (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return Number(parent) === process.pid && command.includes('vitest');
      } catch {
        return false; // It has ended.
      }
    })
    .map(Number);
}
