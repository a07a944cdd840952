import { decodeAge } from '../../format/age-code.js';
import { type Block, BlockScanner, encodeBlock } from '../../format/block.js';
import { ByteReader } from '../../format/byte-reader.js';
import { ByteWriter } from '../../format/byte-writer.js';
import { BlockType } from '../../format/constants.js';
import {
  encodeEvents,
  type Site,
  type SiteEvent,
  SiteEventDecoder,
} from '../../format/event-block.js';
import { encodeFileHeader } from '../../format/file-header.js';
import { FileWindow } from '../../format/file-window.js';
import { FreeBalance } from '../../format/free-balance.js';
import { decodeJsonObject } from '../../format/hpm-blocks.js';
import { InputFile } from '../../format/input-file.js';
import type { EventBlock, EventLog, LogItem } from '../../format/log.js';
import { decodedBlocks, ItemDecoder } from '../../format/log-v2.js';
import { openLog } from '../../format/open.js';
import { KINDS } from '../../model/event.js';
import { NO_TRACE } from '../../model/frame.js';
import type { RecordingEnd } from '../../model/recording.js';
import type { References } from '../verify/check-metadata.js';
import type { NewFile } from './new-file.js';
import { copyEventsV1 } from './recover-log-v1.js';

/** What became of an `.hpd`. */
export interface RecoveredLog {
  /** Events that were saved. */
  readonly events: number;
  /** Events that the log had more of when it ended; absent where its end is lost too. */
  readonly lostEvents?: number;
  /** Bytes that were damaged. */
  readonly damagedBytes: number;
  /** Bytes of the unfinished end. */
  readonly cutBytes: number;
  /** Blocks of events that were written anew, since something in them could not be. */
  readonly repairedBlocks: number;
  /** Frees among the events whose allocation is lost, at least. */
  readonly freesWithoutAllocation: number;
}

/** How a log is recovered. */
export interface RecoverLogOptions {
  /** What lies beyond is not read: it has come since the metadata were read. */
  readonly limitBytes: number;
  /** Is called now and then with how many bytes of the log are done. */
  readonly onBytes: OnBytes;
}

type OnBytes = (doneBytes: number) => void;

/**
 * Writes what can be saved of an `.hpd` into a new one: whole blocks as they are. An event keeps its trace and type where
 * the new metadata have them; otherwise it has none. The end says how many events there are now.
 * @param references of the new metadata
 * @throws HeapprofError if the one cannot be read or the other not be written; FormatError if it is no log.
 */
export function recoverLog(
  from: string,
  output: NewFile,
  references: References,
  { limitBytes, onBytes }: RecoverLogOptions,
): RecoveredLog {
  const { version } = references;
  const log = openLog(from, undefined, { version, limitBytes });
  try {
    return log.version === 1
      ? recoverVersion1(log, output, references, onBytes)
      : recoverVersion2(log, output, references, onBytes);
  } finally {
    log.close();
  }
}

function recoverVersion1(
  log: EventLog,
  output: NewFile,
  references: References,
  onBytes: OnBytes,
): RecoveredLog {
  const balance = new FreeBalance();
  let events = 0;
  let damagedBytes = 0;
  for (const item of log.items()) {
    onBytes(log.positionBytes);
    if (item.item === 'damage') damagedBytes += item.damage.bytes;
    if (item.item !== 'events') continue;
    events += item.block.count;
    balance.add(item.block);
  }
  const { cutBytes, sizeBytes } = log;
  copyEventsV1(log.file, sizeBytes - cutBytes - damagedBytes, output, references.traces.traceCount);
  const { unmatchedFrees } = balance;
  return {
    events,
    damagedBytes,
    cutBytes,
    repairedBlocks: 0,
    freesWithoutAllocation: unmatchedFrees,
  };
}

function recoverVersion2(
  log: EventLog,
  output: NewFile,
  references: References,
  onBytes: OnBytes,
): RecoveredLog {
  const input = new InputFile(log.file, log.sizeBytes);
  try {
    output.write(encodeFileHeader('hpd', log.recordingId));
    const scanner = new BlockScanner(new FileWindow(input));
    const copy = new LogCopy(output, references);
    for (const { block, item } of decodedBlocks(scanner, new ItemDecoder(log.file))) {
      copy.take(block, item);
      onBytes(scanner.position);
    }
    return { ...copy.finish(), cutBytes: scanner.cutBytes };
  } finally {
    input.close();
  }
}

/** Takes blocks in the order of the file and writes those that can be used. */
class LogCopy {
  readonly #output: NewFile;
  readonly #references: References;
  readonly #balance = new FreeBalance();
  #events = 0;
  #damagedBytes = 0;
  #repairedBlocks = 0;
  #lastMicros = 0;
  #end: { readonly end: RecordingEnd; readonly json: Record<string, unknown> } | undefined;

