import path from 'node:path';
import type { Command } from 'commander';
import type { CallTree } from '../../analysis/call-tree/call-tree.js';
import type { FramePattern } from '../../analysis/call-tree/frame-pattern.js';
import { stacksOf } from '../../analysis/flame-graph.js';
import type { Reader } from '../../read.js';
import { callTreeJson } from '../../render/call-tree-json.js';
import { callTreeText } from '../../render/call-tree-text.js';
import { collapsedStacks } from '../../render/collapsed.js';
import { flameHtml } from '../../render/flame-html.js';
import { type FlameTexts, flameSvg } from '../../render/flame-svg.js';
import { renderPng } from '../../render/png.js';
import { recordingName } from '../../render/recording-name.js';
import { addCommand, addRecordingArgument } from '../add-command.js';
import { parseCount, parseFraction } from '../arguments.js';
import {
  addMemoryOptions,
  type MemoryArguments,
  parsePatterns,
  parseView,
  timeOf,
  type ViewArgument,
} from '../call-tree-arguments.js';
import { UsageError } from '../errors.js';
import {
  FILE_STYLE,
  jsonText,
  note,
  printJson,
  printLines,
  stdoutStyle,
  writeOutput,
} from '../output.js';
import { withProfile } from '../profile.js';
import { sourceMapsOption } from '../source-maps-option.js';

interface FlameOptions extends MemoryArguments {
  view?: ViewArgument;
  hide?: readonly FramePattern[];
  focus?: readonly FramePattern[];
  collapseDependencies?: true;
  maxDepth?: number;
  threshold: number;
  output?: string;
  sourceMaps?: string | true;
  json?: true;
}

/** `heapprof flame`: memory by stack, as a tree. */
export function addFlameCommand(program: Command): void {
  const command = addCommand(program, {
    name: 'flame',
    summary: 'show memory by stack, as a tree or a flame graph',
    description:
      'Shows which calls the memory came from: as a tree on the terminal, or with -o as a flame graph. A pattern of frames is a ' +
      'part of "function (file:line)", or a regular expression between slashes.',
    example: 'heapprof flame build --at peak --view hotspots -o flame.svg',
  });
  addMemoryOptions(addRecordingArgument(command))
    .option(
      '--view <view>',
      'overview: from callers to what they call; hotspots: from what allocated to its callers; inspect:FRAME: one function, ' +
        'with all that it calls and all its callers (default: overview)',
      parseView,
    )
    .option(
      '--hide <pattern>',
      'leave out these frames: what they used is their callers’; may be repeated',
      parsePatterns,
    )
    .option('--focus <pattern>', 'only stacks with these frames; may be repeated', parsePatterns)
    .option('--collapse-dependencies', 'put neighbouring frames of a package, or of Node, together')
    .option('--max-depth <n>', 'show at most so many levels', parseCount)
    .option(
      '--threshold <fraction>',
      'leave out frames with a smaller share of the memory (not in pictures and .collapsed)',
      parseFraction,
      0.01,
    )
    .option(
      '-o, --output <file>',
      'where to write; the ending says what: .svg, .html, .png, .txt (as on the terminal), .json or .collapsed (for flamegraph.pl)',
    )
    .addOption(sourceMapsOption())
    .option('--json', 'print JSON')
    .action((filebase: string, options: FlameOptions) => {
      const render = options.output === undefined ? undefined : rendererFor(options.output);
      const show = async (reader: Reader) => {
        const { view, hide, focus, collapseDependencies, maxDepth, metric, kind, within } = options;
        const tree = reader.callTree({
          ...timeOf(options, reader),
          ...view,
          ...{ hide, focus, collapseDependencies, maxDepth, metric, kind, within },
        });
        if (tree.nodes[tree.unit][0] === 0) note('there is no such memory; the tree is empty');
        const { facts } = reader.hpm;
        const { threshold } = options;
        const cwd = facts.process?.cwd;
        if (render !== undefined) {
          const title = recordingName(facts) ?? path.basename(filebase);
          writeOutput(options.output!, await render(tree, { title, cwd, threshold }));
        } else if (options.json) {
          await printJson(callTreeJson(tree, threshold));
        } else {
          await printLines(callTreeText(tree, threshold, cwd, stdoutStyle()));
        }
      };
      return withProfile(filebase, show, options.sourceMaps);
    });
}

type Renderer = (
  tree: CallTree,
  texts: FlameTexts & { readonly threshold: number },
) => string | Iterable<string> | Uint8Array | Promise<Uint8Array>;

const RENDERERS: Readonly<Record<string, Renderer>> = {
  '.svg': flameSvg,
  '.html': (tree, texts) => flameHtml(flameSvg(tree, texts)),
  '.png': (tree, texts) => renderPng(flameSvg(tree, texts)),
  '.txt': (tree, { threshold, cwd }) =>
    callTreeText(tree, threshold, cwd, FILE_STYLE).map((line) => `${line}\n`),
  '.json': (tree, { threshold }) => jsonText(callTreeJson(tree, threshold)),
  '.collapsed': (tree) => collapsedStacks(stacksOf(tree), tree.unit),
};

function rendererFor(output: string): Renderer {
  for (const [ending, renderer] of Object.entries(RENDERERS)) {
    if (output.endsWith(ending)) return renderer;
  }
  throw new UsageError(
    `${output} must end in one of ${Object.keys(RENDERERS).join(', ')}, which says what to write.`,
  );
}
