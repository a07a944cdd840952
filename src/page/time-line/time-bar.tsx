import { formatBytes } from '../../base/units.js';
import type { TimeRange } from '../state/hash.js';
import { STEP_SHARE, STEP_ZOOM } from './keys.js';
import { timeStepOf, timeText } from './time-axis.js';
import { isWhole } from './time-view.js';
import type { Choosing } from './use-choosing.js';
import type { KnownTime } from './use-known-time.js';
import type { View } from './use-view.js';

/** Above the plot: what is chosen, and buttons that choose and move. */
export function TimeBar({
  known: { whole, peak },
  view,
  choosing,
  middle,
}: {
  readonly known: KnownTime;
  readonly view: View;
  readonly choosing: Choosing;
  /** Where buttons zoom, in seconds. */
  readonly middle: () => number;
}) {
  const { range, moveBy, zoomBy, look, span } = view;
  const chosen = choosing.range.value;
  const { text, length } = chosenText(chosen, whole, range.value);
  const isAll = isWhole(range.value, whole);
  return (
    <div class="time-bar">
      <p class="time-chosen" role="status">
        {text}
        <span class="wide">{length}</span>
      </p>
      <button
        type="button"
        class="time-all"
        aria-label="Choose all"
        disabled={chosen === undefined}
        title="Choose the whole recording (Escape)"
        onClick={() => choosing.select(undefined)}
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
          const { from, to } = range.peek();
          if (at < from || at > to) moveBy(at - (from + to) / 2);
          choosing.select({ at });
        }}
      >
        <span aria-hidden="true">▼ </span>Peak
        <span class="wide"> {formatBytes(peak.liveBytes)}</span>
      </button>
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

/** What is chosen, and how long it is. */
function chosenText(
  chosen: TimeRange | undefined,
  whole: TimeRange,
  seen: TimeRange,
): { readonly text: string; readonly length: string } {
  const { from, to } = chosen ?? whole;
  // A short range is told to smaller steps than what is seen.
  const step = Math.min(...[seen, ...(from < to ? [{ from, to }] : [])].map(timeStepOf));
  const timeOf = (seconds: number) => timeText(seconds, step);
  const length = from === to ? '' : ` (${timeOf(to - from)})`;
  if (chosen === undefined) return { text: 'Whole recording', length };
  if (from === to) return { text: `At ${timeOf(from)}`, length };
  return { text: `${timeOf(from)} to ${timeOf(to)}`, length };
}
