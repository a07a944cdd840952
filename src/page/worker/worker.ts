import { openReport, type ReportProfile } from '../data/report-profile.js';
import { analyses, HANDED_OVER } from './analyses.js';
import type { Answer, Request, SourceName } from './messages.js';

/** Answers requests, one after the other: the other side of {@link Analyst}. */
export function serveAnalyses(): void {
  const open = new Map<SourceName, Promise<ReportProfile>>();
  const expect = (name: SourceName) => {
    const profile = open.get(name);
    if (profile) return profile;
    throw new Error('The data are not there any more; choose the range again.');
  };
  const answer = async (request: Request): Promise<unknown> => {
    if ('open' in request) {
      const profile = openReport(request.open);
      open.set(request.as, profile);
      await profile;
      return undefined;
    }
    const profile = await expect(request.of);
    const other = await expect(request.with);
    // The names and the options belong together; the asking side has checked that.
    const run = analyses[request.analysis] as (
      profiles: { profile: ReportProfile; other: ReportProfile },
      options: object,
    ) => unknown;
    return run({ profile, other }, request.options);
  };
  self.addEventListener('message', async ({ data }: MessageEvent<Request>) => {
    const { id } = data;
    let result: Answer;
    let handedOver: ArrayBuffer[] = [];
    try {
      const value = await answer(data);
      if ('analysis' in data && HANDED_OVER.has(data.analysis)) handedOver = [...buffersIn(value)];
      result = { id, value };
    } catch (error) {
      result = { id, error: error instanceof Error ? error.message : String(error) };
    }
    self.postMessage(result, { transfer: handedOver });
  });
}

/** What the columns of a result are kept in. */
function buffersIn(value: unknown): Set<ArrayBuffer> {
  if (ArrayBuffer.isView(value)) return new Set([value.buffer as ArrayBuffer]);
  // Lists, of frames, have no columns.
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return new Set();
  return new Set(Object.values(value).flatMap((each) => [...buffersIn(each)]));
}
