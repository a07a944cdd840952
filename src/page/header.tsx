import { wallTime } from '../render/info-text.js';
import { formatTime } from '../render/numbers.js';
import { LiveSign } from './live-sign.js';
import { usePage } from './page-context.js';
import { shown } from './parts/text.js';

/** What was recorded, in two lines; the panel `summary` has the rest. */
export function Header() {
  const { facts, live } = usePage();
  const { info, title, generator, coarsened } = facts;
  const { process: program, startWallMicros } = info.facts;
  const parts = [
    program?.nodeVersion && `Node.js ${program.nodeVersion}`,
    program?.engine && `engine ${program.engine}`,
    `recorded ${wallTime(startWallMicros)} for ${formatTime(info.log.elapsedSeconds)}`,
    info.members.length > 1 && `${info.members.length} threads`,
    `heapprof ${generator}`,
  ];
  return (
    <header>
      <h1>{shown(title)}</h1>
      <p>{shown(parts.filter(Boolean).join(' · '))}</p>
      {live && <LiveSign live={live} />}
      {coarsened && <p class="note">{coarsened}</p>}
    </header>
  );
}
