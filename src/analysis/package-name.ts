import type { Frame } from '../model/frame.js';
import { isInternal, pathOf } from './location.js';

/** What stands for the program's own files, which are in no package of `node_modules`. */
export const OWN_PACKAGE = '(own code)';

/** The innermost folder of `node_modules` on a path, and what lies in it: a name, or a scope and a name. */
const PACKAGE = /^.*[/\\]node_modules[/\\]((?:@[^/\\]+[/\\])?[^/\\]+)[/\\]/s;

/** The package that a frame's file belongs to, `lodash` or `@scope/name`; undefined for the program's own and for Node's. */
export function packageOf(frame: Frame): string | undefined {
  if (isInternal(frame)) return undefined;
  return PACKAGE.exec(pathOf(frame.file))?.[1]?.replace('\\', '/');
}
