import { endianness } from 'node:os';
import { KINDS, type Kind } from '../model/event.js';
import { encodeAge } from './age-code.js';
import type { Block } from './block.js';
import { ByteReader, DecodeError } from './byte-reader.js';
import type { ByteWriter } from './byte-writer.js';
import { MAX_SITES } from './constants.js';
import type { SiteEventBlock } from './log.js';

/** What the events of one place have in common. */
export interface Site {
  readonly trace: number;
  readonly sizeBytes: number;
  /** String index of the type's name; 0 where it is not known. */
  readonly type: number;
  readonly kind: Kind;
}

/** An event as the file has it. */
export interface SiteEvent {
  readonly timeMicros: number;
  readonly operation: 'allocation' | 'free';
  readonly site: Site;
  /** Of a free: microseconds since the allocation; 0 if left out. */
  readonly ageMicros?: number;
  /** Of a free; 0 if left out. */
  readonly survivedCollections?: number;
  /** Of a free: whether it was noticed later than it happened. */
  readonly noticedLate?: true;
}

/**
 * The payload of an event block.
 * @param events rise by time; the block's first time is that of the first
 * @throws RangeError if they have more than 32,768 different sites.
 */
export function encodeEvents(out: ByteWriter, events: readonly SiteEvent[]): void {
  const sites = sortedSites(events);
  const numbers = new Map(sites.map((site, number) => [siteKey(site), number]));
  if (sites.length > MAX_SITES) {
    throw new RangeError(`A block has ${sites.length} sites; at most ${MAX_SITES} fit.`);
  }
  for (const { site, operation } of events) {
    out.u16((numbers.get(siteKey(site))! << 1) | (operation === 'free' ? 1 : 0));
  }
  const firstMicros = events[0]?.timeMicros ?? 0;
  out.varint((events.at(-1)?.timeMicros ?? 0) - firstMicros);
  encodeSites(out, sites);
  let previous = firstMicros;
  for (const { timeMicros } of events) {
    out.varint(timeMicros - previous);
    previous = timeMicros;
  }
  const frees = events.filter(({ operation }) => operation === 'free');
  for (const { ageMicros } of frees) out.u8(encodeAge(ageMicros ?? 0));
  for (const { survivedCollections } of frees) out.u8(Math.min(survivedCollections ?? 0, 255));
  encodeLateFrees(out, frees);
}

/** The numbers of those frees that were noticed late; nothing if there are none. */
function encodeLateFrees(out: ByteWriter, frees: readonly SiteEvent[]): void {
  const late = [...frees.keys()].filter((number) => frees[number]!.noticedLate);
  if (late.length === 0) return;
  out.varint(late.length);
  let previous = 0;
  for (const number of late) {
    out.varint(number - previous);
    previous = number;
  }
}

/** The different sites, as groups stand in the file: by type and kind, then trace, then size. */
function sortedSites(events: readonly SiteEvent[]): Site[] {
  const sites = new Map<string, Site>();
  for (const { site } of events) sites.set(siteKey(site), site);
  return [...sites.values()].sort(
    (a, b) => typeKind(a) - typeKind(b) || a.trace - b.trace || a.sizeBytes - b.sizeBytes,
  );
}

function siteKey(site: Site): string {
  return `${typeKind(site)} ${site.trace} ${site.sizeBytes}`;
}

function typeKind(site: Site): number {
  return site.type * 2 + KINDS.indexOf(site.kind);
}

function encodeSites(out: ByteWriter, sites: readonly Site[]): void {
  const groups = new Map<number, Site[]>();
  for (const site of sites) {
    const members = groups.get(typeKind(site));
    if (members) members.push(site);
    else groups.set(typeKind(site), [site]);
  }
  out.varint(groups.size);
  for (const [group, members] of groups) {
    out.varint(group).varint(members.length);
    let previous = 0;
    for (const { trace, sizeBytes } of members) {
      out.varint(trace - previous).varint(encodeSize(sizeBytes));
      previous = trace;
    }
  }
}

function encodeSize(sizeBytes: number): number {
  return sizeBytes % 8 === 0 ? sizeBytes / 4 : sizeBytes * 2 + 1;
}

