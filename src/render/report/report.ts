import { readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { temporaryColumns } from '../../analysis/call-tree/temporary-table.js';
import { surveyFamily } from '../../analysis/family-survey.js';
import { gcTable } from '../../analysis/gc-table.js';
import type { SummaryBy } from '../../analysis/grouping.js';
import { findLeaks } from '../../analysis/leaks.js';
import { type LifetimesBy, lifetimesBy } from '../../analysis/lifetimes.js';
import { HeapprofError } from '../../base/errors.js';
import { formatBytes, formatDuration } from '../../base/units.js';
import { MemoryBytes } from '../../format/byte-source.js';
import type { Member } from '../../format/family.js';
import { DigestFile } from '../../format/hpc-file.js';
import { UsageColumns } from '../../format/usage-columns.js';
import type { ProfileReader } from '../../reader/profile-reader.js';
import { recordingInfo } from '../recording-info.js';
import { recordingName } from '../recording-name.js';
import {
  type Finding,
  MAX_LIFETIMES,
  type ReportFacts,
  type ReportMark,
  type ReportSections,
} from './report-data.js';
import { reportHtml } from './report-html.js';
import { encodeTemporary } from './temporary-section.js';
import { encodeTraces } from './traces-section.js';

/** A report is smaller than this, however long the recording. */
export const MAX_REPORT_BYTES = 10_000_000;

/** More marks than this are not on a page. */
const MAX_MARKS = 5000;

/** What the rows about lifetimes are about; the first is that of the command line. */
const LIFETIMES_BY: readonly SummaryBy[] = ['line', 'function', 'type', 'trace'];

/** Where there are more traces, there are no lifetimes by trace: each takes some 3 KB while they are measured. */
const MAX_TRACES_WITH_LIFETIMES = 50_000;

/** What is tried where a report is too large, one after the other; the factor is that of the time between snapshots. */
const COARSER: readonly { readonly precision: number; readonly factor: number }[] = [
  { precision: 0.02, factor: 1 },
  { precision: 0.05, factor: 1 },
  { precision: 0.05, factor: 4 },
  { precision: 0.1, factor: 16 },
  { precision: 0.2, factor: 64 },
];

/** How far the making of a report is. */
export interface ReportProgress {
  /** `reading the logs`, and so on. */
  readonly step: string;
  /** From 0 to 1. */
  readonly fraction: number;
}

/** Called now and then while a report is made. */
export type OnReportProgress = (progress: ReportProgress) => void;

/** Options of {@link makeReport}. */
export interface ReportOptions {
  readonly onProgress?: OnReportProgress | undefined;
  /** The largest that the report may be; 10 MB unless said otherwise. */
  readonly maxBytes?: number | undefined;
}

/** A report as a page. */
export interface Report {
  readonly html: string;
  /** Where it is coarser than the reader's digest, to keep it small: a sentence. */
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
  const { title } = found;
  /** The page with the digest of a reader; undefined where that would be too large. */
  const pageOf = (of: ProfileReader, coarsened?: string): string | undefined => {
    onProgress?.({ step: 'packing the report', fraction: 0 });
    const digest = pack(of.digestBytes());
    // Where the page is too large with the digest alone, the rest, which takes longer, need not be packed.
    const least = reportHtml({ title, sections: { facts: '', traces: '', digest } });
    if (least.length > maxBytes) return undefined;
    const sections = packSections(
      of,
      { ...found, ...(coarsened !== undefined && { coarsened }) },
      onProgress,
      digest,
    );
    const html = reportHtml({ title, sections });
    return html.length <= maxBytes ? html : undefined;
  };
  const html = pageOf(reader);
  if (html !== undefined) return { html };

  using coarse = reader.withPrivateDigest();
  const own = reader.hpc;
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
    const coarsened =
      `To stay below ${formatBytes(maxBytes)}, the report has a snapshot every ${formatDuration(timeInterval * 1e6)} and puts ` +
      `up to ${folded * 100} % of each together as "other"; heapprof view has all of it.`;
    const smaller = pageOf(coarse, coarsened);
    if (smaller !== undefined) return { html: smaller, coarsened };
  }
  throw new HeapprofError(
    'ERR_HEAPPROF_REPORT_SIZE',
    `The report of ${reader.filebase} does not fit into ${formatBytes(maxBytes)}, however coarse; look at it with heapprof view.`,
  );
}

/** What a report says beyond its digest. */
export type Findings = Omit<ReportFacts, 'info' | 'members' | 'noTemporary' | 'gc'> & {
  readonly survey: ReturnType<typeof surveyFamily>;
};

/**
 * What only the logs tell of a recording.
 * @throws HeapprofError if they cannot be read.
 */
