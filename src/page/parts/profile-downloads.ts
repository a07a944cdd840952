import type { CallTree } from '../../analysis/call-tree/call-tree.js';
import { stacksOf } from '../../analysis/flame-graph.js';
import { memberLabel } from '../../analysis/member-label.js';
import { collapsedStacks } from '../../render/collapsed.js';
import { pprofMessage } from '../../render/pprof.js';
import { memorySpeedscope } from '../../render/speedscope.js';
import { type Page, usePage } from '../page-context.js';
import { timeOptions } from '../state/store.js';
import type { AnalysisName, AnalysisOptions, AnalysisResult } from '../worker/analyses.js';
import { gzipBlob } from './download.js';
import type { DownloadItem } from './downloads.js';

/**
 * The chosen time for other tools, as `heapprof export` writes it: pprof, collapsed stacks and speedscope, of live memory first. Collapsed
 * stacks are those of the tree that a panel shows, if there is one.
 */
export function useProfileDownloads(shownTree?: CallTree): DownloadItem[] {
  const page = usePage();
  const memory = () => ask(page, 'memoryProfile', timeOptions(page.store.selection.value));
  return [
    {
      label: 'pprof',
      what: 'memory',
      extension: 'pb.gz',
      make: async () => {
        const { info, members } = page.facts;
        const threads = members.map(memberLabel);
        const message = pprofMessage({ memory: await memory(), facts: info.facts, threads });
        return gzipBlob(new Uint8Array(message));
      },
    },
    {
      label: 'Collapsed stacks',
      what: shownTree ? 'call-tree' : 'live',
      extension: 'collapsed.txt',
      make: async () => {
        const tree =
          shownTree ?? (await ask(page, 'callTree', timeOptions(page.store.selection.value)));
        return new Blob([...collapsedStacks(stacksOf(tree), tree.unit)], { type: 'text/plain' });
      },
    },
    {
      label: 'speedscope',
      what: 'memory',
      extension: 'speedscope.json',
      make: async () => {
        const file = memorySpeedscope(page.facts.title, await memory(), 'live');
        return new Blob([...file], { type: 'application/json' });
      },
    },
  ];
}

/** An analysis for a file: of the finest data that cover what was chosen, as panels have it. */
function ask<Name extends AnalysisName>(
  { analyst, sources, store }: Page,
  name: Name,
  options: AnalysisOptions<Name>,
): Promise<AnalysisResult<Name>> {
  return analyst.ask({}, name, options, sources.of(store.selection.value).name);
}
