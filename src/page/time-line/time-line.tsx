import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { TimePlotPoint } from '../../analysis/time-plot.js';
import { formatBytes } from '../../base/units.js';
import { usePage } from '../page-context.js';
import { isPrinting } from '../parts/printing.js';
import { shown as shownText } from '../parts/text.js';
import { type Codec, optional, type Selection, selection, type TimeRange } from '../state/hash.js';
import { watchGestures } from './gestures.js';
import { TimeLegend } from './legend.js';
import { TimeLinePlot } from './plot.js';
import { type PointerPlace, PointerValues, pointText } from './pointer-values.js';
import {
  mergedPoints,
  nearestPoint,
  peakOf,
  SERIES_NAMES,
  type SeriesName,
  usualSeries,
} from './series.js';
import { marksAndSpans, namedAt } from './spans.js';
import { timeStepOf, timeText } from './time-axis.js';
import { isWhole, moved, withinWhole, zoomed } from './time-view.js';

/** The address is written when a gesture has rested for so long: browsers refuse to have it written at each step. */
const REST_MS = 200;

/** How much of what is seen a key or a button moves, and what a key or a button zooms by. */
const STEP_SHARE = 0.2;
const STEP_ZOOM = 1.6;

/** Names of marks and spans that are read out with a snapshot. */
const MAX_READ_NAMES = 4;

/** Undefined for the usual series, of which a recording that grows can have more by and by. */
const seriesCodec: Codec<readonly SeriesName[] | undefined> = {
  parse: (text) => SERIES_NAMES.filter((name) => text.split(',').includes(name)),
  format: (names) => (names === undefined ? '' : names.join(',') || 'none'),
};

/** What the plot says of its keys to those who do not see it; the page's help says more. */
const KEYS =
  'Shift and the left or right arrow go through the snapshots, whose figures are read. Enter chooses the instant, shift and Enter a range; ' +
  'Escape chooses all. Plus and minus zoom, the left and right arrow move, Home shows all.';

