import type { Frame } from '../model/frame.js';
import { isInternal, pathOf } from './location.js';

/** What stands for the program's own files, which are in no package of `node_modules`. */
export const OWN_PACKAGE = '(own code)';

/** The folder of a package: up to the last `node_modules` of a path, and the one or, with a scope, two names after it. */
const PACKAGE_FOLDER = /^(?:.*[/\\])?node_modules[/\\]((?:@[^/\\]+[/\\])?[^/\\]+)(?=[/\\]|$)/s;

/** What a frame's code belongs to: the program itself, one of its dependencies, or Node.js. */
export type FrameOrigin = 'program' | 'dependency' | 'node';

/** The package that a frame's file belongs to, `lodash` or `@scope/name`; undefined for the program's own and for Node's. */
export function packageOf(frame: Frame): string | undefined {
  if (isInternal(frame)) return undefined;
  return PACKAGE_FOLDER.exec(pathOf(frame.file))?.[1]?.replace('\\', '/');
}

/** Where the package of a frame's file is: `/app/node_modules/@babel/core`; undefined for what is in no `node_modules`. */
export function packageFolder(frame: Frame): string | undefined {
  return PACKAGE_FOLDER.exec(pathOf(frame.file))?.[0];
}

/** Whose code a frame is. */
export function originOf(frame: Frame): FrameOrigin {
  if (isInternal(frame)) return 'node';
  return packageFolder(frame) === undefined ? 'program' : 'dependency';
}
