import { useMemo } from 'preact/hooks';
import type { CallTree } from '../../analysis/call-tree/call-tree.js';
import { meaningOf } from '../../analysis/call-tree/metric.js';
import { flameSvg } from '../../render/flame-svg.js';
import { CallControls, FrameFilters, TypedText } from '../flame/call-controls.js';
import { CallGraph } from '../flame/call-graph.js';
import { callSettings, treeOptions } from '../flame/call-settings.js';
import { searchTree } from '../flame/search.js';
import { type Page, usePage } from '../page-context.js';
import { pngOfCanvas, svgTextBlob } from '../parts/download.js';
import { type DownloadItem, Downloads } from '../parts/downloads.js';
import { useProfileDownloads } from '../parts/profile-downloads.js';
import { shown } from '../parts/text.js';
import { Working } from '../parts/working.js';
import { useAnalysis } from '../use-analysis.js';

/** Which calls the memory of the chosen time came from. */
export function CallsPanel() {
  const page = usePage();
  const { facts, store } = page;
  const settings = useMemo(() => callSettings(store), [store]);
  const { options, error } = treeOptions(store, settings);
  const analysis = useAnalysis('flameTree', options);
  const tree = analysis.value?.tree;
  const profiles = useProfileDownloads(tree);
  const pattern = settings.search.value;
  const search = useMemo(() => tree && searchTree(tree, pattern), [tree, pattern]);
  const isBad = typeof search === 'string';
  const isInspect = settings.view.value === 'inspect';
  const isWithoutMiddle = isInspect && settings.inspect.value === '';
  const isTemporary = meaningOf(settings.metric.value).dimension === 'temporary';
  const noTemporary =
    isTemporary && facts.noTemporary !== undefined
      ? `There is no temporary memory: ${facts.noTemporary}`
      : undefined;
  const problem = error ?? noTemporary;
  return (
    <div class={isInspect ? 'calls is-inspect' : 'calls'}>
      <CallControls
        settings={settings}
        found={{ text: isBad ? search : (search?.text ?? ''), isError: isBad }}
      >
        <Downloads
          items={[
            ...(tree && tree.nodes.bytes[0]! > 0 && !problem ? pictures(tree, page) : []),
            ...profiles,
          ]}
        />
      </CallControls>
      {isInspect && (
        <div class="inspected">
          <span>Function</span>
          <TypedText
            name="Function to inspect"
            placeholder="its name, or /expression/"
            value={settings.inspect.value}
            onChange={(text) => {
              settings.inspect.value = text;
              settings.zoom.value = '';
            }}
          />
        </div>
      )}
      <FrameFilters settings={settings} />
      {problem !== undefined ? (
        <p class="note" role="alert">
          {shown(problem)}
        </p>
      ) : isWithoutMiddle ? (
        <p class="note">
          Write the name of a function, or choose a frame in another view and press Inspect.
        </p>
      ) : (
        <div class="call-graph">
          <Working analysis={analysis}>
            {(flame) =>
              flame.tree.nodes.bytes[0] === 0 ? (
                <p class="note">{emptyText(isInspect, options.focus?.length !== 0)}</p>
              ) : (
                <CallGraph flame={flame} search={isBad ? undefined : search} settings={settings} />
              )
            }
          </Working>
        </div>
      )}
    </div>
  );
}

/** The tree as pictures: all of it, and what is seen of it. */
function pictures(tree: CallTree, { facts }: Page): DownloadItem[] {
  const { title, info } = facts;
  return [
    {
      label: 'SVG',
      what: 'call-tree',
      extension: 'svg',
      make: () => svgTextBlob(flameSvg(tree, { title, cwd: info.facts.process?.cwd })),
    },
    {
      label: 'PNG',
      what: 'call-tree',
      extension: 'png',
      make: () => pngOfCanvas(document.querySelector<HTMLCanvasElement>('.flame canvas')!),
    },
  ];
}

function emptyText(isInspect: boolean, isFocused: boolean): string {
  if (isInspect) return 'No stack of the chosen time has this function.';
  if (isFocused) return 'No stack of the chosen time has one of the frames in focus.';
  return 'There is no such memory in the chosen time.';
}
