import { memberLabel } from '../../../analysis/member-label.js';
import { type MemoryProfile, relativeTo } from '../../../analysis/memory-profile.js';
import { COMPARED_PPROF_TYPES } from '../../../render/compare-names.js';
import { flameDiffSvg } from '../../../render/flame-diff-svg.js';
import { type PprofSource, pprofDiffMessage } from '../../../render/pprof.js';
import type { ReportFacts } from '../../../render/report/report-data.js';
import { usePage } from '../../page-context.js';
import { gzipBlob, pngOfCanvas, svgTextBlob } from '../../parts/download.js';
import { type DownloadItem, Downloads } from '../../parts/downloads.js';
import type { AnalysisOptions } from '../../worker/analyses.js';
import type { Compared } from './comparison.js';
import type { OtherRecording } from './other-recording.js';
import type { CompareSettings } from './settings.js';

/** The comparison as `heapprof compare -o` writes it, and the table as a person has sorted and filtered it. */
export function CompareDownloads({
  settings,
  compared: { ranges, source, other },
  wanted,
  otherRecording,
}: {
  readonly settings: CompareSettings;
  readonly compared: Compared;
  readonly wanted: Omit<AnalysisOptions<'differenceTable'>, 'first' | 'count'>;
  readonly otherRecording: OtherRecording | undefined;
}) {
  const { analyst, facts } = usePage();
  const { metric, normalize, view } = settings;
  const sourceOf = (memory: MemoryProfile, of: ReportFacts): PprofSource => ({
    memory: otherRecording ? relativeTo(memory, of.info.facts.process?.cwd) : memory,
    facts: of.info.facts,
    threads: of.members.map(memberLabel),
  });
  const items: readonly DownloadItem[] = [
    {
      label: 'SVG',
      what: 'differences',
      extension: 'svg',
      make: async () => {
        const options = {
          ...ranges,
          metric: metric.value,
          normalize: normalize.value,
          view: view.value,
        };
        const tree = await analyst.ask({}, 'differenceTree', options, source, other);
        const names = { a: facts.title, b: otherRecording?.name ?? facts.title };
        const cwd = facts.info.facts.process?.cwd;
        return svgTextBlob(flameDiffSvg(tree.comparison, { names, cwd }));
      },
    },
    {
      label: 'PNG',
      what: 'differences',
      extension: 'png',
      make: () => pngOfCanvas(document.querySelector<HTMLCanvasElement>('.flame canvas')!),
    },
    {
      label: 'CSV',
      what: `differences-by-${wanted.by}`,
      extension: 'csv',
      make: () =>
        analyst.ask({}, 'differenceTableCsv', { ...wanted, first: 0, count: 0 }, source, other),
    },
    {
      label: 'pprof',
      what: 'differences',
      extension: 'pb.gz',
      make: async () => {
        const a = await analyst.ask({}, 'memoryProfile', { from: 0, ...ranges.a }, source);
        const b = await analyst.ask({}, 'memoryProfile', { from: 0, ...ranges.b }, other);
        const message = pprofDiffMessage(
          sourceOf(a, facts),
          sourceOf(b, otherRecording?.facts ?? facts),
          COMPARED_PPROF_TYPES[metric.value],
          normalize.value,
        );
        return gzipBlob(new Uint8Array(message));
      },
    },
  ];
  return <Downloads items={items} />;
}
