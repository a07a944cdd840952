import type { TimePlotPoint } from '../../analysis/time-plot.js';
import { SERIES_NAMES, type SeriesName, TIME_SERIES, type TimeSeries } from './series.js';

/** The series, each to be shown or hidden; those of which nothing is known are left out. */
export function TimeLegend({
  report,
  chosen,
  onChoose,
}: {
  readonly report: readonly TimePlotPoint[];
  readonly chosen: readonly SeriesName[];
  readonly onChoose: (names: readonly SeriesName[]) => void;
}) {
  const isShown = (name: SeriesName) => chosen.includes(name);
  const known = TIME_SERIES.filter(({ bytesOf }) => report.some((point) => bytesOf(point)));
  return (
    <ul class="time-legend" aria-label="Lines of the time line">
      {known.map((series) => (
        <li key={series.name}>
          <button
            type="button"
            aria-pressed={isShown(series.name)}
            title={series.meaning}
            onClick={() => {
              onChoose(SERIES_NAMES.filter((name) => isShown(name) !== (name === series.name)));
            }}
          >
            <SeriesSign series={series} />
            {series.label}
          </button>
        </li>
      ))}
    </ul>
  );
}

/** How a series is drawn. */
export function SeriesSign({ series: { color, area, dash } }: { readonly series: TimeSeries }) {
  return (
    <svg class="time-sign" viewBox="0 0 20 10" aria-hidden="true">
      {area && <rect x="0" y="2" width="20" height="8" style={{ fill: `var(${area})` }} />}
      <path
        d={area ? 'M0 2.5H20' : 'M0 5.5H20'}
        style={{ stroke: `var(${color})`, strokeDasharray: dash.join(' ') }}
      />
    </svg>
  );
}
