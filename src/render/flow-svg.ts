import type { FlowGraph } from '../analysis/flow-graph.js';
import { DOT_FONT, type FlowDrawing, flowGraphDot } from './flow-dot.js';

/** For browsers that lack the font that the layout reckons with: the next ones are as wide, or narrower. */
const FONT_FAMILY = `${DOT_FONT},Verdana,Arial,sans-serif`;

/** A flow graph as SVG text, laid out and drawn by Graphviz as WebAssembly: nothing has to be installed. */
export async function flowGraphSvg(graph: FlowGraph, drawing: FlowDrawing = {}): Promise<string> {
  // Loaded on demand: it takes longer than most commands, and only flow graphs need it.
  const { instance } = await import('@viz-js/viz');
  const viz = await instance();
  const svg = viz.renderString(flowGraphDot(graph, drawing), { format: 'svg', engine: 'dot' });
  return svg.replaceAll(`font-family="${DOT_FONT}"`, `font-family="${FONT_FAMILY}"`);
}
