import { useEffect, useMemo, useState } from 'preact/hooks';
import type { FlowGraph } from '../../analysis/flow-graph.js';
import {
  FLOW_BOX_TEXT,
  type FlowDrawing,
  flowGraphDot,
  flowTimesText,
} from '../../render/flow-dot.js';
import { formatCount, formatEstimate } from '../../render/numbers.js';
import { usePage } from '../page-context.js';
import { pngOfSvgText, svgTextBlob } from '../parts/download.js';
import { type DownloadItem, Downloads } from '../parts/downloads.js';
import { shown } from '../parts/text.js';
import { useAnalysis } from '../use-analysis.js';
import { type AdoptedGraph, adoptSvg } from './flow/adopt-svg.js';
import { FlowControls } from './flow/controls.js';
import { drawFlowGraph } from './flow/draw.js';
import { GraphView } from './flow/graph-view.js';
import { flowInstants, flowTimes } from './flow/instants.js';
import { NodeDetails } from './flow/node-details.js';
import { isFound, nodeText } from './flow/node-text.js';
import { flowSettings } from './flow/settings.js';

/** A graph as it is drawn. */
interface Drawing {
  readonly graph: FlowGraph;
  readonly adopted: AdoptedGraph;
}

/** Where live memory comes from: a graph of who calls whom, at an instant or at several. */
export function FlowPanel() {
  const { facts, store, sources } = usePage();
  const settings = flowSettings(store);
  const { nodes, edges, collapse, local, find, moment, compared } = settings;
  const times = flowTimes(
    moment.value,
    store.selection.value,
    compared.map(({ value }) => value),
  );
  const source = sources.of(...times);
  const newest = flowInstants(moment.value, times, source.timePlot);
  const settled = [
    ...[moment, store.selection, ...compared, nodes, edges, collapse].map(({ value }) => value),
    sources.finer(source.name),
  ];
  const { at, isOld, drawNewest } = useInstants(newest, settled);
  const analysis = useAnalysis(
    'flowGraph',
    {
      at,
      ...(nodes.value !== undefined && { minNodeFraction: nodes.value }),
      minEdgeFraction: edges.value,
      collapseNodes: collapse.value,
    },
    source.name,
    undefined,
    true,
  );
  const cwd = facts.info.facts.process?.cwd;
  const options: FlowDrawing = {
    title: facts.title,
    ...(cwd !== undefined && { cwd }),
    sizeNodesBasedOnLocalUsage: local.value,
  };
  const { drawing, error } = useDrawing(analysis.value, options);
  const [chosen, setChosen] = useState<number>();
  // Positions are those of one graph.
  useEffect(() => setChosen(undefined), [drawing?.graph]);
  const graph = drawing?.graph;
  const found = useMemo(
    () =>
      new Set(
        find.value.trim() === ''
          ? []
          : (graph?.nodes ?? []).flatMap((node, k) =>
              isFound(node, find.value.trim()) ? [k] : [],
            ),
      ),
    [graph, find.value],
  );
  const problem = analysis.error ?? error;
  const isWorking = analysis.isWorking || (drawing?.graph !== analysis.value && !problem);
  return (
    <div class="flow-panel">
      <FlowControls
        settings={settings}
        usedNodes={graph?.minNodeFraction}
        canCompare={compared.every(({ value }) => value !== undefined)}
      >
        <Downloads items={drawing ? downloads(drawing.graph, options) : []} />
      </FlowControls>
      <p class="flow-status note" role="status">
        {graph &&
          (graph.nodes.length === 0
            ? `Nothing was live at ${flowTimesText(graph)}, or sampling has seen none of it. Choose another time.`
            : `Live memory at ${flowTimesText(graph)}. ${FLOW_BOX_TEXT}. ${formatCount(graph.nodes.length)} ${graph.nodes.length === 1 ? 'box' : 'boxes'}; a click on one says more of it.`)}
        {graph &&
          graph.omittedFrames > 0 &&
          ` Left out: ${formatCount(graph.omittedFrames)} ${graph.omittedFrames === 1 ? 'frame' : 'frames'} with less than ${Number((graph.minNodeFraction * 100).toPrecision(6))} %.`}
        {find.value.trim() !== '' &&
          graph &&
          found.size === 0 &&
          ` No box has “${shown(find.value)}” in it: lower the smallest share of boxes.`}
      </p>
      <GraphView
        graph={drawing?.adopted}
        labelOf={(node) => nodeLabel(graph!, node, cwd)}
        found={found}
        chosen={chosen}
        onChoose={setChosen}
      >
        {isOld && (
          <button
            type="button"
            class="flow-anew"
            title="The recording has grown since this was drawn"
            onClick={() => {
              drawNewest();
              // The button is gone: the keyboard goes on in the graph.
              document.querySelector<HTMLElement>('.flow-view')?.focus({ preventScroll: true });
            }}
          >
            Draw anew
          </button>
        )}
        {isWorking && <p class="flow-note note">Drawing …</p>}
        {problem !== undefined && (
          <p class="flow-note note" role="alert">
            {shown(problem)}
          </p>
        )}
        {graph && chosen !== undefined && graph.nodes[chosen] && (
          <NodeDetails graph={graph} node={chosen} onChoose={setChosen} />
        )}
      </GraphView>
    </div>
  );
}

