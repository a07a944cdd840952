import type { FlowGraph } from '../../../analysis/flow-graph.js';
import type { FlowDrawing } from '../../../render/flow-dot.js';
import { flowGraphSvg } from '../../../render/flow-svg.js';

/** To the worker that draws flow graphs, and back. */
export interface DrawRequest {
  readonly id: number;
  readonly graph: FlowGraph;
  readonly drawing: FlowDrawing;
}

/** What became of a {@link DrawRequest}. */
export type Drawn =
  | { readonly id: number; readonly svg: string }
  | { readonly id: number; readonly error: string };

// A bundle of its own, since it has Graphviz in it, and most who open a report never need that.
self.addEventListener('message', async ({ data }: MessageEvent<DrawRequest>) => {
  const { id, graph, drawing } = data;
  let drawn: Drawn;
  try {
    drawn = { id, svg: await flowGraphSvg(graph, drawing) };
  } catch (error) {
    drawn = { id, error: error instanceof Error ? error.message : String(error) };
  }
  self.postMessage(drawn);
});
