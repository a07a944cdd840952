import { signal } from '@preact/signals';
import { render } from 'preact';
import { type ReportSections, SECTIONS } from '../render/report/report-data.js';
import type { ServedPage } from '../render/report/served-news.js';
import { App } from './app.js';
import { LiveReport, openReportParts } from './data/live-report.js';
import { takeSection } from './data/sections.js';
import { Sources } from './data/sources.js';
import { PageContext } from './page-context.js';
import { watchPrinting } from './parts/printing.js';
import { Store } from './state/store.js';
import { Analyst } from './worker/analyst.js';

/** Reads the report that this page is, and shows it. What is wrong with it stands in its place. */
export async function startPage(): Promise<void> {
  const place = document.getElementById('app')!;
  try {
    const sections = Object.fromEntries(
      SECTIONS.flatMap((name) => {
        const text = takeSection(name);
        return text === undefined ? [] : [[name, text]];
      }),
    ) as unknown as ReportSections;
    const analyst = new Analyst(document.getElementById('page')!.textContent!);
    const report = signal(await openReportParts(analyst, sections));
    const store = new Store();
    const served = document.body.dataset.served;
    const isServed = served !== undefined;
    const live = isServed
      ? new LiveReport(JSON.parse(served) as ServedPage, report, analyst)
      : undefined;
    const sources = new Sources(store, analyst, report, isServed);
    place.textContent = '';
    watchPrinting();
    render(
      <PageContext.Provider value={{ report, store, analyst, sources, live }}>
        <App />
      </PageContext.Provider>,
      place,
    );
  } catch (error) {
    place.textContent = `This report cannot be read: ${(error as Error).message}`;
  }
}
