import 'uplot/dist/uPlot.min.css';
import { startPage } from './start-page.js';
import './styles/calls.css';
import './styles/choices.css';
import './styles/colors.css';
import './styles/downloads.css';
import './styles/charts.css';
import './styles/compare.css';
import './styles/flame.css';
import './styles/flow.css';
import './styles/gc.css';
import './styles/help.css';
import './styles/heap-table.css';
import './styles/lifetimes.css';
import './styles/live.css';
import './styles/of-threads.css';
import './styles/page.css';
import './styles/rows-table.css';
import './styles/sort-header.css';
import './styles/summary.css';
import './styles/table.css';
import './styles/time-line.css';
// Over all others.
import './styles/forced-colors.css';
import './styles/print.css';
import { serveAnalyses } from './worker/worker.js';

// The same script is that of the page and that of its worker thread, so that a report has it once.
if (typeof document === 'undefined') serveAnalyses();
else void startPage();
