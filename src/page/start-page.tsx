import { render } from 'preact';
import { type ReportFacts, type ReportSections, SECTIONS } from '../render/report/report-data.js';
import { App } from './app.js';
import { FinerData } from './data/finer-data.js';
import { inflate, takeSection } from './data/sections.js';
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
    const [facts] = await Promise.all([
      inflate(sections.facts).then(
        (bytes) => JSON.parse(new TextDecoder().decode(bytes)) as ReportFacts,
      ),
      analyst.open(sections, 'report'),
    ]);
    const timePlot = await analyst.ask({}, 'timePlot', {});
    const store = new Store();
    const finer =
      'served' in document.body.dataset ? new FinerData(store, analyst, timePlot) : undefined;
    place.textContent = '';
    watchPrinting();
    render(
      <PageContext.Provider value={{ facts, timePlot, store, analyst, finer }}>
        <App />
      </PageContext.Provider>,
      place,
    );
  } catch (error) {
    place.textContent = `This report cannot be read: ${(error as Error).message}`;
  }
}
