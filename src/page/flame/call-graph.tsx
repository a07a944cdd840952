import { useCallback, useMemo, useState } from 'preact/hooks';
import type { CallTree } from '../../analysis/call-tree/call-tree.js';
import { functionKey } from '../../analysis/call-tree/pattern-text.js';
import { callTreeTitle } from '../../render/call-tree-title.js';
import { usePage } from '../page-context.js';
import { unbroken } from '../parts/text.js';
import { ColorLegend } from './call-controls.js';
import type { CallSettings } from './call-settings.js';
import { FlameCanvas, useIsDark } from './flame-canvas.js';
import { pathTo } from './flame-layout.js';
import type { FlameTree } from './flame-tree.js';
import { frameActions } from './frame-actions.js';
import { frameColor } from './frame-colors.js';
import { FrameMenu } from './frame-menu.js';
import { FrameTip } from './frame-tip.js';
import { nodeOfKey, pathKey } from './path-key.js';
import type { PagePoint } from './pointer-tip.js';
import type { FlameSearch } from './search.js';
import { lifetimesByLabel, TreeTexts } from './tree-texts.js';
import { useChosenNode } from './use-chosen-node.js';
import { ZoomPath } from './zoom-path.js';

/** A call tree: what it is of, the way to the zoomed frame, the chosen frame with what can be done with it, and the graph. */
export function CallGraph({
  flame,
  search,
  settings,
}: {
  readonly flame: FlameTree;
  readonly search: FlameSearch | undefined;
  readonly settings: CallSettings;
}) {
  const { facts } = usePage();
  const { tree, layout } = flame;
  const isDark = useIsDark();
  const lifetimes = useMemo(() => lifetimesByLabel(facts), [facts]);
  const texts = useMemo(() => new TreeTexts(tree, facts, lifetimes), [tree, facts, lifetimes]);
  const zoomKey = settings.zoom.value;
  const zoomed = useMemo(() => nodeOfKey(tree, zoomKey), [tree, zoomKey]);
  const [chosen, choose] = useChosenNode(tree, zoomed);
  const [menu, setMenu] = useState<{ readonly key: string; readonly at: PagePoint }>();
  // The tree of a recording that grows can be another by now.
  const menuNode = useMemo(() => (menu ? nodeOfKey(tree, menu.key) : 0), [tree, menu]);

  const zoom = (node: number) => {
    settings.zoom.value = pathKey(tree, node);
    choose(node);
  };
  const color = useMemo(() => {
    const colors: string[] = [];
    return (node: number) => {
      const frame = tree.nodes.frames[node]!;
      colors[frame] ??= frameColor(tree.frames[frame]!, isDark);
      return colors[frame];
    };
  }, [tree, isDark]);
  const group = useMemo(() => functionNumbers(tree), [tree]);
  const labels = useCallback((node: number) => texts.labels(node), [texts]);
  const isMatch = useMemo(() => {
    return search && ((node: number) => search.isMatch[tree.nodes.frames[node]!] === 1);
  }, [tree, search]);

  const actionsOf = (node: number) => [
    { name: 'Zoom', hint: 'Give it the whole width', run: () => zoom(node) },
    ...frameActions(texts.frame(node), tree.frames, settings),
  ];
  const actions = useMemo(
    () => frameActions(texts.frame(chosen), tree.frames, settings),
    [texts, chosen, tree, settings],
  );
  const title = callTreeTitle(tree);
  return (
    <>
      <div class="call-title">
        <p>{unbroken(title)}</p>
        <ColorLegend isDark={isDark} />
      </div>
      <ZoomPath path={pathTo(layout, zoomed)} texts={texts} onZoom={zoom} />
      <div class="chosen-frame">
        <p role="status" title={texts.describe(chosen)}>
          <b>{texts.label(chosen)}</b>{' '}
          <span class="figures">{unbroken(texts.figures(chosen))}</span>
        </p>
        <div>
          {actions.length === 0 && (
            <span class="hint">
              Click or Enter zooms · arrow keys move · Escape resets · right button: more
            </span>
          )}
          {actions.map(({ name, hint, run }) => (
            <button
              key={name}
              type="button"
              title={hint}
              onClick={() => {
                run();
                // The frame may be gone, and this button with it: the keyboard goes on in the graph.
                document.querySelector<HTMLElement>('.flame')?.focus({ preventScroll: true });
              }}
            >
              {name}
            </button>
          ))}
        </div>
      </div>
      <FlameCanvas
        name={`Flame graph. ${title}`}
        {...{ layout, labels, color, group, isMatch, zoomed, chosen }}
        describe={(node) => texts.describe(node)}
        tooltip={(node) => <FrameTip texts={texts} node={node} />}
        onZoom={zoom}
        onChoose={choose}
        onMenu={(node, at) => setMenu({ key: pathKey(tree, node), at })}
      />
      {menu && (
        <FrameMenu
          name={texts.name(menuNode)}
          at={menu.at}
          actions={actionsOf(menuNode)}
          onClose={() => setMenu(undefined)}
        />
      )}
    </>
  );
}

/** A number for each function, which its frames of all lines have; found when it is asked for. */
function functionNumbers({ frames, nodes }: CallTree): (node: number) => number {
  const numbers = new Map<string, number>();
  const ofFrames: number[] = [];
  return (node) => {
    const frame = nodes.frames[node]!;
    if (ofFrames[frame] === undefined) {
      const key = functionKey(frames[frame]!);
      if (!numbers.has(key)) numbers.set(key, numbers.size);
      ofFrames[frame] = numbers.get(key)!;
    }
    return ofFrames[frame];
  };
}
