import type { Kind } from '../model/event.js';
import { EventCursor } from './event-cursor.js';
import type { Member } from './family.js';

/**
 * The events of all members of a family in the order of their times; at equal times, in that of the members. What a member
 * still has when it ends is freed then, if others go on: in one log nothing else could tell that it is gone.
 */
export class FamilyEvents {
  /** Which member the last event was of: its number. */
  member = 0;
  readonly #cursors: readonly EventCursor[];
  #current: EventCursor | undefined;
  /** The current cursor is the next one as long as its time is below this, or equal to it where `#winsTies`. */
  #limitMicros = Number.NEGATIVE_INFINITY;
  #winsTies = false;

  /** @param kind only events of this kind */
  constructor(members: readonly Member[], kind?: Kind) {
    const isFamily = members.length > 1;
    this.#cursors = members.map((member) => new EventCursor(member, kind, isFamily));
  }

  /** Bytes of the logs that are done. */
  get doneBytes(): number {
    return this.#cursors.reduce((sum, { doneBytes }) => sum + doneBytes, 0);
  }

  /** Bytes of the logs that could not be used. */
  get damagedBytes(): number {
    return this.#cursors.reduce((sum, { damagedBytes }) => sum + damagedBytes, 0);
  }

  /** Time of the latest thing in any log that was read, since the root's start. */
  get seenMicros(): number {
    return Math.max(...this.#cursors.map(({ seenMicros }) => seenMicros));
  }

  /**
   * The cursor that stands at the next event, which is valid until the next call; undefined after the last one.
   * @throws HeapprofError if a log cannot be read.
   */
  next(): EventCursor | undefined {
    this.#current?.advance();
    if (!this.#isStillNext(this.#current)) this.#choose();
    return this.#current;
  }

  /** Closes all logs. */
  close(): void {
    for (const cursor of this.#cursors) cursor.close();
  }

  #isStillNext(cursor: EventCursor | undefined): boolean {
    if (cursor === undefined || cursor.isLeaving) return false;
    const { timeMicros } = cursor;
    return timeMicros < this.#limitMicros || (this.#winsTies && timeMicros === this.#limitMicros);
  }

  #choose(): void {
    for (;;) {
      const first = this.#earliest();
      const cursor = this.#cursors[first]!;
      const isOver = cursor.isLeaving && this.#isEnd(cursor.timeMicros);
      this.#current = isOver ? undefined : cursor;
      this.member = first;
      const rival = this.#earliest(first);
      this.#limitMicros = this.#cursors[rival]?.timeMicros ?? Number.POSITIVE_INFINITY;
      this.#winsTies = first < rival;
      // A log that was not begun has the time of its start, and no event.
      if (isOver || cursor.hasEvent) return;
      cursor.advance();
    }
  }

  /** Whether a time is after the last thing in any log. */
  #isEnd(timeMicros: number): boolean {
    return this.#cursors.every(({ isLeaving }) => isLeaving) && this.seenMicros < timeMicros;
  }

  /** The number of the cursor with the earliest event, but for one; −1 if there is no other. */
  #earliest(exceptFor = -1): number {
    let earliest = -1;
    this.#cursors.forEach(({ timeMicros }, k) => {
      if (k === exceptFor) return;
      if (earliest < 0 || timeMicros < this.#cursors[earliest]!.timeMicros) earliest = k;
    });
    return earliest;
  }
}