/** Decodes one event block after the other into the same arrays. */
export class SiteEventDecoder implements SiteEventBlock {
  readonly layout = 'sites';
  count = 0;
  firstTimeMicros = 0;
  lastTimeMicros = 0;
  codes = new Uint16Array(0);
  siteCount = 0;
  readonly siteTraces = new Uint32Array(MAX_SITES);
  readonly siteSizesBytes = new Float64Array(MAX_SITES);
  readonly siteTypeKinds = new Uint32Array(MAX_SITES);
  hasArrayBuffers = false;
  #payload: Uint8Array = new Uint8Array(0);
  #freeCount = 0;
  #times = new Float64Array(0);
  /** Where the times begin in the payload. */
  #timesPosition = 0;
  /** Where the times end; undefined as long as they are not decoded. */
  #agesPosition: number | undefined;

  /**
   * Goes on to a block: sites and codes at once, times when they are asked for.
   * @throws DecodeError if the payload is not one of events.
   */
  decode(block: Block): void {
    const { payload, count } = block;
    this.#payload = payload;
    this.count = count;
    this.firstTimeMicros = block.firstTimeMicros;
    const reader = new ByteReader(payload);
    reader.expectItems(count, 2);
    const highestCode = this.#decodeCodes(payload, count);
    reader.position = count * 2;
    this.lastTimeMicros = block.firstTimeMicros + reader.varint();
    if (this.lastTimeMicros > Number.MAX_SAFE_INTEGER) {
      throw reader.error('a time above 2^53 − 1');
    }
    this.#decodeSites(reader, payload);
    if (highestCode >= this.siteCount * 2) {
      throw reader.error(`an event of a site that is not among the ${this.siteCount} of the block`);
    }
    reader.expectItems(count + 2 * this.#freeCount, 1);
    this.#timesPosition = reader.position;
    this.#agesPosition = undefined;
  }

  timesMicros(): Float64Array {
    if (this.#agesPosition === undefined) {
      if (this.#times.length < this.count) this.#times = new Float64Array(this.count);
      this.#agesPosition = this.#decodeTimes(this.#times);
    }
    return this.#times;
  }

  fates(): { readonly ageCodes: Uint8Array; readonly survivedCollections: Uint8Array } {
    this.timesMicros();
    const start = this.#agesPosition ?? 0;
    const middle = start + this.#freeCount;
    return {
      ageCodes: this.#payload.subarray(start, middle),
      survivedCollections: this.#payload.subarray(middle, middle + this.#freeCount),
    };
  }

  /**
   * Numbers (from 0, rising) of those of the block's frees that were noticed later than they happened. None where the payload
   * does not have them, or has what cannot be.
   */
  lateFrees(): readonly number[] {
    const { survivedCollections } = this.fates();
    const position = this.#agesPosition! + 2 * this.#freeCount;
    if (survivedCollections.length < this.#freeCount || position >= this.#payload.length) return [];
    const reader = new ByteReader(this.#payload, position);
    const late: number[] = [];
    try {
      const count = reader.varint();
      reader.expectItems(count, 1);
      for (let number = 0; late.length < count; ) {
        number += reader.varint();
        late.push(number);
      }
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      return [];
    }
    return late;
  }

  /**
   * What is wrong with the columns after the sites, which readers bear with: the end of a sentence. Undefined if nothing is.
   */
  columnsProblem(): string | undefined {
    const reader = new ByteReader(this.#payload, this.#timesPosition);
    try {
      let time = this.firstTimeMicros;
      for (let k = 0; k < this.count; k++) {
        time += reader.varint();
        if (k === 0 && time !== this.firstTimeMicros)
          return 'its first event is not at its first time';
      }
      if (time !== this.lastTimeMicros) return 'its last event is not at its last time';
      if (reader.remaining < 2 * this.#freeCount) return 'ages of frees are missing';
      reader.position += 2 * this.#freeCount;
      if (reader.remaining === 0) return undefined;
      const lateCount = reader.varint();
      let number = -1;
      for (let k = 0; k < lateCount; k++) {
        const before = number;
        number = Math.max(number, 0) + reader.varint();
        if (number <= before || number >= this.#freeCount)
          return 'a late free is none of its frees';
      }
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      return `a column does not decode (${error.message})`;
    }
    return undefined;
  }

  /** Copies the codes, counts the frees, and returns the highest code; -1 if there is none. */
  #decodeCodes(payload: Uint8Array, count: number): number {
    if (this.codes.length < count) this.codes = new Uint16Array(count);
    const { codes } = this;
    const bytes = Buffer.from(codes.buffer, 0, count * 2);
    bytes.set(payload.subarray(0, count * 2));
    if (endianness() === 'BE') bytes.swap16();
    let highest = -1;
    let frees = 0;
    for (let k = 0; k < count; k++) {
      const code = codes[k]!;
      frees += code & 1;
      if (code > highest) highest = code;
    }
    this.#freeCount = frees;
    return highest;
  }

  #decodeSites(reader: ByteReader, payload: Uint8Array): void {
    const { siteTraces, siteSizesBytes, siteTypeKinds } = this;
    const groupCount = reader.varint();
    reader.expectItems(groupCount, 2);
    this.hasArrayBuffers = false;
    let site = 0;
    for (let group = 0; group < groupCount; group++) {
      const typeKind = reader.varint();
      const end = site + reader.varint();
      if (typeKind > MAX_U32) throw reader.error('a type index above 2^31 − 1');
      if (end > MAX_SITES) throw reader.error(`more than ${MAX_SITES} sites`);
      reader.expectItems(end - site, 2);
      if ((typeKind & 1) === 1 && end > site) this.hasArrayBuffers = true;
      let position = reader.position;
      let trace = 0;
      for (; site < end; site++) {
        // Varints by hand: one and two bytes here, the rest and the end of the data in the reader.
        let a = payload[position]!;
        let b = payload[position + 1]!;
        if (a < 0x80) {
          trace += a;
          position += 1;
        } else if (b < 0x80) {
          trace += (a & 0x7f) | (b << 7);
          position += 2;
        } else {
          reader.position = position;
          trace += reader.varint();
          position = reader.position;
        }
        let size: number;
        a = payload[position]!;
        b = payload[position + 1]!;
        if (a < 0x80) {
          size = a;
          position += 1;
        } else if (b < 0x80) {
          size = (a & 0x7f) | (b << 7);
          position += 2;
        } else {
          reader.position = position;
          size = reader.varint();
          position = reader.position;
        }
        siteTraces[site] = trace;
        size = size % 2 === 0 ? size * 4 : (size - 1) / 2;
        siteSizesBytes[site] = size;
        siteTypeKinds[site] = typeKind;
        if (trace > MAX_U32 || size > Number.MAX_SAFE_INTEGER) {
          throw reader.error('a site with a trace or size above the limits');
        }
      }
      reader.position = position;
    }
    this.siteCount = site;
  }

  /**
   * Fills `times`, and returns where the column ends. The checksum of the block was right, so a column
   * that does not decode is a writer's mistake; the events are still good, and their times stay within
   * the block: what cannot be known is its last time.
   */
  #decodeTimes(times: Float64Array): number {
    const { count, lastTimeMicros } = this;
    const payload = this.#payload;
    let position = this.#timesPosition;
    let time = this.firstTimeMicros;
    let k = 0;
    for (; k < count; k++) {
      const a = payload[position]!;
      if (a < 0x80) {
        time += a;
        position += 1;
      } else {
        const b = payload[position + 1]!;
        if (b < 0x80) {
          time += (a & 0x7f) | (b << 7);
          position += 2;
        } else {
          const reader = new ByteReader(payload, position);
          try {
            time += reader.varint();
          } catch (error) {
            if (!(error instanceof DecodeError)) throw error;
            times.fill(lastTimeMicros, k, count);
            return payload.length;
          }
          position = reader.position;
        }
      }
      times[k] = Math.min(time, lastTimeMicros);
    }
    return position;
  }
}

const MAX_U32 = 0xffff_ffff;