export function findInLogs(reader: ProfileReader, onProgress?: OnReportProgress): Findings {
  const { members } = reader;
  const totalBytes = Math.max(
    members.reduce((sum, { logBytes }) => sum + logBytes, 0),
    1,
  );
  const survey = surveyFamily(members, (done) =>
    onProgress?.({ step: 'reading the logs', fraction: done / totalBytes }),
  );
  onProgress?.({ step: 'looking for leaks', fraction: 0 });
  const leaks = attempt(() => findLeaks(reader));
  onProgress?.({ step: 'measuring lifetimes', fraction: 0 });
  const groupings = LIFETIMES_BY.filter(
    (by) => by !== 'trace' || reader.hpm.traces.traceCount <= MAX_TRACES_WITH_LIFETIMES,
  );
  const lives = attempt(() => lifetimesBy(reader, groupings, { withAges: true }));
  const { marks, leftOutMarks } = marksOf(reader);
  const title = recordingName(reader.hpm.facts) ?? path.basename(reader.filebase);
  const generator = packageVersion();
  return {
    reportVersion: 1,
    generator,
    title,
    survey,
    leaks,
    ...('unavailable' in lives ? { lifetimes: lives } : lifetimeFacts(lives.value)),
    marks,
    leftOutMarks,
  };
}

/**
 * The parts of a report, with a reader's digest.
 * @param digest the packed bytes of the digest, where they are there already
 */
export function packSections(
  reader: ProfileReader,
  { survey, ...found }: Findings,
  onProgress?: OnReportProgress,
  digest: string = pack(reader.digestBytes()),
): ReportSections {
  onProgress?.({ step: 'packing the report', fraction: 0 });
  const bytes = reader.digestBytes();
  const { members = [], precision } = reader.hpc;
  const firstTraces = [0, ...members.map(({ firstTrace }) => firstTrace)];
  const temporary = attempt(() => temporaryColumns(reader, firstTraces, precision));
  const used = new UsedTraces(reader.members, firstTraces);
  used.addDigest(new DigestFile(new MemoryBytes(reader.filebase, bytes)));
  if ('value' in temporary) for (const rows of temporary.value) used.add(rows);
  const facts: ReportFacts = {
    ...found,
    info: recordingInfo(reader, survey),
    members: reader.members.map(({ suffix, facts }) => ({ suffix, facts })),
    ...('unavailable' in temporary && { noTemporary: temporary.unavailable }),
    gc: gcTable(reader),
  };
  return {
    facts: pack(Buffer.from(JSON.stringify(facts))),
    digest,
    traces: pack(encodeTraces(reader.hpm.traces, used.traces, used.types)),
    ...('value' in temporary && { temporary: pack(encodeTemporary(temporary.value)) }),
  };
}

/** What rows refer to: traces, and names of types of each recording. */
class UsedTraces {
  readonly traces = new Set<number>();
  readonly types: readonly Map<number, string>[];
  readonly #members: readonly Member[];
  readonly #firstTraces: readonly number[];

  constructor(members: readonly Member[], firstTraces: readonly number[]) {
    this.#members = members;
    this.#firstTraces = firstTraces;
    this.types = members.map(() => new Map());
  }

  addDigest(digest: DigestFile): void {
    const live = new UsageColumns();
    const allocated = new UsageColumns();
    for (const entry of digest.index) {
      digest.readSnapshot(entry, live, allocated);
      this.add(live);
      this.add(allocated);
    }
  }

  add({ count, traces, typeKinds }: UsageColumns): void {
    let member = 0;
    for (let row = 0; row < count; row++) {
      const trace = traces[row]!;
      // Rows rise by trace.
      while (trace >= (this.#firstTraces[member + 1] ?? Number.POSITIVE_INFINITY)) member++;
      if (trace !== this.#firstTraces[member]) this.traces.add(trace);
      const type = typeKinds[row]! >>> 1;
      const names = this.types[member]!;
      if (type > 0 && !names.has(type)) {
        names.set(type, this.#members[member]!.traces.string(type));
      }
    }
  }
}

/** Lifetimes, of each grouping only the rows that allocated the most. */
function lifetimeFacts({
  total,
  tables,
}: LifetimesBy): Pick<ReportFacts, 'lifetimes' | 'moreLifetimes'> {
  const [byLine, ...others] = tables.map(({ by, rows }) => ({
    by,
    rows: rows.slice(0, MAX_LIFETIMES),
  }));
  return { lifetimes: { value: byLine! }, moreLifetimes: { total, tables: others } };
}

function marksOf({ members }: ProfileReader): { marks: ReportMark[]; leftOutMarks: number } {
  const marks: ReportMark[] = [];
  for (const [number, member] of members.entries()) {
    const log = member.openLog();
    try {
      for (const item of log.items()) {
        if (item.item !== 'marks') continue;
        for (const { timeMicros, operation, spanId, name } of item.marks) {
          const timeSeconds = (timeMicros + member.startMicros) / 1e6;
          marks.push({ timeSeconds, operation, spanId, name, member: number });
        }
      }
    } finally {
      log.close();
    }
  }
  marks.sort((a, b) => a.timeSeconds - b.timeSeconds);
  return {
    marks: marks.slice(0, MAX_MARKS),
    leftOutMarks: Math.max(marks.length - MAX_MARKS, 0),
  };
}

/** Version 1 has no ages, and a part that cannot be read should not cost the rest. */
function attempt<T>(work: () => T): Finding<T> {
  try {
    return { value: work() };
  } catch (error) {
    if (!(error instanceof HeapprofError)) throw error;
    return { unavailable: error.message };
  }
}

function pack(bytes: Uint8Array): string {
  // The highest level takes three times as long for a hundredth less.
  return gzipSync(bytes, { level: 6 }).toString('base64');
}

function packageVersion(): string {
  const manifest = new URL('../../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}
