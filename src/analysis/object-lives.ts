import { HeapprofError } from '../base/errors.js';

import { Weights } from '../digest/weights.js';
import { middleAge } from '../format/age-code.js';
import type { Member } from '../format/family.js';
import type { EventLog } from '../format/log.js';
import { type HeapRecord, KINDS } from '../model/event.js';
import type { Grouping } from './grouping.js';
import type { LoggedProfile } from './profile.js';
import { TraceSlots } from './trace-slots.js';

/** What is called at every event; times are microseconds since the member's start. */
export interface LifeVisitor {
  /** @param weight how many objects this one stands for */
  allocated(slot: number, bornMicros: number, sizeBytes: number, weight: number): void;
  /**
   * @param bornMicros known to 1/16 of the age, which the log has to 1/8 of its power of two; never before the start
   * @param ageCode see `decodeAge`
   * @param survived garbage collections of any kind; 255 is "255 or more"
   */
  freed(
    slot: number,
    bornMicros: number,
    diedMicros: number,
    sizeBytes: number,
    weight: number,
    ageCode: number,
    survived: number,
  ): void;
}

/** Middle of the ages of each code. */
const MIDDLE_AGES = Float64Array.from({ length: 256 }, (_, code) => middleAge(code));

/** The log of one member of a family, object by object. Objects of one trace, type and kind are a slot: 0, 1, 2, … */
export class ObjectLives {
  readonly #profile: LoggedProfile;
  readonly #number: number;
  readonly #member: Member;
  readonly #slots = new TraceSlots();

  /**
   * @param number that of the member in the profile's `members`
   * @throws HeapprofError if its log is of version 1, which does not say when what was freed was allocated.
   */
  constructor(profile: LoggedProfile, number: number) {
    this.#profile = profile;
    this.#number = number;
    this.#member = profile.members[number]!;
    expectAges(this.#member);
  }

  /** When the member began, since the start of the root. */
  get startMicros(): number {
    return this.#member.startMicros;
  }

  /** The trace of a slot, as the profile's traces count. */
  traceOf(slot: number): number {
    return this.#profile.traceOf(this.#number, this.#slots.traces[slot]!);
  }

  /** Trace and `type << 1 | kind` of a slot, as the member's own log counts. */
  columnsOf(slot: number): { readonly trace: number; readonly typeKind: number } {
    return { trace: this.#slots.traces[slot]!, typeKind: this.#slots.typeKinds[slot]! };
  }

  /** The group that a slot belongs to. */
  keyOf(slot: number, grouping: Grouping): number | string {
    const typeKind = this.#slots.typeKinds[slot]!;
    return grouping.keyOf({
      member: this.#number,
      trace: this.traceOf(slot),
      type: this.#member.traces.string(typeKind >>> 1),
      kind: KINDS[typeKind & 1]!,
    });
  }

  /**
   * Ends of garbage collections in the order of time, microseconds since the member's start, and the time of the last thing in the log.
   * @throws HeapprofError if the log cannot be read.
   */
  collections(): {
    collections: Pick<HeapRecord, 'gcKind' | 'timeMicros'>[];
    endMicros: number;
  } {
    const collections: Pick<HeapRecord, 'gcKind' | 'timeMicros'>[] = [];
    let endMicros = 0;
    this.#withLog((log) => {
      for (const item of log.items()) {
        if (item.item === 'events') endMicros = Math.max(endMicros, item.block.lastTimeMicros);
        if (item.item === 'end') endMicros = Math.max(endMicros, item.end.timeMicros);
        if (item.item !== 'heap') continue;
        for (const { gcKind, timeMicros } of item.records) {
          if (gcKind !== 0) collections.push({ gcKind, timeMicros });
          endMicros = Math.max(endMicros, timeMicros);
        }
      }
    });
    return { collections, endMicros };
  }

  /**
   * Goes through the events in the order of time.
   * @throws HeapprofError if the log cannot be read.
   */
  visit(visitor: LifeVisitor): void {
    const weights = new Weights(this.#member.facts.sampling, this.#profile.hpc.weight);
    const slots = this.#slots;
    let slotOfSite = new Int32Array(1024);
    this.#withLog((log) => {
      for (const item of log.items()) {
        if (item.item !== 'events' || item.block.layout !== 'sites') continue;
        const { block } = item;
        if (slotOfSite.length < block.siteCount) slotOfSite = new Int32Array(block.siteCount * 2);
        for (let site = 0; site < block.siteCount; site++) {
          slotOfSite[site] = slots.slotOf(block.siteTraces[site]!, block.siteTypeKinds[site]!);
        }
        const times = block.timesMicros();
        const { ageCodes, survivedCollections } = block.fates();
        let free = 0;
        for (let event = 0; event < block.count; event++) {
          const code = block.codes[event]!;
          const site = code >> 1;
          const size = block.siteSizesBytes[site]!;
          const weight = weights.weight(size, block.siteTypeKinds[site]! & 1);
          const time = times[event]!;
          if ((code & 1) === 0) {
            visitor.allocated(slotOfSite[site]!, time, size, weight);
            continue;
          }
          // A damaged block may lack them: then nobody knows how long the object lived.
          const age = ageCodes[free] ?? 0;
          const survived = survivedCollections[free] ?? 0;
          free += 1;
          const born = Math.max(0, time - MIDDLE_AGES[age]!);
          visitor.freed(slotOfSite[site]!, born, time, size, weight, age, survived);
        }
      }
    });
  }

  #withLog(use: (log: EventLog) => void): void {
    const log = this.#member.openLog();
    try {
      use(log);
    } finally {
      log.close();
    }
  }
}

function expectAges({ facts, filebase }: Member): void {
  if (facts.version === 2) return;
  throw new HeapprofError(
    'ERR_HEAPPROF_NO_AGES',
    `${filebase} is a recording of the original heapprof, which does not say how old an object was when it was freed; record the program with this one.`,
  );
}
