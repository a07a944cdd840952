import { useCallback, useMemo } from 'preact/hooks';
import { callTreeLegend } from '../../../render/call-tree-title.js';
import { differenceShade } from '../../../render/difference-colors.js';
import { FlameCanvas, useIsDark } from '../../flame/flame-canvas.js';
import { pathTo } from '../../flame/flame-layout.js';
import { FrameTip } from '../../flame/frame-tip.js';
import { nodeOfKey, pathKey } from '../../flame/path-key.js';
import { useChosenNode } from '../../flame/use-chosen-node.js';
import { ZoomPath } from '../../flame/zoom-path.js';
import { usePage } from '../../page-context.js';
import { DifferenceTexts } from './difference-texts.js';
import type { DifferenceTree } from './difference-tree.js';
import { Explanation } from './legend.js';
import type { CompareSettings } from './settings.js';
import { shadeColor, shadeSign } from './shade-color.js';

/** Both call trees as one flame graph, in the colours of the difference. */
export function DifferenceGraph({
  tree: { comparison, layout },
  settings: { zoom: zoomSetting },
}: {
  readonly tree: DifferenceTree;
  readonly settings: CompareSettings;
}) {
  const { facts } = usePage();
  const isDark = useIsDark();
  const cwd = facts.info.facts.process?.cwd;
  const texts = useMemo(() => new DifferenceTexts(comparison, cwd), [comparison, cwd]);
  const zoomKey = zoomSetting.value;
  const zoomed = useMemo(() => nodeOfKey(comparison, zoomKey), [comparison, zoomKey]);
  const [chosen, choose] = useChosenNode(comparison, zoomed);
  const zoom = (node: number) => {
    zoomSetting.value = pathKey(comparison, node);
    choose(node);
  };
  const color = useMemo(() => {
    const columns = comparison.nodes[comparison.unit];
    return (node: number) => shadeColor(differenceShade(columns, node), isDark);
  }, [comparison, isDark]);
  const group = useCallback((node: number) => comparison.nodes.frames[node]!, [comparison]);
  const labels = useCallback(
    (node: number) => {
      const sign = shadeSign(differenceShade(comparison.nodes[comparison.unit], node));
      return texts.labels(node).map((label) => sign + label);
    },
    [comparison, texts],
  );
  return (
    <>
      <ZoomPath path={pathTo(layout, zoomed)} texts={texts} onZoom={zoom} />
      <p class="chosen-node" role="status" title={texts.describe(chosen)}>
        <b>{texts.label(chosen)}</b> <span class="node-figures">{texts.figures(chosen)}</span>
      </p>
      <FlameCanvas
        name={`Flame graph of the differences. ${callTreeLegend(comparison)}`}
        {...{ layout, labels, color, group, zoomed, chosen }}
        describe={(node) => texts.describe(node)}
        tooltip={(node) => <FrameTip texts={texts} node={node} />}
        onZoom={zoom}
        onChoose={choose}
      />
      <Explanation comparison={comparison} />
    </>
  );
}
