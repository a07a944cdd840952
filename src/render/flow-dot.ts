import type { FlowEdge, FlowGraph, FlowNode, FlowUsage } from '../analysis/flow-graph.js';
import { OTHER_LABEL } from '../analysis/frame-label.js';
import { formatBytes } from '../base/units.js';
import type { Frame } from '../model/frame.js';
import { shortFrameText } from './frame-text.js';
import { escapeMarkup } from './markup.js';
import { formatCount, formatEstimate, formatShare, formatTime } from './numbers.js';

/** How a flow graph is drawn. */
export interface FlowDrawing {
  /** What the recording is of, for the heading. */
  readonly title?: string;
  /** Whether the drawing says what it is of and what stands in its boxes. Default: true. */
  readonly hasHeading?: boolean;
  /** Paths are relative to this folder, the recorded program's working directory, where they lie within. */
  readonly cwd?: string;
  /** Whether what allocates is drawn larger, the more it does. Default: true. */
  readonly sizeNodesBasedOnLocalUsage?: boolean;
}

/** What stands in a box, for people. */
export const FLOW_BOX_TEXT =
  'In a box: bytes of its own (bold), with all that it calls, and their share of all live memory';

/** Graphviz knows its widths, and PNG pictures are drawn with it. */
export const DOT_FONT = 'DejaVu Sans';

const FONT_SIZE = 10;

/** Of a node that allocates all memory itself. */
const LARGEST_FONT_SIZE = 26;

/** Characters of a frame in a box. */
const FRAME_WIDTH = 40;

/** Of a chain these are named: who is called, and what allocates. */
const FIRST_FRAMES = 1;
const LAST_FRAMES = 3;

/** Of cells by cumulative share, from none to all; black text can be read on both. Seen by all kinds of colour vision. */
const FAINT_COLOR = [0xe8, 0xf1, 0xfa] as const;
const STRONG_COLOR = [0xf4, 0x9a, 0x62] as const;

/**
 * A flow graph as text in Graphviz's language, https://graphviz.org/doc/info/lang.html: a box for each node with its
 * frames, and for each instant a cell with its own bytes, those with all that it calls, and their share of all. Arrows
 * from caller to callee are thicker where more flows; dashed ones lead over frames that are left out.
 */
export function flowGraphDot(graph: FlowGraph, options: FlowDrawing = {}): string {
  const { title, hasHeading = true } = options;
  const label = hasHeading ? ` label=<${heading(graph, title)}>` : '';
  return [
    'digraph heapprof {',
    `  graph [fontname="${DOT_FONT}" fontsize=12 labelloc=t labeljust=l nodesep=0.25 ranksep=0.35 bgcolor=white${label}]`,
    `  node [shape=plain fontname="${DOT_FONT}" fontsize=${FONT_SIZE}]`,
    `  edge [fontname="${DOT_FONT}" fontsize=9 fontcolor="#444444" arrowsize=0.6]`,
    `  root [label=<${rootLabel(graph)}>]`,
    ...graph.nodes.map(
      (node, position) => `  n${position} ${nodeAttributes(node, graph, options)}`,
    ),
    ...graph.edges.map((edge) => `  ${edgeLine(edge, graph)}`),
    '}',
    '',
  ].join('\n');
}

function heading(graph: FlowGraph, title: string | undefined): string {
  const omitted =
    graph.omittedFrames === 0
      ? ''
      : `; ${formatCount(graph.omittedFrames)} frames below ${graph.minNodeFraction * 100} % are left out`;
  const lines = [
    `<b>${title === undefined ? '' : `${escapeMarkup(title)}: `}live memory at ${flowTimesText(graph)}</b>`,
    `${FLOW_BOX_TEXT}${omitted}`,
  ];
  return lines.map((line) => `${line}<br align="left"/>`).join('');
}

/** The instants of a graph, `1.20 s, 7.89 s`. */
export function flowTimesText({ instants }: Pick<FlowGraph, 'instants'>): string {
  return instants.map(({ timeSeconds }) => formatTime(timeSeconds)).join(', ');
}

function rootLabel({ instants }: FlowGraph): string {
  const usage = instants.map(({ liveBytes, liveBytesError }) => ({
    localBytes: 0,
    localBytesError: 0,
    cumulativeBytes: liveBytes,
    cumulativeBytesError: liveBytesError,
  }));
  return boxLabel(['all live memory'], usage, instants);
}

function nodeAttributes(node: FlowNode, graph: FlowGraph, options: FlowDrawing): string {
  const { cwd, sizeNodesBasedOnLocalUsage = true } = options;
  const size = sizeNodesBasedOnLocalUsage ? fontSize(node, graph) : FONT_SIZE;
  return `[fontsize=${size} label=<${boxLabel(frameLines(node.frames, cwd), node.usage, graph.instants)}>]`;
}

