import { readFileSync } from 'node:fs';
import path from 'node:path';
import { surveyFamily } from '../../analysis/family-survey.js';
import { SUMMARY_BY, type SummaryBy } from '../../analysis/grouping.js';
import { findLeaksBy, type LeakReport } from '../../analysis/leaks.js';
import { type LifetimesBy, lifetimesBy } from '../../analysis/lifetimes.js';
import { HeapprofError } from '../../base/errors.js';
import type { ProfileReader } from '../../reader/profile-reader.js';
import { recordingName } from '../recording-name.js';
import {
  type FastestLeaks,
  type Finding,
  MAX_LEAKS,
  MAX_LIFETIMES,
  type ReportFacts,
  type ReportMark,
} from './report-data.js';
import type { OnReportProgress } from './report-progress.js';

/** More marks than this are not on a page. */
const MAX_MARKS = 5000;

/** What leaks and lifetimes are told by; the first is that of the command line where it is given none. */
const GROUPINGS: readonly SummaryBy[] = ['line', ...SUMMARY_BY.filter((by) => by !== 'line')];

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
  const leaks = attempt(() => findLeaksBy(reader, GROUPINGS).map(fastest));
  onProgress?.({ step: 'measuring lifetimes', fraction: 0 });
  const lives = attempt(() =>
    lifetimesBy(reader, GROUPINGS, { withAges: true, mostRows: MAX_LIFETIMES }),
  );
  const { marks, leftOutMarks } = marksOf(reader);
  const title = recordingName(reader.hpm.facts) ?? path.basename(reader.filebase);
  const generator = packageVersion();
  return {
    reportVersion: 1,
    generator,
    title,
    survey,
    ...('unavailable' in leaks ? { leaks } : leakFacts(leaks.value)),
    ...('unavailable' in lives ? { lifetimes: lives } : lifetimeFacts(lives.value)),
    marks,
    leftOutMarks,
  };
}

/** A report with only the candidates that grow fastest. */
function fastest({ candidates, ...report }: LeakReport): FastestLeaks {
  return {
    ...report,
    candidates: candidates.slice(0, MAX_LEAKS),
    candidateCount: candidates.length,
  };
}

function leakFacts([byLine, ...others]: readonly FastestLeaks[]): Pick<
  ReportFacts,
  'leaks' | 'moreLeaks'
> {
  return { leaks: { value: byLine! }, moreLeaks: others };
}

/** Lifetimes by line, and by the further groupings. */
function lifetimeFacts({
  total,
  tables,
}: LifetimesBy): Pick<ReportFacts, 'lifetimes' | 'moreLifetimes'> {
  const [byLine, ...others] = tables;
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
export function attempt<T>(work: () => T): Finding<T> {
  try {
    return { value: work() };
  } catch (error) {
    if (!(error instanceof HeapprofError)) throw error;
    return { unavailable: error.message };
  }
}

function packageVersion(): string {
  const manifest = new URL('../../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}
