import { gzipSync } from 'node:zlib';
import {
  type CallTreeSide,
  COMPARED_TREE_METRICS,
  compareCallTrees,
} from '../analysis/call-tree/compare-call-trees.js';
import type { CompareMetric } from '../analysis/compare-measure.js';
import type { CompareSide } from '../analysis/compare-pairs.js';
import { relativeTo } from '../analysis/memory-profile.js';
import type { Reader } from '../read.js';
import { COMPARED_PPROF_TYPES } from '../render/compare-names.js';
import { flameDiffSvg } from '../render/flame-diff-svg.js';
import { flameHtml } from '../render/flame-html.js';
import { renderPng } from '../render/png.js';
import { type PprofSource, pprofDiffMessage } from '../render/pprof.js';
import { safeJson } from '../render/sanitize.js';
import type { TextStyle } from '../render/text-style.js';
import { UsageError } from './errors.js';
import { pprofSource } from './export-profile.js';
import { FILE_STYLE, writeOutput } from './output.js';

/** One of the two that are compared. */
export interface ReaderSide extends CompareSide {
  readonly profile: Reader;
}

/** A comparison that is to be written to a file. */
export interface CompareResult {
  readonly a: ReaderSide;
  readonly b: ReaderSide;
  readonly names: { readonly a: string; readonly b: string };
  readonly metric: CompareMetric;
  readonly normalize: boolean;
  /** As on the terminal. */
  lines(style: TextStyle): string[];
  /** As with `--json`. */
  json(): object;
}

type Renderer = (result: CompareResult) => string | Uint8Array | Promise<Uint8Array>;

const RENDERERS: Readonly<Record<string, Renderer>> = {
  '.svg': picture,
  '.html': (result) => flameHtml(picture(result)),
  '.png': (result) => renderPng(picture(result)),
  '.txt': ({ lines }) => `${lines(FILE_STYLE).join('\n')}\n`,
  '.json': ({ json }) => `${safeJson(json(), 2)}\n`,
  '.pb.gz': profile,
};

/** For the help of `-o`. */
export const COMPARE_OUTPUTS =
  '.svg, .html or .png (a flame graph in the colours of the difference), .txt (as on the terminal), .json, or .pb.gz (for go tool pprof, as with its -diff_base)';

/**
 * What writes a comparison to a file, by the file's ending.
 * @throws UsageError for an ending that says nothing.
 */
export function compareWriter(output: string): (result: CompareResult) => Promise<void> {
  const ending = Object.keys(RENDERERS).find((each) => output.endsWith(each));
  if (ending === undefined) {
    throw new UsageError(
      `${output} must end in one of ${Object.keys(RENDERERS).join(', ')}, which says what to write.`,
    );
  }
  return async (result) => writeOutput(output, await RENDERERS[ending]!(result));
}

function picture({ a, b, names, metric, normalize }: CompareResult): string {
  const comparison = compareCallTrees(treeSide(a), treeSide(b), {
    metric: COMPARED_TREE_METRICS[metric],
    normalize,
  });
  return flameDiffSvg(comparison, { names, cwd: a.profile.hpm.facts.process?.cwd });
}

function profile({ a, b, metric, normalize }: CompareResult): Uint8Array {
  const isOne = a.profile === b.profile;
  const [sourceA, sourceB] = [a, b].map((side): PprofSource => {
    const { from, to } = treeSide(side);
    const source = pprofSource(side.profile, { from, to });
    const cwd = side.profile.hpm.facts.process?.cwd;
    return isOne ? source : { ...source, memory: relativeTo(source.memory, cwd) };
  });
  return gzipSync(pprofDiffMessage(sourceA!, sourceB!, COMPARED_PPROF_TYPES[metric], normalize));
}

/** A range, by default all of the recording. */
function treeSide({ profile, from = 0, to }: ReaderSide): CallTreeSide {
  return { profile, from, to };
}
