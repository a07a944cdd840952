// Runs programs with and without a recording, and says whether the recording did them any harm.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { surveyLog } from '../../dist/analysis/log-survey.js';
import { Reader } from '../../dist/index.js';
import { Failed } from './results.mjs';

/** What has a program recorded from its first line. */
export const PRELOAD = fileURLToPath(new URL('../../dist/capture/preload.cjs', import.meta.url));

/** How the recorder can come to its events; each is tested alone. */
export const ENGINES = ['observer', 'polling'];

// What V8 and the sanitizers say when something is broken.
const BROKEN = /Check failed|Debug check failed|Fatal error in|AddressSanitizer|heapprof:/;

/** Runs a program: `{ status, signal, stdout, output }`, where `output` is the command and all that it printed. */
export function runProgram(command, args, { env = {}, timeoutSeconds = 120 } = {}) {
  const { status, signal, stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    timeout: timeoutSeconds * 1000,
    env: { ...process.env, ...env },
  });
  const output = `$ ${command} ${args.join(' ')}\n${stdout}${stderr}${error?.message ?? ''}\n`;
  return { status, signal, stdout, output };
}

/** Calls `action` with a folder that is removed afterwards. */
export function withFolder(action) {
  const folder = mkdtempSync(path.join(tmpdir(), 'heapprof-matrix-'));
  try {
    return action(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Runs `node ...args` with and without a recording, in both cases within the command `within`. Throws if it ends otherwise when it
 * is recorded, if anything broken shows, or if the recording cannot be read or has nothing where it must have something. Returns the number of events.
 */
export function checkRecorded(node, args, { engine, sample, env, within = [], timeoutSeconds }) {
  return withFolder((folder) => {
    const filebase = path.join(folder, 'recording');
    const [command, ...before] = [...within, node.file];
    const plain = runProgram(command, [...before, ...args], { env, timeoutSeconds });
    const recorded = runProgram(command, [...before, '--require', PRELOAD, ...args], {
      timeoutSeconds,
      env: {
        ...env,
        HEAPPROF_OUTPUT: filebase,
        HEAPPROF_SAMPLE: JSON.stringify(sample),
        HEAPPROF_ENGINE: engine,
      },
    });
    const output = `${plain.output}\n${recorded.output}`;
    if (plain.status !== recorded.status || plain.signal !== recorded.signal) {
      throw new Failed(
        `ended with ${recorded.signal ?? recorded.status}, without a recording with ${plain.signal ?? plain.status}`,
        output,
      );
    }
    const broken = BROKEN.exec(recorded.output);
    if (broken) throw new Failed(`said "${broken[0]}"`, output);
    const events = checkReadable(filebase, engine, output);
    // Polling sees nothing of what dies between two polls, which in a short program may be all.
    if (events === 0 && engine !== 'polling') {
      throw new Failed('the recording has no events', output);
    }
    return events;
  });
}

/** Throws if a recording cannot be read, is damaged or was made by another engine; returns the number of its events. */
export function checkReadable(filebase, engine, output) {
  try {
    const reader = new Reader(filebase);
    const { allocations, frees, damage } = surveyLog(reader.hpd, reader.hpm.facts.sampling);
    const unusable = [...reader.hpm.damage, ...damage];
    const used = reader.hpm.facts.process?.engine;
    reader.close();
    if (unusable.length > 0) throw new Error(`it is damaged: ${unusable[0].reason}`);
    if (used !== engine) throw new Error(`its engine is ${used}`);
    return allocations + frees;
  } catch (error) {
    throw new Failed(`${path.basename(filebase)}: ${error.message}`, output);
  }
}
