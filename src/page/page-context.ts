import type { ReadonlySignal } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { LiveReport, OpenReport } from './data/live-report.js';
import type { Sources } from './data/sources.js';
import type { Store } from './state/store.js';
import type { Analyst } from './worker/analyst.js';

/** What every part of the page has. What is known of the recording is that of now; a component that has taken it is drawn again when there is more. */
export interface Page extends OpenReport, PageParts {}

/** What stays. */
export interface PageParts {
  /** Replaced when a recording that is served has grown. */
  readonly report: ReadonlySignal<OpenReport>;
  readonly store: Store;
  readonly analyst: Analyst;
  /** What analyses can be asked of: the report, and finer parts of it. */
  readonly sources: Sources;
  /** Of a page that `heapprof view` serves. */
  readonly live: LiveReport | undefined;
}

export const PageContext = createContext<PageParts | undefined>(undefined);

/** What every part of the page has. */
export function usePage(): Page {
  const parts = useContext(PageContext)!;
  return { ...parts, ...parts.report.value };
}
