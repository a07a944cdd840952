import { KINDS, type Kind } from '../model/event.js';
import { leftSince, type Member } from './family.js';
import type { EventBlock, EventLog, LogItem } from './log.js';

/** What a member frees when it ends: so many objects of one trace and size. */
interface LiveObjects {
  readonly trace: number;
  readonly sizeBytes: number;
  count: number;
}

/**
 * Goes through the events of one member, one after the other. Memory does not grow with the length of the log, except
 * where the member's end is asked for: then with the number of traces and sizes that are live.
 */
export class EventCursor {
  /** Since the root's start: of the current event; before the first call of `advance`, of the member's start; Infinity after the last event. */
  timeMicros: number;
  isFree = false;
  /** The member's own trace index; 0 for none. */
  trace = 0;
  sizeBytes = 0;
  /** Bytes of the log that could not be used. */
  damagedBytes = 0;
  /** Whether the cursor stands at an event; not so before the first call of `advance`, and after the last event. */
  hasEvent = false;
  /** Whether the log is done, and what follows is what its member frees by ending. */
  isLeaving = false;
  readonly #member: Member;
  readonly #kind: number | undefined;
  #log: EventLog | undefined;
  #items: Iterator<LogItem> | undefined;
  #block: EventBlock | undefined;
  #times: Float64Array = new Float64Array(0);
  #next = 0;
  /** What is live, by trace and size; undefined where the member's end frees nothing. */
  readonly #live: Map<string, LiveObjects> | undefined;
  #leftovers: LiveObjects[] = [];
  #lastMicros = 0;
  #hasEnd = false;

  /**
   * @param kind events of another kind are passed over
   * @param endFrees whether the end of the member, as docs/format.md has it for families, frees what it still has then
   */
  constructor(member: Member, kind: Kind | undefined, endFrees: boolean) {
    this.#member = member;
    this.#kind = kind && KINDS.indexOf(kind);
    this.#live = endFrees ? new Map() : undefined;
    this.timeMicros = member.startMicros;
  }

  /** Bytes of the log that are done. */
  get doneBytes(): number {
    if (this.#items === undefined) return 0;
    return this.#log?.positionBytes ?? this.#member.logBytes;
  }

  /** Time of the latest thing of the log that was read, since the root's start. */
  get seenMicros(): number {
    return this.#member.startMicros + this.#lastMicros;
  }

  /** Goes on to the next event. The first call opens the log. */
  advance(): void {
    this.hasEvent = true;
    while (!this.isLeaving) {
      if (this.#block !== undefined && this.#takeNext(this.#block)) return;
      this.#takeBlock();
    }
    this.#takeLeftover();
  }

  /** Closes the log. */
  close(): void {
    this.#log?.close();
    this.#log = undefined;
  }

  /** Goes on to the next event of the block that is of the kind; false if there is none. */
  #takeNext(block: EventBlock): boolean {
    while (this.#next < block.count) {
      const event = this.#next++;
      let kind = 0;
      if (block.layout === 'sites') {
        const code = block.codes[event]!;
        const site = code >> 1;
        kind = block.siteTypeKinds[site]! & 1;
        this.isFree = (code & 1) === 1;
        this.trace = block.siteTraces[site]!;
        this.sizeBytes = block.siteSizesBytes[site]!;
      } else {
        this.isFree = block.frees[event] === 1;
        this.trace = block.traces[event]!;
        this.sizeBytes = block.sizesBytes[event]!;
      }
      if (this.#kind !== undefined && kind !== this.#kind) continue;
      this.timeMicros = this.#member.startMicros + this.#times[event]!;
      return true;
    }
    return false;
  }

  /** Goes on to the next block, or to the end of the log. */
  #takeBlock(): void {
    this.#log ??= this.#member.openLog();
    this.#items ??= this.#log.items();
    const { value: item, done } = this.#items.next();
    if (done) {
      this.close();
      this.#leave();
      return;
    }
    this.#see(item);
    this.#block = item.item === 'events' ? item.block : undefined;
    if (this.#block === undefined) return;
    this.#times = this.#block.timesMicros();
    this.#next = 0;
    if (this.#live !== undefined) this.#count(this.#block, this.#live);
  }

  /** Notes how far the log reaches, and what of it is lost. */
  #see(item: LogItem): void {
    const see = (timeMicros = 0) => {
      this.#lastMicros = Math.max(this.#lastMicros, timeMicros);
    };
    switch (item.item) {
      case 'events':
        see(item.block.lastTimeMicros);
        break;
      case 'heap':
        see(item.records.at(-1)?.timeMicros);
        break;
      case 'marks':
        see(item.marks.at(-1)?.timeMicros);
        break;
      case 'end':
        see(item.end.timeMicros);
        this.#hasEnd = true;
        break;
      case 'damage':
        this.damagedBytes += item.damage.bytes;
        break;
    }
  }

  /** Adds a block to what is live. Only version 2 has families. */
  #count(block: EventBlock, live: Map<string, LiveObjects>): void {
    if (block.layout !== 'sites') return;
    const counts = new Int32Array(block.siteCount);
    for (let event = 0; event < block.count; event++) {
      const code = block.codes[event]!;
      counts[code >> 1]! += (code & 1) === 1 ? -1 : 1;
    }
    for (const [site, count] of counts.entries()) {
      const kind = block.siteTypeKinds[site]! & 1;
      if (count === 0 || (this.#kind !== undefined && kind !== this.#kind)) continue;
      const trace = block.siteTraces[site]!;
      const sizeBytes = block.siteSizesBytes[site]!;
      const key = `${trace} ${sizeBytes}`;
      const known = live.get(key);
      if (known === undefined) live.set(key, { trace, sizeBytes, count });
      else if (known.count + count === 0) live.delete(key);
      else known.count += count;
    }
  }

  #leave(): void {
    this.isLeaving = true;
    this.#leftovers = [...(this.#live?.values() ?? [])].reverse();
  }

  #takeLeftover(): void {
    for (let objects = this.#leftovers.at(-1); objects; objects = this.#leftovers.at(-1)) {
      if (objects.count > 0) {
        objects.count -= 1;
        const endMicros = leftSince(this.#lastMicros, this.#hasEnd);
        this.timeMicros = this.#member.startMicros + endMicros;
        this.isFree = true;
        this.trace = objects.trace;
        this.sizeBytes = objects.sizeBytes;
        return;
      }
      // Below 0 only where allocations were lost.
      this.#leftovers.pop();
    }
    this.timeMicros = Number.POSITIVE_INFINITY;
    this.hasEvent = false;
  }
}
