import { wallTime } from '../render/info-text.js';
import type { LiveReport, LiveState } from './data/live-report.js';
import { usePage } from './page-context.js';
import { shown } from './parts/text.js';

/** Of a served recording: whether it goes on, up to when it is known, and a button that holds the page still. */
export function LiveSign({ live }: { readonly live: LiveReport }) {
  const { facts } = usePage();
  const { state, problem, isHeld } = live.status.value;
  const { startWallMicros } = facts.info.facts;
  const end = wallTime(startWallMicros + facts.info.log.elapsedSeconds * 1e6);
  const held = isHeld && HOLDABLE.has(state);
  const { sign, text, meaning } = held ? HELD : STATES[state];
  const action = held ? 'Go on' : ACTIONS[state];
  return (
    <p class="live" data-state={held ? 'held' : state} title={problem ?? meaning}>
      <span class="live-sign" aria-hidden="true">
        {sign}
      </span>
      <span class="live-text" role="status">
        {text}
      </span>
      {/* Not read out each time that it changes. */}
      <time class="live-time" dateTime={end} title={end}>
        {clockTime(end)} <small>UTC</small>
      </time>
      {action && (
        <button
          type="button"
          onClick={() => {
            if (action === 'Hold') live.hold();
            else live.goOn();
          }}
        >
          {action}
        </button>
      )}
      {problem !== undefined && <span class="live-problem">{shown(problem)}</span>}
    </p>
  );
}

interface Sign {
  readonly sign: string;
  /** The time of the last thing that is known follows it. */
  readonly text: string;
  readonly meaning: string;
}

const HELD: Sign = {
  sign: '❚❚',
  text: 'Held at',
  meaning: 'The page stays as it is until it is let go on',
};

const STATES: Readonly<Record<LiveState, Sign>> = {
  recording: {
    sign: '●',
    text: 'Recording, up to',
    meaning: 'The program is being recorded, and the page takes up what is new',
  },
  silent: {
    sign: '○',
    text: 'Recording, nothing new since',
    meaning: 'The program is there, but has written nothing for seconds: it may be stopped or busy',
  },
  ended: { sign: '■', text: 'Ended', meaning: 'The recording has come to its end' },
  broken: {
    sign: '■',
    text: 'The program is gone; recorded up to',
    meaning:
      'The recording has no end: its program was killed, or crashed. All that was written is here',
  },
  unreadable: {
    sign: '▲',
    text: 'Cannot be read any more; shown up to',
    meaning: 'The page stays as it was',
  },
  gone: {
    sign: '▲',
    text: 'heapprof view has ended; shown up to',
    meaning: 'Nobody answers under this address any more. Start heapprof view again for a new page',
  },
};

const ACTIONS: Readonly<Partial<Record<LiveState, 'Hold' | 'Go on' | 'Ask again'>>> = {
  recording: 'Hold',
  silent: 'Hold',
  broken: 'Ask again',
  unreadable: 'Ask again',
  gone: 'Ask again',
};

const HOLDABLE: ReadonlySet<LiveState> = new Set(['recording', 'silent']);

/** `12:03:07`, in UTC as all clock times of the page. */
function clockTime(iso: string): string {
  return iso.slice(11, 19);
}
