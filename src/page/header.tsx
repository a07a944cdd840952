import { wallTime } from '../render/info-text.js';
import { formatTime } from '../render/numbers.js';
import { Help } from './help/help.js';
import { LiveSign } from './live-sign.js';
import { usePage } from './page-context.js';
import { shown } from './parts/text.js';

/** What was recorded, in two lines; the panel `summary` has the rest. */
export function Header() {
  const { facts, live } = usePage();
  const { info, title, generator, coarsened } = facts;
  const { process: program, startWallMicros } = info.facts;
  const before = [
    program?.nodeVersion && `Node.js ${program.nodeVersion}`,
    program?.engine && `engine ${program.engine}`,
    'recorded ',
  ];
  const after = [
    ` for ${formatTime(info.log.elapsedSeconds)}`,
    info.members.length > 1 && `${info.members.length} threads`,
    `heapprof ${generator}`,
  ];
  const joined = (parts: readonly unknown[]) => shown(parts.filter(Boolean).join(' · '));
  return (
    <header>
      <div class="header-buttons">
        <button
          type="button"
          class="skip"
          onClick={() => document.querySelector<HTMLElement>('[role=tabpanel]')?.focus()}
        >
          Skip to the panel
        </button>
        {live && <LiveSign live={live} />}
        <Help />
      </div>
      <h1>{shown(title)}</h1>
      <p>
        {joined(before)}
        <span class="unbroken">{wallTime(startWallMicros)}</span>
        {joined(after)}
      </p>
      {coarsened && <p class="note">{coarsened}</p>}
    </header>
  );
}
