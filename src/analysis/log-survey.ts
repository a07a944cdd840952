import type { Damage, EventBlock, EventLog } from '../format/log.js';
import type { RecordingEnd } from '../model/recording.js';
import type { Sampling } from '../model/sampling.js';
import type { ArrayBufferAccount } from './array-buffer-account.js';
import { type HeapVolume, RecordTally } from './record-tally.js';

/** What a log holds, in numbers. */
export interface LogSurvey {
  readonly allocations: number;
  readonly frees: number;
  readonly heapRecords: number;
  /** Heap records that tell of a garbage collection. */
  readonly collections: number;
  readonly gcPauseSeconds: number;
  readonly marks: number;
  /** Time of the last thing in the log, since the start. */
  readonly elapsedSeconds: number;
  /** How the recording ended; absent where the program was killed or is still running. */
  readonly end?: RecordingEnd;
  /** Bytes of the unfinished block or event at the end of the file. */
  readonly cutBytes: number;
  readonly damage: readonly Damage[];
  /** How much of what V8 allocated was seen; absent where heap records do not tell. */
  readonly heapVolume?: HeapVolume;
  /** Array buffers at the last heap record; absent where it does not tell. */
  readonly arrayBuffers?: ArrayBufferAccount;
}

/**
 * Reads a log from start to end and counts.
 * @param sampling how allocations were chosen, which says what an event stands for
 * @param onProgress is called now and then with how many bytes of the log have been read.
 */
export function surveyLog(
  log: EventLog,
  sampling: Sampling,
  onProgress?: (bytesRead: number) => void,
): LogSurvey {
  const counts = {
    allocations: 0,
    frees: 0,
    heapRecords: 0,
    collections: 0,
    gcPauseMicros: 0,
    marks: 0,
  };
  const tally = new RecordTally(sampling);
  const damage: Damage[] = [];
  let end: RecordingEnd | undefined;
  let elapsedMicros = 0;
  const reach = (timeMicros: number | undefined) => {
    elapsedMicros = Math.max(elapsedMicros, timeMicros ?? 0);
  };
  for (const item of log.items()) {
    switch (item.item) {
      case 'events': {
        const frees = freesOf(item.block);
        counts.frees += frees;
        counts.allocations += item.block.count - frees;
        tally.events(item.block);
        reach(item.block.lastTimeMicros);
        break;
      }
      case 'heap':
        counts.heapRecords += item.records.length;
        for (const record of item.records) {
          if (record.gcKind !== 0) counts.collections++;
          counts.gcPauseMicros += record.pauseMicros;
        }
        tally.heapRecords(item.records);
        reach(item.records.at(-1)?.timeMicros);
        break;
      case 'marks':
        counts.marks += item.marks.length;
        reach(item.marks.at(-1)?.timeMicros);
        break;
      case 'end':
        end = item.end;
        reach(end.timeMicros);
        break;
      case 'damage':
        damage.push(item.damage);
        break;
    }
    onProgress?.(log.positionBytes);
  }
  const { gcPauseMicros, ...rest } = counts;
  const heapVolume = tally.heapVolume();
  const arrayBuffers = tally.arrayBuffers();
  return {
    ...rest,
    gcPauseSeconds: gcPauseMicros / 1e6,
    elapsedSeconds: elapsedMicros / 1e6,
    ...(end && { end }),
    cutBytes: log.cutBytes,
    damage,
    ...(heapVolume && { heapVolume }),
    ...(arrayBuffers && { arrayBuffers }),
  };
}

function freesOf(block: EventBlock): number {
  const flags = block.layout === 'sites' ? block.codes : block.frees;
  let frees = 0;
  for (let event = 0; event < block.count; event++) frees += flags[event]! & 1;
  return frees;
}
