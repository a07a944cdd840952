import type { ReadonlySignal } from '@preact/signals';
import type { ComponentChildren, RefObject } from 'preact';
import type { TimePlotPoint } from '../../analysis/time-plot.js';
import { formatBytes, formatDuration } from '../../base/units.js';
import { wallTime } from '../../render/info-text.js';
import { formatCount, formatEstimate } from '../../render/numbers.js';
import { usePage } from '../page-context.js';
import { shown } from '../parts/text.js';
import type { TimeRange } from '../state/hash.js';
import { SeriesSign } from './legend.js';
import type { TimeLinePlot } from './plot.js';
import { TIME_SERIES } from './series.js';
import { namedAt, type TimeMark, type TimeSpan } from './spans.js';
import { timeStepOf, timeText } from './time-axis.js';

/** The snapshot that is nearest to the pointer. */
export interface PointerPlace {
  readonly point: TimePlotPoint;
  /** Where the pointer itself is. */
  readonly seconds: number;
  /** Where the snapshot is, in pixels from the left edge of the plot. */
  readonly left: number;
}

/** A mark is at the pointer if it is no further away than this. */
const MARK_PIXELS = 5;

/** Names beyond these are counted. */
const MAX_NAMES = 4;

/** All figures of the snapshot at the pointer, beside it. */
export function PointerValues({
  pointer,
  named,
  plot,
  view,
}: {
  readonly pointer: ReadonlySignal<PointerPlace | undefined>;
  readonly named: { readonly marks: readonly TimeMark[]; readonly spans: readonly TimeSpan[] };
  readonly plot: RefObject<TimeLinePlot | undefined>;
  readonly view: ReadonlySignal<TimeRange>;
}) {
  const { facts } = usePage();
  if (pointer.value === undefined) return null;
  const { point, seconds, left } = pointer.value;
  const { timeSeconds } = point;
  const reach = MARK_PIXELS * (plot.current?.secondsPerPixel ?? 0);
  const { marks, spans } = namedAt(named, seconds, reach);
  const isLeft = left < document.documentElement.clientWidth / 2;
  const style = { '--x': `${left}px` };
  return (
    <div
      class={isLeft ? 'time-values' : 'time-values leftward'}
      style={style}
      data-seconds={timeSeconds}
    >
      <p>
        <strong>{timeText(timeSeconds, timeStepOf(view.value))}</strong>{' '}
        {wallTime(facts.info.facts.startWallMicros + timeSeconds * 1e6)}
      </p>
      <table>
        <tbody>
          {TIME_SERIES.map((series) => {
            const bytes = series.bytesOf(point);
            if (bytes === undefined) return null;
            return (
              <Row
                key={series.name}
                name={series.name}
                value={bytes}
                label={
                  <>
                    <SeriesSign series={series} />
                    {series.label}
                  </>
                }
                text={formatBytes(bytes)}
              />
            );
          })}
          <Row
            name="live"
            value={point.liveBytes}
            label="Live in all"
            text={formatEstimate(point.liveBytes, point.liveBytesError)}
          />
          <Row
            name="allocated"
            value={point.allocatedBytes}
            label="Newly allocated"
            text={formatEstimate(point.allocatedBytes, point.allocatedBytesError)}
          />
          <Row
            name="collections"
            value={point.collections}
            label="Collections"
            text={
              point.collections === 0
                ? 'none'
                : `${formatCount(point.collections)}, ${formatDuration(point.gcPauseSeconds * 1e6)}`
            }
          />
        </tbody>
      </table>
      {[...marks, ...spans].slice(0, MAX_NAMES).map((mark) => (
        <p class="time-name">
          {'at' in mark
            ? shown(mark.name)
            : `${shown(mark.name)}, ${formatDuration((mark.to - mark.from) * 1e6)}`}
        </p>
      ))}
      {marks.length + spans.length > MAX_NAMES && (
        <p class="time-name">and {formatCount(marks.length + spans.length - MAX_NAMES)} more</p>
      )}
    </div>
  );
}

function Row({
  name,
  value,
  label,
  text,
}: {
  readonly name: string;
  readonly value: number;
  readonly label: ComponentChildren;
  readonly text: string;
}) {
  return (
    <tr data-name={name}>
      <th scope="row">{label}</th>
      <td data-value={value}>{text}</td>
    </tr>
  );
}

/** The most important figures of a snapshot, to be read out. */
export function pointText(point: TimePlotPoint): string {
  const { timeSeconds, liveBytes, liveBytesError, usedHeapBytes } = point;
  const used =
    usedHeapBytes === undefined ? '' : `, ${formatBytes(usedHeapBytes)} of the heap used`;
  return `${timeText(timeSeconds, 0.001)}: ${formatEstimate(liveBytes, liveBytesError)} live${used}`;
}
