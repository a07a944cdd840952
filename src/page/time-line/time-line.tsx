import { formatBytes } from '../../base/units.js';
import { formatTime } from '../../render/numbers.js';
import { usePage } from '../page-context.js';
import type { Selection } from '../state/hash.js';

const WIDTH = 1000;
const HEIGHT = 60;

/** Live memory over time, with what was chosen of it. */
export function TimeLine() {
  const { timePlot, finer, store } = usePage();
  const { points } = finer?.part.value?.timePlot ?? timePlot;
  const chosen = store.selection.value;
  const from = points[0]!.timeSeconds;
  const to = points.at(-1)!.timeSeconds;
  const most = Math.max(...points.map(({ liveBytes }) => liveBytes), 1);
  const x = (seconds: number) => ((seconds - from) / Math.max(to - from, 1e-6)) * WIDTH;
  const y = (bytes: number) => HEIGHT - (bytes / most) * (HEIGHT - 2);
  const line = points.map((p) => `${x(p.timeSeconds).toFixed(1)},${y(p.liveBytes).toFixed(1)}`);
  const [start, end] =
    chosen === undefined
      ? [from, to]
      : 'at' in chosen
        ? [chosen.at, chosen.at]
        : [chosen.from, chosen.to];
  return (
    <section class="time-line" aria-label="Time line">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Estimated live memory over time, ${formatBytes(most)} at most`}
      >
        <rect
          class="chosen"
          x={x(start)}
          y="0"
          width={Math.max(x(end) - x(start), 2)}
          height={HEIGHT}
        />
        <polyline class="live" points={line.join(' ')} />
      </svg>
      <p class="time-line-text">
        <span>{chosenText(chosen, to)}</span>
        {chosen !== undefined && (
          <button
            type="button"
            onClick={() => {
              store.selection.value = undefined;
            }}
          >
            Whole recording
          </button>
        )}
        {finer?.error.value !== undefined && <span role="alert">{finer.error.value}</span>}
      </p>
    </section>
  );
}

function chosenText(chosen: Selection | undefined, end: number): string {
  if (chosen === undefined) return `The whole recording, ${formatTime(end)}`;
  if ('at' in chosen) return `At ${formatTime(chosen.at)}`;
  return `From ${formatTime(chosen.from)} to ${formatTime(chosen.to)}`;
}
