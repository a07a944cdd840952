import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { TimePlot } from '../analysis/time-plot.js';
import type { ReportFacts } from '../render/report/report-data.js';
import type { FinerData } from './data/finer-data.js';
import type { Store } from './state/store.js';
import type { Analyst } from './worker/analyst.js';

/** What every part of the page has. */
export interface Page {
  readonly facts: ReportFacts;
  /** Memory at every snapshot of the report. */
  readonly timePlot: TimePlot;
  readonly store: Store;
  readonly analyst: Analyst;
  /** Of a page that `heapprof view` serves. */
  readonly finer: FinerData | undefined;
}

export const PageContext = createContext<Page | undefined>(undefined);

/** What every part of the page has. */
export function usePage(): Page {
  return useContext(PageContext)!;
}
