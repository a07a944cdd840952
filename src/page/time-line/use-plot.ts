import { type ReadonlySignal, useSignalEffect } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';
import type { TimePlotPoint } from '../../analysis/time-plot.js';
import { usePage } from '../page-context.js';
import { isPrinting } from '../parts/printing.js';
import { optional, selection } from '../state/hash.js';
import { rangeOf } from '../state/store.js';
import { watchGestures } from './gestures.js';
import { TimeLinePlot } from './plot.js';
import { nearestPoint, type SeriesName } from './series.js';
import { isWhole } from './time-view.js';
import type { Choosing } from './use-choosing.js';
import type { KnownTime } from './use-known-time.js';
import type { Pointing } from './use-pointing.js';
import type { View } from './use-view.js';

/** What a plot shows, and what gestures on it act on. */
export interface Plotted {
  readonly known: ReadonlySignal<KnownTime>;
  readonly points: ReadonlySignal<readonly TimePlotPoint[]>;
  readonly shown: ReadonlySignal<ReadonlySet<SeriesName>>;
  readonly view: View;
  readonly choosing: Choosing;
  readonly pointing: Pointing;
}

/**
 * Draws the time line in a place of the page, and takes gestures on it.
 * @param plot is given the plot
 */
export function usePlot(
  place: RefObject<HTMLElement>,
  plot: RefObject<TimeLinePlot | undefined>,
  { known, points, shown, view, choosing, pointing }: Plotted,
): void {
  const { store } = usePage();
  const compareA = store.setting('compare.a', optional(selection), undefined);
  const compareB = store.setting('compare.b', optional(selection), undefined);
  const drawn = () => {
    const { named, peak } = known.value;
    return { points: points.value, shown: shown.value, view: view.range.value, peak, ...named };
  };
  const showOverlays = (made: TimeLinePlot) => {
    made.choose(choosing.range.peek());
    const isComparing = store.panel.peek() === 'compare';
    made.compare(
      isComparing ? rangeOf(compareA.peek()) : undefined,
      isComparing ? rangeOf(compareB.peek()) : undefined,
    );
    made.point(pointing.place.peek()?.point.timeSeconds);
  };

  useEffect(() => {
    const element = place.current!;
    const made = new TimeLinePlot(element, drawn());
    plot.current = made;
    const stopGestures = watchGestures(
      element,
      gestureActions(made, { known, points, view, choosing, pointing }),
    );
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
      made.destroy();
      plot.current = undefined;
    };
    // All that it uses is of this page, or a signal.
  }, []);
  useSignalEffect(() => {
    void isPrinting.value;
    plot.current?.redraw();
  });
  useSignalEffect(() => {
    const content = drawn();
    plot.current?.draw(content);
    pointing.placeAnew();
  });
  useSignalEffect(() => {
    // What it depends on: the overlays are placed anew after each of them.
    void [choosing.range.value, compareA.value, compareB.value, store.panel.value];
    void [pointing.place.value, view.range.value, points.value];
    if (plot.current) showOverlays(plot.current);
  });
}

/** What gestures do. */
function gestureActions(
  plot: TimeLinePlot,
  { known, points, view, choosing, pointing }: Omit<Plotted, 'shown'>,
): Parameters<typeof watchGestures>[1] {
  const isAll = () => isWhole(view.range.peek(), known.peek().whole);
  const seconds = (clientX: number) => {
    const { whole } = known.peek();
    return choosing.snapped(Math.min(Math.max(plot.timeAt(clientX), whole.from), whole.to));
  };
  return {
    isOnAxis: (clientY) => plot.isOnAxis(clientY),
    canPan: () => !isAll(),
    hover: (clientX) => {
      if (clientX === undefined) pointing.place.value = undefined;
      else {
        const at = plot.timeAt(clientX);
        pointing.pointAt(nearestPoint(points.peek(), at), at);
      }
    },
    brush: (fromX, toX, isDone) => {
      const [a, b] = [seconds(fromX), seconds(toX)];
      const range = { from: Math.min(a, b), to: Math.max(a, b) };
      choosing.brushed.value = isDone || fromX === toX ? undefined : range;
      if (isDone) choosing.select(range);
    },
    click: (clientX, isExtending) => {
      const at = seconds(clientX);
      if (isExtending) choosing.extendTo(at);
      else choosing.select({ at });
    },
    pan: (pixels) => view.moveBy(pixels * plot.secondsPerPixel),
    zoom: (aboutX, factor) => {
      if (factor > 1 && isAll()) return false;
      view.zoomBy(plot.timeAt(aboutX, view.range.peek()), factor);
      return true;
    },
    reset: () => choosing.select(undefined),
  };
}