/**
 * The instants of the graph that is shown. They stay while a recording only grows: a graph that is drawn anew every other second cannot be read.
 * @param settled what a person has chosen; when it changes, the newest instants count
 */
function useInstants(newest: readonly number[], settled: readonly unknown[]) {
  const [times, setTimes] = useState(0);
  const at = useMemo(() => newest, [...settled, times]);
  const isOld = at.some((seconds, k) => seconds !== newest[k]);
  return { at, isOld, drawNewest: () => setTimes(times + 1) };
}

/** Has Graphviz draw a graph; until a new one is there, that of before stays. */
function useDrawing(
  graph: FlowGraph | undefined,
  options: FlowDrawing,
): { readonly drawing?: Drawing; readonly error?: string } {
  const [state, setState] = useState<{ drawing?: Drawing; error?: string }>({});
  const { sizeNodesBasedOnLocalUsage } = options;
  useEffect(() => {
    if (!graph) return;
    let isCurrent = true;
    // The page says above it what a heading would say, which may lie outside of what is in view.
    drawFlowGraph(graph, { ...options, hasHeading: false }).then(
      (svg) => isCurrent && setState({ drawing: { graph, adopted: adoptSvg(svg) } }),
      (error: Error) => isCurrent && setState({ error: error.message }),
    );
    return () => {
      isCurrent = false;
    };
  }, [graph, sizeNodesBasedOnLocalUsage]);
  return state;
}

/** The name of a node and what it has, at the last instant. */
function nodeLabel({ nodes }: FlowGraph, node: number, cwd: string | undefined): string {
  const { localBytes, localBytesError, cumulativeBytes, cumulativeBytesError } =
    nodes[node]!.usage.at(-1)!;
  return (
    `${nodeText(nodes[node]!, cwd)}: ${formatEstimate(localBytes, localBytesError)} of its own, ` +
    `${formatEstimate(cumulativeBytes, cumulativeBytesError)} with all that it calls`
  );
}

/** The graph as files, which have a heading: nothing else is there to say what they are. */
function downloads(graph: FlowGraph, options: FlowDrawing): DownloadItem[] {
  const item = (extension: string, make: DownloadItem['make']): DownloadItem => ({
    label: extension.toUpperCase(),
    what: 'flow',
    extension,
    make,
  });
  return [
    item('svg', async () => svgTextBlob(await drawFlowGraph(graph, options))),
    item('png', async () => {
      const svg = await drawFlowGraph(graph, options);
      const { width, height } = adoptSvg(svg);
      return pngOfSvgText(svg, width, height);
    }),
    item('dot', () => new Blob([flowGraphDot(graph, options)], { type: 'text/vnd.graphviz' })),
  ];
}
