import type { FlowEdge, FlowGraph } from '../../../analysis/flow-graph.js';
import { SUMMARY_BY } from '../../../analysis/grouping.js';
import { answerableFrame } from '../../../analysis/location.js';
import type { Frame } from '../../../model/frame.js';
import { shortFrameText } from '../../../render/frame-text.js';
import { formatEstimate, formatShare, formatTime } from '../../../render/numbers.js';
import { usePage } from '../../page-context.js';
import { oneOf, text } from '../../state/hash.js';
import { showInCallTrees } from '../table/follow.js';
import { frameName, nodeText } from './node-text.js';

/** What a node of the graph has, who calls it and whom it calls. */
export function NodeDetails({
  graph,
  node,
  onChoose,
}: {
  readonly graph: FlowGraph;
  /** Its position. */
  readonly node: number;
  readonly onChoose: (node: number | undefined) => void;
}) {
  const { store, facts } = usePage();
  const cwd = facts.info.facts.process?.cwd;
  const { frames, usage } = graph.nodes[node]!;
  const own = frames[answerableFrame(frames)];
  return (
    <aside class="flow-details" aria-label="The chosen function">
      <button type="button" class="close" aria-label="Close" onClick={() => onChoose(undefined)}>
        ×
      </button>
      <h3>{nodeText(graph.nodes[node]!, cwd)}</h3>
      {own && (
        <p class="links">
          <button type="button" onClick={() => showInCallTrees(store, frameName(own))}>
            Show in call trees
          </button>
          <button
            type="button"
            onClick={() => {
              store.setting('table.by', oneOf(SUMMARY_BY), 'type').value = 'line';
              store.setting('table.filter', text, '').value = frameName(own);
              store.panel.value = 'table';
            }}
          >
            Show in the table
          </button>
        </p>
      )}
      <table>
        <thead>
          <tr>
            <th scope="col">At</th>
            <th scope="col">Its own</th>
            <th scope="col">With all it calls</th>
            <th scope="col">Share</th>
          </tr>
        </thead>
        <tbody>
          {usage.map((each, instant) => {
            const { timeSeconds, liveBytes } = graph.instants[instant]!;
            return (
              <tr key={instant}>
                <th scope="row">{formatTime(timeSeconds)}</th>
                <td data-value={each.localBytes}>
                  {formatEstimate(each.localBytes, each.localBytesError)}
                </td>
                <td data-value={each.cumulativeBytes}>
                  {formatEstimate(each.cumulativeBytes, each.cumulativeBytesError)}
                </td>
                <td>{formatShare(liveBytes > 0 ? each.cumulativeBytes / liveBytes : 0)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {frames.length > 1 && <Chain frames={frames} cwd={cwd} />}
      <Edges
        title="Called by"
        graph={graph}
        edges={graph.edges.filter(({ to }) => to === node)}
        endOf={({ from }) => from}
        onChoose={onChoose}
      />
      <Edges
        title="Calls"
        graph={graph}
        edges={graph.edges.filter(({ from }) => from === node)}
        endOf={({ to }) => to}
        onChoose={onChoose}
      />
    </aside>
  );
}

function Chain({
  frames,
  cwd,
}: {
  readonly frames: readonly Frame[];
  readonly cwd: string | undefined;
}) {
  return (
    <section>
      <h4>Each calls the next</h4>
      <ol>
        {frames.map((frame, position) => (
          <li key={position}>{shortFrameText(frame, cwd, 80)}</li>
        ))}
      </ol>
    </section>
  );
}

function Edges({
  title,
  graph,
  edges,
  endOf,
  onChoose,
}: {
  readonly title: string;
  readonly graph: FlowGraph;
  readonly edges: readonly FlowEdge[];
  readonly endOf: (edge: FlowEdge) => number | undefined;
  readonly onChoose: (node: number) => void;
}) {
  const { facts } = usePage();
  if (edges.length === 0) return null;
  return (
    <section>
      <h4>{title}</h4>
      <ul>
        {edges.map((edge) => {
          const end = endOf(edge);
          const flow = edge.flow.map(({ bytes, bytesError }) => formatEstimate(bytes, bytesError));
          return (
            <li key={end}>
              {end === undefined ? (
                'the start of traces'
              ) : (
                <button type="button" class="link" onClick={() => onChoose(end)}>
                  {nodeText(graph.nodes[end]!, facts.info.facts.process?.cwd)}
                </button>
              )}
              <span class="flow-bytes">
                {flow.join(' | ')}
                {edge.isIndirect && ', by way of others'}
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