/** Memory over time, always in view: what is chosen here is what the panels are about. */
export function TimeLine() {
  const { report, finer, store } = usePage();
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<TimeLinePlot | undefined>(undefined);

  /** What the recording has by now. */
  const known = useComputed(() => {
    const { facts, timePlot } = report.value;
    const { points } = timePlot;
    const whole = { from: points[0]!.timeSeconds, to: points.at(-1)!.timeSeconds };
    const named = marksAndSpans(facts.marks, whole.to);
    return { points, whole, named, peak: peakOf(points) };
  });
  const { whole, named, peak } = known.value;
  const seriesSetting = store.setting('line.series', seriesCodec, undefined);
  const usual = useComputed(() => usualSeries(known.value.points));
  const chosenSeries = useComputed(() => seriesSetting.value ?? usual.value);
  const compareA = store.setting('compare.a', optional(selection), undefined);
  const compareB = store.setting('compare.b', optional(selection), undefined);

  /** What is seen; ahead of the address while a gesture goes on. */
  const view = useSignal<TimeRange>(withinWhole(store.zoom.peek() ?? whole, whole));
  /** A range that is being drawn. */
  const brushed = useSignal<TimeRange | undefined>(undefined);
  const pointer = useSignal<PointerPlace | undefined>(undefined);
  /** What is read out. */
  const status = useSignal('');
  const points = useComputed(() => {
    const part = finer?.part.value?.timePlot.points;
    const all = known.value.points;
    return part === undefined ? all : mergedPoints(all, part);
  });
  const shown = useComputed(() => new Set(chosenSeries.value));
  const chosen = useComputed(() => brushed.value ?? rangeOf(store.selection.value));

  const rest = useRef(0);
  const look = (next: TimeRange) => {
    const { whole } = known.peek();
    view.value = next;
    window.clearTimeout(rest.current);
    rest.current = window.setTimeout(() => {
      rest.current = 0;
      const { from, to } = next;
      store.zoom.value = isWhole(next, whole)
        ? undefined
        : { from: Math.floor(from * 1e3) / 1e3, to: Math.ceil(to * 1e3) / 1e3 };
    }, REST_MS);
  };
  const seenKnown = useRef(known.peek());
  useSignalEffect(() => {
    const { whole } = known.value;
    const next = withinWhole(store.zoom.value ?? whole, whole);
    const hasGrown = seenKnown.current !== known.value;
    seenKnown.current = known.value;
    // A gesture that goes on is not disturbed by what comes meanwhile.
    if (hasGrown && rest.current !== 0) return;
    window.clearTimeout(rest.current);
    rest.current = 0;
    view.value = next;
  });

  /** The time of the snapshot that is nearest: figures are of snapshots. */
  const snapped = (seconds: number) => {
    const all = points.peek();
    return all[nearestPoint(all, seconds)]!.timeSeconds;
  };
  const select = (next: Selection | undefined) => {
    store.selection.value =
      next && 'from' in next && next.from === next.to ? { at: next.from } : next;
  };
  const extendTo = (seconds: number) => {
    const range = rangeOf(store.selection.peek());
    if (range === undefined) select({ at: seconds });
    else select({ from: Math.min(range.from, seconds), to: Math.max(range.to, seconds) });
  };
  const zoomBy = (about: number, factor: number) =>
    look(zoomed(view.peek(), about, factor, known.peek().whole));
  const moveBy = (seconds: number) => look(moved(view.peek(), seconds, known.peek().whole));
  const span = () => view.peek().to - view.peek().from;
  /** The middle of what is chosen, if that is in view, or else of the view. */
  const middle = () => {
    const { from, to } = view.peek();
    const at = pointer.peek()?.point.timeSeconds;
    const range = rangeOf(store.selection.peek());
    const wanted = at ?? (range ? (range.from + range.to) / 2 : undefined);
    return wanted !== undefined && wanted >= from && wanted <= to ? wanted : (from + to) / 2;
  };
  /** @param seconds where the pointer is, if not at the snapshot itself */
  const pointAt = (index: number, seconds?: number) => {
    const all = points.peek();
    const point = all[Math.min(Math.max(index, 0), all.length - 1)]!;
    const { timeSeconds } = point;
    const left = plot.current!.leftOf(timeSeconds);
    pointer.value = { point, seconds: seconds ?? timeSeconds, left };
    return point;
  };

  useEffect(() => {
    const element = place.current!;
    const drawn = () => ({
      points: points.peek(),
      shown: shown.peek(),
      view: view.peek(),
      peak: known.peek().peak,
      ...known.peek().named,
    });
    const made = new TimeLinePlot(element, drawn());
    plot.current = made;
    const seconds = (clientX: number) => {
      const { whole } = known.peek();
      return snapped(Math.min(Math.max(made.timeAt(clientX), whole.from), whole.to));
    };
    const stopGestures = watchGestures(element, {
      isOnAxis: (clientY) => made.isOnAxis(clientY),
      canPan: () => !isWhole(view.peek(), known.peek().whole),
      hover: (clientX) => {
        if (clientX === undefined) pointer.value = undefined;
        else {
          const at = made.timeAt(clientX);
          pointAt(nearestPoint(points.peek(), at), at);
        }
      },
      brush: (fromX, toX, isDone) => {
        const [a, b] = [seconds(fromX), seconds(toX)];
        const range = { from: Math.min(a, b), to: Math.max(a, b) };
        brushed.value = isDone || fromX === toX ? undefined : range;
        if (isDone) select(range);
      },
      click: (clientX, isExtending) => {
        const at = seconds(clientX);
        if (isExtending) extendTo(at);
        else select({ at });
      },
      pan: (pixels) => moveBy(pixels * made.secondsPerPixel),
      zoom: (aboutX, factor) => {
        if (factor > 1 && isWhole(view.peek(), known.peek().whole)) return false;
        zoomBy(made.timeAt(aboutX, view.peek()), factor);
        return true;
      },
      reset: () => select(undefined),
    });
    const resizing = new ResizeObserver(() => {
      made.resize(element.clientWidth, element.clientHeight);
      showOverlays(made);
    });
    resizing.observe(element);
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const recolor = () => made.redraw();
    dark.addEventListener('change', recolor);
    return () => {
      stopGestures();
      resizing.disconnect();
      dark.removeEventListener('change', recolor);
      window.clearTimeout(rest.current);
      made.destroy();
      plot.current = undefined;
    };
    // All that it uses is of this page, or a signal.
  }, []);

  useSignalEffect(() => {
    void isPrinting.value;
    plot.current?.redraw();
  });

  const showOverlays = (made: TimeLinePlot) => {
    made.choose(chosen.peek());
    const isComparing = store.panel.peek() === 'compare';
    made.compare(
      isComparing ? rangeOf(compareA.peek()) : undefined,
      isComparing ? rangeOf(compareB.peek()) : undefined,
    );
    made.point(pointer.peek()?.point.timeSeconds);
  };
  useSignalEffect(() => {
    const { named, peak } = known.value;
    const content = { points: points.value, shown: shown.value, view: view.value, peak, ...named };
    plot.current?.draw(content);
    // The snapshot that is pointed at has another place now, if it is seen at all.
    const before = pointer.peek();
    const at = before?.point.timeSeconds ?? Number.NaN;
    const isSeen = at >= view.value.from && at <= view.value.to;
    pointer.value =
      before && isSeen && plot.current ? { ...before, left: plot.current.leftOf(at) } : undefined;
  });
  useSignalEffect(() => {
    // What it depends on: the overlays are placed anew after each of them.
    void [chosen.value, compareA.value, compareB.value, store.panel.value];
    void [pointer.value, view.value, points.value];
    if (plot.current) showOverlays(plot.current);
  });

  const onKeyDown = (event: KeyboardEvent) => {
    const { key, shiftKey } = event;
    const sign = key === 'ArrowLeft' ? -1 : 1;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (key === 'ArrowLeft' || key === 'ArrowRight') {
      if (shiftKey) {
        const at = pointer.peek()?.point.timeSeconds ?? chosen.peek()?.to ?? middle();
        const point = goTo(nearestPoint(points.peek(), at) + sign);
        // Names of what lies between this snapshot and those next to it.
        const reach = stepAt(points.peek(), point.timeSeconds) / 2;
        const { marks, spans } = namedAt(named, point.timeSeconds, reach);
        const names = [...marks, ...spans].map(({ name }) => `, ${shownText(name)}`);
        status.value = pointText(point) + names.slice(0, MAX_READ_NAMES).join('');
      } else moveBy(sign * STEP_SHARE * span());
    } else if (key === '+' || key === '=') zoomBy(middle(), 1 / STEP_ZOOM);
    else if (key === '-' || key === '_') zoomBy(middle(), STEP_ZOOM);
    else if (key === 'Home') look(whole);
    else if (key === 'Enter' || key === ' ') {
      const at = pointer.peek()?.point.timeSeconds;
      if (at === undefined) return;
      if (shiftKey) extendTo(at);
      else select({ at });
    } else if (key === 'Escape') {
      pointer.value = undefined;
      select(undefined);
    } else return;
    event.preventDefault();
  };
  /** Points at a snapshot, and brings it into view. */
  const goTo = (index: number) => {
    const all = points.peek();
    const { timeSeconds } = all[Math.min(Math.max(index, 0), all.length - 1)]!;
    const { from, to } = view.peek();
    if (timeSeconds < from) moveBy(timeSeconds - from - span() / 10);
    if (timeSeconds > to) moveBy(timeSeconds - to + span() / 10);
    return pointAt(index);
  };

  const { text, length } = chosenText(chosen.value, whole, timeStepOf(view.value));
  const isAll = isWhole(view.value, whole);
  return (
    <section class="time-line" aria-label="Time line">
      <div class="time-bar">
        <p class="time-chosen" role="status">
          {text}
          <span class="wide">{length}</span>
        </p>
        <button
          type="button"
          class="time-all"
          aria-label="Choose all"
          disabled={chosen.value === undefined}
          title="Choose the whole recording (Escape)"
          onClick={() => select(undefined)}
        >
          <span class="wide">Choose all</span>
          <span class="narrow" aria-hidden="true">
            ×
          </span>
        </button>
        <button
          type="button"
          class="time-peak"
          title={`Choose the instant at which the most was live: ${timeText(peak.timeSeconds, timeStepOf(whole))}`}
          onClick={() => {
            const at = peak.timeSeconds;
            const { from, to } = view.peek();
            if (at < from || at > to) moveBy(at - (from + to) / 2);
            select({ at });
          }}
        >
          <span aria-hidden="true">▼ </span>Peak
          <span class="wide"> {formatBytes(peak.liveBytes)}</span>
        </button>
        {finer?.error.value !== undefined && (
          <span class="time-error" role="alert">
            {finer.error.value}
          </span>
        )}
        <fieldset class="time-buttons">
          <legend class="unseen">What the time line shows</legend>
          <LookButton
            name="Earlier"
            sign="←"
            isOff={isAll}
            act={() => moveBy(-STEP_SHARE * span())}
          />
          <LookButton name="Later" sign="→" isOff={isAll} act={() => moveBy(STEP_SHARE * span())} />
          <LookButton
            name="Zoom out"
            sign="−"
            isOff={isAll}
            act={() => zoomBy(middle(), STEP_ZOOM)}
          />
          <LookButton name="Zoom in" sign="+" act={() => zoomBy(middle(), 1 / STEP_ZOOM)} />
          <LookButton name="Show all" sign="All" isOff={isAll} act={() => look(whole)} />
        </fieldset>
      </div>
      <div
        class="time-plot"
        ref={place}
        role="application"
        aria-label={`Memory over time, at the peak ${formatBytes(peak.liveBytes)} live`}
        aria-description={KEYS}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it takes keys.
        tabIndex={0}
        onKeyDown={onKeyDown}
        onBlur={() => {
          pointer.value = undefined;
        }}
      />
      <TimeLegend
        report={known.value.points}
        chosen={chosenSeries.value}
        onChoose={(names) => {
          const isUsual = names.join() === usual.peek().join();
          seriesSetting.value = isUsual ? undefined : names;
        }}
      />
      <PointerValues pointer={pointer} named={named} plot={plot} view={view} />
      <p class="unseen" role="status">
        {status.value}
      </p>
    </section>
  );
}

