import type { Frame } from '../model/frame.js';
import { isInternal, pathOf } from './location.js';

/** The folder of a package: up to the last `node_modules` of a path, and the one or, with a scope, two names after it. */
const PACKAGE_FOLDER = /^(?:.*[/\\])?node_modules[/\\]((?:@[^/\\]+[/\\])?[^/\\]+)(?=[/\\]|$)/s;

/** What a frame's code belongs to: the program itself, one of its dependencies, or Node.js. */
export type Origin = 'program' | 'dependency' | 'node';

/** Where the package of a frame's file is: `/app/node_modules/@babel/core`; undefined for what is in no `node_modules`. */
export function packageFolder(frame: Frame): string | undefined {
  return PACKAGE_FOLDER.exec(pathOf(frame.file))?.[0];
}

/** Whose code a frame is. */
export function originOf(frame: Frame): Origin {
  if (isInternal(frame)) return 'node';
  return packageFolder(frame) === undefined ? 'program' : 'dependency';
}
