import type { Command } from 'commander';
import type { FlowGraph } from '../../analysis/flow-graph.js';
import { type FlowDrawing, flowGraphDot } from '../../render/flow-dot.js';
import { flowGraphSvg } from '../../render/flow-svg.js';
import { recordingName } from '../../render/recording-name.js';
import { addCommand, addRecordingArgument } from '../add-command.js';
import { parseFraction, parseTime, type TimeArgument } from '../arguments.js';
import { UsageError } from '../errors.js';
import { writeOutput } from '../output.js';
import { withProfile } from '../profile.js';

interface FlowCommandOptions {
  at?: TimeArgument[];
  output: string;
  minNodeFraction?: number;
  minEdgeFraction: number;
  collapseNodes: boolean;
  sizeNodes: boolean;
}

/** `heapprof flow`: live memory as a graph of who calls whom. */
export function addFlowCommand(program: Command): void {
  const command = addCommand(program, {
    name: 'flow',
    summary: 'draw where live memory comes from, as a graph',
    description:
      'Draws a box for each line of code, with the live bytes of its own and those with all that it calls, and arrows from callers ' +
      'to callees. Given several times, each box has the figures of all of them.',
    example: 'heapprof flow build --at 2 --at 4.5 -o flow.svg',
  });
  addRecordingArgument(command)
    .option(
      '--at <time>',
      'seconds since the start, or ISO 8601 (default: the end); may be repeated',
      (text: string, before: TimeArgument[] = []) => [...before, parseTime(text)],
    )
    .requiredOption(
      '-o, --output <file>',
      'where to write; the ending says what: .svg, or .dot (Graphviz)',
    )
    .option(
      '--min-node-fraction <fraction>',
      'leave out lines with a smaller share, with all they call (default: 0.01, or as much more as leaves 30 boxes)',
      parseFraction,
    )
    .option(
      '--min-edge-fraction <fraction>',
      'leave out arrows with a smaller share of what their caller has',
      parseFraction,
      0.05,
    )
    .option('--no-collapse-nodes', 'give lines that only pass memory on boxes of their own')
    .option('--no-size-nodes', 'draw all boxes in one size, whatever they allocate themselves')
    .action((filebase: string, options: FlowCommandOptions) => {
      const render = rendererFor(options.output);
      return withProfile(filebase, async (reader) => {
        const { at, minNodeFraction, minEdgeFraction, collapseNodes, sizeNodes } = options;
        const times = at?.map((time) => time(reader.initialTime)) ?? [reader.elapsedTime];
        const graph = reader.compareFlowGraphs(times, {
          ...(minNodeFraction !== undefined && { minNodeFraction }),
          minEdgeFraction,
          collapseNodes,
        });
        const title = recordingName(reader.hpm.facts);
        const cwd = reader.hpm.facts.process?.cwd;
        const drawing = {
          ...(title !== undefined && { title }),
          ...(cwd !== undefined && { cwd }),
          sizeNodesBasedOnLocalUsage: sizeNodes,
        };
        writeOutput(options.output, await render(graph, drawing));
      });
    });
}

type Renderer = (graph: FlowGraph, drawing: FlowDrawing) => string | Promise<string>;

function rendererFor(output: string): Renderer {
  if (output.endsWith('.svg')) return flowGraphSvg;
  if (output.endsWith('.dot')) return flowGraphDot;
  throw new UsageError(`${output} must end in .svg or .dot, which says what to draw.`);
}
