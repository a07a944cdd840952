import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FamilySettings } from './family-settings.js';

/** The variable that tells child processes to record themselves, and how: {@link FamilySettings} of the root. */
const VARIABLE = 'HEAPPROF_FAMILY';

/** The path of the program that Node has to require in a child process. The same from src/ and from dist/. */
export const PRELOAD = path.join(
  fileURLToPath(new URL('../../', import.meta.url)),
  'dist',
  'capture',
  'preload.cjs',
);

/** What stands at the head of NODE_OPTIONS. Node reads double quotes, and backslashes within them. */
export const PRELOAD_OPTION = `--require ${
  /[\s"\\]/.test(PRELOAD) ? `"${PRELOAD.replace(/["\\]/g, '\\$&')}"` : PRELOAD
}`;

/**
 * From now on, Node programs that this process starts record themselves, and so do those that they start, as long as
 * they are given this environment, or one that has NODE_OPTIONS and the variable from it.
 */
export function recordChildren(settings: FamilySettings): void {
  const { env } = process;
  leaveChildrenAlone(env, PRELOAD_OPTION);
  env.NODE_OPTIONS = env.NODE_OPTIONS ? `${PRELOAD_OPTION} ${env.NODE_OPTIONS}` : PRELOAD_OPTION;
  env[VARIABLE] = JSON.stringify(settings);
}

/**
 * Takes back what {@link recordChildren} did to an environment. Needs nothing but its arguments: its text is sent to other
 * threads (worker-attach.ts).
 */
export function leaveChildrenAlone(env: NodeJS.ProcessEnv, preloadOption: string): void {
  if (env.NODE_OPTIONS === preloadOption) {
    delete env.NODE_OPTIONS;
  } else if (env.NODE_OPTIONS?.startsWith(`${preloadOption} `)) {
    env.NODE_OPTIONS = env.NODE_OPTIONS.slice(preloadOption.length + 1);
  }
  delete env.HEAPPROF_FAMILY;
}

/** The settings with which the process that started this one is recorded; undefined if it is not. */
export function inheritedSettings(): FamilySettings | undefined {
  const text = process.env[VARIABLE];
  return text === undefined ? undefined : (JSON.parse(text) as FamilySettings);
}
