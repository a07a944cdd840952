import { HeapprofError } from '../../base/errors.js';
import { formatBytes, formatDuration } from '../../base/units.js';
import type { ProfileReader } from '../../reader/profile-reader.js';
import { findInLogs } from './find-in-logs.js';
import { reportHtml } from './report-html.js';
import type { OnReportProgress } from './report-progress.js';
import { SectionPacker } from './report-sections.js';

/** A report is smaller than this, however long the recording. */
export const MAX_REPORT_BYTES = 10_000_000;

/** Digests that are tried where a report is too large, one after the other; the factor is that of the time between snapshots. */
const COARSER: readonly { readonly precision: number; readonly factor: number }[] = [
  { precision: 0.02, factor: 1 },
  { precision: 0.05, factor: 1 },
  { precision: 0.05, factor: 4 },
  { precision: 0.1, factor: 16 },
  { precision: 0.2, factor: 64 },
];

/** How much of temporary memory is folded with each digest, one after the other: parts of the digest's precision, but of 1 % at least. */
const FOLDED_TEMPORARY = [0, 0.5, 1, 2];
const LEAST_FOLDED = 0.01;

/** Options of {@link makeReport}. */
export interface ReportOptions {
  readonly onProgress?: OnReportProgress | undefined;
  /** The largest that the report may be; 10 MB unless said otherwise. */
  readonly maxBytes?: number | undefined;
}

/** A report as a page. */
export interface Report {
  readonly html: string;
  /** Where it has less than the reader, to keep it small: a sentence. */
  readonly coarsened?: string;
}

/**
 * A recording as a page in one file, which needs no network. It has the digest of the reader, or, where that would be too large, a
 * coarser one that is made for it and not kept; the reader's own stays as it is.
 * @param reader with a digest
 * @throws HeapprofError if there is no digest, or the logs cannot be read.
 */
export function makeReport(reader: ProfileReader, options: ReportOptions = {}): Report {
  const { onProgress, maxBytes = MAX_REPORT_BYTES } = options;
  const found = findInLogs(reader, onProgress);
  const own = reader.hpc;

  /** The report with a digest, as whole as it fits. */
  const fitting = (ofReader: ProfileReader, digestWords: string[]): Report | undefined => {
    onProgress?.({ step: 'packing the report', fraction: 0 });
    const packer = new SectionPacker(ofReader, found);
    if (packer.leastCharacters > maxBytes) return undefined;
    for (const part of FOLDED_TEMPORARY) {
      const precision = part * Math.max(ofReader.hpc.precision, LEAST_FOLDED);
      const words = precision === 0 ? digestWords : [...digestWords, temporaryWords(precision)];
      const coarsened =
        words.length === 0
          ? undefined
          : `To stay below ${formatBytes(maxBytes)}, the report ${words.join(', and ')}; heapprof view has all of it.`;
      const html = reportHtml({ title: found.title, sections: packer.pack(precision, coarsened) });
      if (html.length <= maxBytes) return { html, ...(coarsened !== undefined && { coarsened }) };
    }
    return undefined;
  };

  const report = fitting(reader, []);
  if (report) return report;
  using coarse = reader.withPrivateDigest();
  for (const { precision, factor } of COARSER) {
    if (precision <= own.precision && factor === 1) continue;
    const timeInterval = reader.snapshotInterval * factor;
    const folded = Math.max(precision, own.precision);
    coarse.makeDigestSync({
      timeInterval,
      precision: folded,
      weight: own.weight,
      onProgress: ({ doneBytes, totalBytes }) =>
        onProgress?.({ step: 'making a coarser digest', fraction: doneBytes / totalBytes }),
    });
    const smaller = fitting(coarse, [
      `has a snapshot every ${formatDuration(timeInterval * 1e6)} and puts up to ${percent(folded)} of each together as "other"`,
    ]);
    if (smaller) return smaller;
  }
  throw new HeapprofError(
    'ERR_HEAPPROF_REPORT_SIZE',
    `The report of ${reader.filebase} does not fit into ${formatBytes(maxBytes)}, however coarse; look at it with heapprof view.`,
  );
}

function temporaryWords(precision: number): string {
  return `puts the call stacks with the least temporary memory, up to ${percent(precision)} of it, together as "other"`;
}

function percent(fraction: number): string {
  return `${Number((fraction * 100).toFixed(2))} %`;
}
