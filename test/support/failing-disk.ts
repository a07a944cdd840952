import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/**
 * Lets a function of `node:fs` fail as on a bad disk while `action` runs.
 * @returns what `action` threw, or undefined
 */
export function whileFailing(
  name: 'accessSync' | 'openSync' | 'renameSync' | 'writeSync',
  code: string,
  action: () => void,
): unknown {
  const original = fs[name];
  const fail = () => {
    throw Object.assign(new Error(`${code}: the disk is bad`), { code });
  };
  Object.assign(fs, { [name]: fail });
  syncBuiltinESMExports();
  try {
    action();
    return undefined;
  } catch (error) {
    return error;
  } finally {
    Object.assign(fs, { [name]: original });
    syncBuiltinESMExports();
  }
}