/** The square root lets the area grow with the share. */
function fontSize({ usage }: FlowNode, { instants }: FlowGraph): number {
  const shares = usage.map(({ localBytes }, instant) =>
    shareOf(localBytes, instants[instant]!.liveBytes),
  );
  return Math.round(FONT_SIZE + (LARGEST_FONT_SIZE - FONT_SIZE) * Math.sqrt(Math.max(...shares)));
}

function frameLines(frames: readonly Frame[], cwd: string | undefined): string[] {
  const lines = (some: readonly Frame[]) =>
    some.map((frame) => shortFrameText(frame, cwd, FRAME_WIDTH));
  if (frames.length === 0) return [OTHER_LABEL];
  if (frames.length <= FIRST_FRAMES + LAST_FRAMES + 1) return lines(frames);
  const between = frames.length - FIRST_FRAMES - LAST_FRAMES;
  return [
    ...lines(frames.slice(0, FIRST_FRAMES)),
    `… ${between} more …`,
    ...lines(frames.slice(-LAST_FRAMES)),
  ];
}

/** @param lines without markup, safe to print */
function boxLabel(
  lines: readonly string[],
  usage: readonly FlowUsage[],
  instants: FlowGraph['instants'],
): string {
  const names = lines.map(escapeMarkup).join('<br/>');
  const cells = usage.map((each, instant) => {
    const { liveBytes, timeSeconds } = instants[instant]!;
    const share = shareOf(each.cumulativeBytes, liveBytes);
    const time = instants.length > 1 ? `<i>${formatTime(timeSeconds)}</i><br/>` : '';
    return `<td bgcolor="${tint(share)}">${time}${usageText(each, share)}</td>`;
  });
  return (
    '<table border="1" color="#888888" cellborder="0" cellspacing="0" cellpadding="4">' +
    `<tr><td colspan="${usage.length}" bgcolor="white">${names}</td></tr><tr>${cells.join('')}</tr></table>`
  );
}

function usageText(usage: FlowUsage, share: number): string {
  const { localBytes, localBytesError, cumulativeBytes, cumulativeBytesError } = usage;
  const local = localBytes === 0 ? '–' : formatEstimate(localBytes, localBytesError);
  const cumulative = formatEstimate(cumulativeBytes, cumulativeBytesError);
  if (cumulativeBytes === 0) return '–';
  return `<b>${local}</b><br/>${cumulative}<br/>${formatShare(share)}`;
}

function edgeLine(edge: FlowEdge, { nodes, instants }: FlowGraph): string {
  const shares = edge.flow.map(({ bytes }, instant) =>
    shareOf(bytes, instants[instant]!.liveBytes),
  );
  const share = Math.max(...shares);
  const ofCaller = edge.flow.map(({ bytes }, instant) =>
    edge.from === undefined
      ? shares[instant]!
      : shareOf(bytes, nodes[edge.from]!.usage[instant]!.cumulativeBytes),
  );
  // The boxes have errors enough; those of an arrow are in the text that shows under the mouse.
  const label = edge.flow.map(({ bytes }) => formatBytes(bytes)).join(' | ');
  const tooltip = edge.flow
    .map(({ bytes, bytesError }) => formatEstimate(bytes, bytesError))
    .join(' | ');
  const attributes = [
    // The spaces keep it off the arrow.
    `label="  ${label}" tooltip="${tooltip}" labeltooltip="${tooltip}"`,
    `penwidth=${(1 + 6 * share).toFixed(1)}`,
    `weight=${1 + Math.round(100 * share)}`,
    `color="${gray(Math.max(...ofCaller))}"`,
    ...(edge.isIndirect ? ['style=dashed'] : []),
  ];
  const from = edge.from === undefined ? 'root' : `n${edge.from}`;
  return `${from} -> n${edge.to} [${attributes.join(' ')}]`;
}

function shareOf(bytes: number, whole: number): number {
  return whole > 0 ? bytes / whole : 0;
}

function tint(share: number): string {
  const part = Math.min(share, 1);
  return hexColor(FAINT_COLOR.map((faint, k) => faint + part * (STRONG_COLOR[k]! - faint)));
}

/** Dark where most of what the caller has goes this way. */
function gray(share: number): string {
  const level = 0xb0 - Math.min(share, 1) * 0x80;
  return hexColor([level, level, level]);
}

function hexColor(channels: readonly number[]): string {
  return `#${channels.map((channel) => Math.round(channel).toString(16).padStart(2, '0')).join('')}`;
}
