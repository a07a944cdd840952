import { instance } from '@viz-js/viz';
import { expect, test } from 'vitest';
import { flowGraph } from '../../src/analysis/flow-graph.js';
import { flowGraphDot } from '../../src/render/flow-dot.js';
import { flowGraphSvg } from '../../src/render/flow-svg.js';
import { fakeProfile, type SnapshotText } from '../analysis/fake-profile.js';
import { expectGolden } from '../support/golden.js';

function graphOf(snapshots: readonly SnapshotText[]) {
  const profile = fakeProfile(snapshots);
  return flowGraph([...profile.snapshots], profile.hpm.traces, { minNodeFraction: 0 });
}

const MiB = 2 ** 20;

const TWO_TIMES = [
  {
    seconds: 1,
    live: [{ trace: 'main:/app/main.js:1 > read:/app/io.js:7', bytes: MiB, error: MiB / 10 }],
  },
  {
    seconds: 2.5,
    live: [
      { trace: 'main:/app/main.js:1 > read:/app/io.js:7', bytes: MiB, error: MiB / 10 },
      { trace: 'main:/app/main.js:2 > parse:/app/parse.js:3', bytes: 3 * MiB },
    ],
  },
];

/** Text that would be markup, an attribute, or the end of the graph. */
const HOSTILE = '</td>">]}; evil [label=<script>alert(1)</script> & \\N \u001b[31m \u202e';

test('a box has its frames and a cell for each time, an arrow what flows', () => {
  const drawing = { title: 'app <1>', cwd: '/app' };
  expectGolden('flow.dot', flowGraphDot(graphOf(TWO_TIMES), drawing));
});

test('Graphviz takes the text, and draws every box and arrow', async () => {
  const graph = graphOf(TWO_TIMES);
  const layout = (await instance()).renderJSON(flowGraphDot(graph)) as {
    objects: unknown[];
    edges: unknown[];
  };
  // And one box for all memory.
  expect(layout.objects).toHaveLength(graph.nodes.length + 1);
  expect(layout.edges).toHaveLength(graph.edges.length);
});

test('boxes are of one size where that is asked for', () => {
  const sizes = (dot: string) =>
    new Set(dot.match(/n\d+ \[fontsize=\d+/g)?.map((t) => t.slice(-2)));
  const graph = graphOf(TWO_TIMES);
  expect(sizes(flowGraphDot(graph)).size).toBeGreaterThan(1);
  expect(sizes(flowGraphDot(graph, { sizeNodesBasedOnLocalUsage: false }))).toEqual(
    new Set(['10']),
  );
});

test('names are text in the picture, whatever they hold', async () => {
  const live = [{ trace: `${HOSTILE}:/app/${HOSTILE}.js:1`, bytes: 5 }];
  const svg = await flowGraphSvg(graphOf([{ seconds: 0, live }]), { title: HOSTILE });
  expect(svg).toContain('&lt;/td&gt;');
  for (const unsafe of ['<script', '\u001b', '\u202e']) expect(svg).not.toContain(unsafe);
  expect(svg.match(/<g id="node\d+"/g)).toHaveLength(2);
});

test('an empty graph can be drawn', async () => {
  expect(await flowGraphSvg(graphOf([{ seconds: 0 }]))).toContain('all live memory');
});
