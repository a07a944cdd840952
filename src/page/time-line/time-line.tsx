import { useComputed, useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { formatBytes } from '../../base/units.js';
import { usePage } from '../page-context.js';
import type { Codec } from '../state/hash.js';
import { rangeOf } from '../state/store.js';
import { FinerSign } from './finer-sign.js';
import { KEYS, takeKey } from './keys.js';
import { TimeLegend } from './legend.js';
import type { TimeLinePlot } from './plot.js';
import { PointerValues } from './pointer-values.js';
import { SERIES_NAMES, type SeriesName, usualSeries } from './series.js';
import { TimeBar } from './time-bar.js';
import { useChoosing } from './use-choosing.js';
import { useDrawnPoints, useKnownTime } from './use-known-time.js';
import { usePlot } from './use-plot.js';
import { usePointing } from './use-pointing.js';
import { useView } from './use-view.js';

/** Undefined for the usual series, of which a recording that grows can have more by and by. */
const seriesCodec: Codec<readonly SeriesName[] | undefined> = {
  parse: (text) => SERIES_NAMES.filter((name) => text.split(',').includes(name)),
  format: (names) => (names === undefined ? '' : names.join(',') || 'none'),
};

/** Memory over time, always in view: what is chosen here is what the panels are about. */
export function TimeLine() {
  const { store } = usePage();
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<TimeLinePlot | undefined>(undefined);
  const known = useKnownTime();
  const points = useDrawnPoints(known);
  const view = useView(known);
  const choosing = useChoosing(points);
  const pointing = usePointing(plot, points, view);
  const seriesSetting = store.setting('line.series', seriesCodec, undefined);
  const usual = useComputed(() => usualSeries(known.value.points));
  const chosenSeries = useComputed(() => seriesSetting.value ?? usual.value);
  const shown = useComputed(() => new Set(chosenSeries.value));
  /** What is read out. */
  const status = useSignal('');
  usePlot(place, plot, { known, points, shown, view, choosing, pointing });

  /** The middle of what is pointed at or chosen, if that is in view, or else of the view. */
  const middle = () => {
    const { from, to } = view.range.peek();
    const at = pointing.place.peek()?.point.timeSeconds;
    const range = rangeOf(store.selection.peek());
    const wanted = at ?? (range ? (range.from + range.to) / 2 : undefined);
    return wanted !== undefined && wanted >= from && wanted <= to ? wanted : (from + to) / 2;
  };
  const read = (text: string) => {
    status.value = text;
  };
  return (
    <section class="time-line" aria-label="Time line">
      <TimeBar known={known.value} {...{ view, choosing, middle }} />
      <div
        class="time-plot"
        ref={place}
        role="application"
        aria-label={`Memory over time, at the peak ${formatBytes(known.value.peak.liveBytes)} live`}
        aria-description={KEYS}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it takes keys.
        tabIndex={0}
        onKeyDown={(event) =>
          takeKey(event, { known, points, view, choosing, pointing, middle, read })
        }
        onBlur={() => {
          pointing.place.value = undefined;
        }}
      />
      <FinerSign />
      <TimeLegend
        report={known.value.points}
        chosen={chosenSeries.value}
        onChoose={(names) => {
          const isUsual = names.join() === usual.peek().join();
          seriesSetting.value = isUsual ? undefined : names;
        }}
      />
      <PointerValues
        pointer={pointing.place}
        named={known.value.named}
        plot={plot}
        view={view.range}
      />
      <p class="unseen" role="status">
        {status.value}
      </p>
    </section>
  );
}
