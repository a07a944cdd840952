import type { TraceTable } from '../format/log.js';
import type { Frame } from '../model/frame.js';
import { answerableFrame, isInternal, pathOf } from './location.js';
import { packageOf } from './package-name.js';

/** Whose code memory belongs to: the reader's own, what that depends on, or Node.js; `other` where no trace tells. */
export type Origin = 'mine' | 'dependencies' | 'node' | 'other';

/** All of them, in the order in which people care for them. */
export const ORIGINS: readonly Origin[] = ['mine', 'dependencies', 'node', 'other'];

/** Tells whose code the memory of a trace belongs to: that of its answerable frame. */
export class CodeOrigins {
  readonly #traces: TraceTable;
  readonly #isMine: (frame: Frame) => boolean;
  readonly #known = new Map<number, Origin>();

  /** @param myCode globs and names of packages, see {@link myCodeMatcher} */
  constructor(traces: TraceTable, myCode: readonly string[]) {
    this.#traces = traces;
    this.#isMine = myCodeMatcher(myCode);
  }

  of(trace: number): Origin {
    const known = this.#known.get(trace);
    if (known !== undefined) return known;
    const frames = this.#traces.trace(trace) ?? [];
    const frame = frames[answerableFrame(frames)];
    const origin = frame === undefined ? 'other' : this.#ofFrame(frame);
    this.#known.set(trace, origin);
    return origin;
  }

  #ofFrame(frame: Frame): Origin {
    if (isInternal(frame)) return 'node';
    return this.#isMine(frame) ? 'mine' : 'dependencies';
  }
}

/**
 * A test for frames of one's own code. A pattern with a slash or a star is a glob of a file's path or of an end of it that begins
 * after a slash: `*` and `?` stand for what has no slash, `**` for anything (`src/**`); any other pattern is the name of a package. Without
 * patterns everything is one's own that is not in `node_modules`.
 */
function myCodeMatcher(patterns: readonly string[]): (frame: Frame) => boolean {
  if (patterns.length === 0) return (frame) => packageOf(frame) === undefined;
  const isGlob = (pattern: string) => /[*?]/.test(pattern) || /^[^@].*[/\\]/.test(pattern);
  const globs = patterns.filter(isGlob).map(globExpression);
  const names = new Set(patterns.filter((pattern) => !isGlob(pattern)));
  return (frame) => {
    const path = pathOf(frame.file).replaceAll('\\', '/');
    return names.has(packageOf(frame) ?? '') || globs.some((glob) => glob.test(path));
  };
}

function globExpression(glob: string): RegExp {
  const parts = glob.replaceAll('\\', '/').split(/(\*\*\/?|\*|\?)/);
  const source = parts.map((part) => {
    if (part === '**/') return '(?:.*/)?';
    if (part === '**') return '.*';
    if (part === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    return part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  });
  return new RegExp(`(?:^|/)${source.join('')}$`, 's');
}