  constructor(output: NewFile, references: References) {
    this.#output = output;
    this.#references = references;
  }

  take(block: Block | undefined, item: LogItem | undefined): void {
    if (item?.item === 'damage') this.#damagedBytes += item.damage.bytes;
    if (block === undefined || item?.item === 'damage') return;
    switch (item?.item) {
      case 'events':
        this.#takeEvents(block, item.block);
        return;
      case 'end':
        // The last one is what readers take, and comes last here.
        this.#end = { end: item.end, json: decodeJsonObject(new ByteReader(block.payload)) };
        return;
      case 'heap':
        this.#reach(item.records.at(-1)?.timeMicros);
        break;
      case 'marks':
        this.#reach(item.marks.at(-1)?.timeMicros);
        break;
    }
    this.#write(block.type, block.firstTimeMicros, block.count, block.payload);
  }

  finish(): Omit<RecoveredLog, 'cutBytes'> {
    const events = this.#events;
    const saved = {
      events,
      damagedBytes: this.#damagedBytes,
      repairedBlocks: this.#repairedBlocks,
      freesWithoutAllocation: this.#balance.unmatchedFrees,
    };
    if (this.#end === undefined) return saved;
    const { end, json } = this.#end;
    const payload = new ByteWriter().string(JSON.stringify({ ...json, events }));
    this.#write(BlockType.end, Math.max(end.timeMicros, this.#lastMicros), 1, payload.bytes());
    return { ...saved, lostEvents: Math.max(end.events - events, 0) };
  }

  #takeEvents(block: Block, events: EventBlock): void {
    if (!(events instanceof SiteEventDecoder)) return;
    this.#events += events.count;
    this.#balance.add(events);
    this.#reach(events.lastTimeMicros);
    if (events.columnsProblem() === undefined && this.#hasAll(events)) {
      this.#write(block.type, block.firstTimeMicros, block.count, block.payload);
      return;
    }
    this.#repairedBlocks += 1;
    for (const part of eventsOf(events, this.#references)) {
      const payload = new ByteWriter();
      encodeEvents(payload, part);
      this.#write(BlockType.events, part[0]!.timeMicros, part.length, payload.bytes());
    }
  }

  #hasAll({ siteCount, siteTraces, siteTypeKinds }: SiteEventDecoder): boolean {
    const { hasTrace, hasString } = this.#references;
    for (let site = 0; site < siteCount; site++) {
      if (!hasTrace(siteTraces[site]!) || !hasString(siteTypeKinds[site]! >>> 1)) return false;
    }
    return true;
  }

  #write(type: number, firstTimeMicros: number, count: number, payload: Uint8Array): void {
    this.#output.write(encodeBlock(type, firstTimeMicros, count, payload));
  }

  #reach(timeMicros: number | undefined): void {
    this.#lastMicros = Math.max(this.#lastMicros, timeMicros ?? 0);
  }
}

/** A block of the largest size has millions of events; so many are objects at once. */
const PART_EVENTS = 32_768;

/** The events of a block as readers take them, without what the metadata lack, in parts that blocks can have. */
function* eventsOf(block: SiteEventDecoder, references: References): Generator<SiteEvent[]> {
  const sites = sitesOf(block, references);
  const times = block.timesMicros();
  const { ageCodes, survivedCollections } = block.fates();
  const late = new Set(block.lateFrees());
  let free = 0;
  for (let start = 0; start < block.count; start += PART_EVENTS) {
    const part: SiteEvent[] = [];
    for (let k = start; k < Math.min(start + PART_EVENTS, block.count); k++) {
      const code = block.codes[k]!;
      const [timeMicros, site] = [times[k]!, sites[code >> 1]!];
      if ((code & 1) === 0) {
        part.push({ timeMicros, operation: 'allocation', site });
        continue;
      }
      part.push({
        timeMicros,
        operation: 'free',
        site,
        ageMicros: decodeAge(ageCodes[free] ?? 0),
        survivedCollections: survivedCollections[free] ?? 0,
        ...(late.has(free) && { noticedLate: true }),
      });
      free += 1;
    }
    yield part;
  }
}

function sitesOf(block: SiteEventDecoder, { hasTrace, hasString }: References): Site[] {
  return Array.from({ length: block.siteCount }, (_, site) => {
    const trace = block.siteTraces[site]!;
    const typeKind = block.siteTypeKinds[site]!;
    const type = typeKind >>> 1;
    return {
      trace: hasTrace(trace) ? trace : NO_TRACE,
      sizeBytes: block.siteSizesBytes[site]!,
      type: hasString(type) ? type : 0,
      kind: KINDS[typeKind & 1]!,
    };
  });
}