function LookButton({
  name,
  sign,
  isOff = false,
  act,
}: {
  readonly name: string;
  readonly sign: string;
  readonly isOff?: boolean;
  readonly act: () => void;
}) {
  return (
    <button type="button" aria-label={name} title={name} disabled={isOff} onClick={act}>
      {sign}
    </button>
  );
}

/** The time in seconds from a snapshot to that before it, or of the first to that after it. */
function stepAt(points: readonly TimePlotPoint[], seconds: number): number {
  const place = Math.max(nearestPoint(points, seconds), 1);
  return points.length < 2 ? 0 : points[place]!.timeSeconds - points[place - 1]!.timeSeconds;
}

/** An instant is a range without length. */
function rangeOf(chosen: Selection | undefined): TimeRange | undefined {
  if (chosen === undefined) return undefined;
  return 'at' in chosen ? { from: chosen.at, to: chosen.at } : chosen;
}

/** What is chosen, and how long it is. */
function chosenText(
  chosen: TimeRange | undefined,
  whole: TimeRange,
  step: number,
): { readonly text: string; readonly length: string } {
  const timeOf = (seconds: number) => timeText(seconds, step);
  const { from, to } = chosen ?? whole;
  const length = from === to ? '' : ` (${timeOf(to - from)})`;
  if (chosen === undefined) return { text: 'Whole recording', length };
  if (from === to) return { text: `At ${timeOf(from)}`, length };
  return { text: `${timeOf(from)} to ${timeOf(to)}`, length };
}
