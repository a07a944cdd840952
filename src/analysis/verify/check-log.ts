import { type Block, BlockScanner } from '../../format/block.js';
import { SiteEventDecoder } from '../../format/event-block.js';
import { FileWindow } from '../../format/file-window.js';
import { FreeBalance } from '../../format/free-balance.js';
import { InputFile } from '../../format/input-file.js';
import type { EventBlock, EventLog, LogItem, SiteEventBlock } from '../../format/log.js';
import { decodedBlocks, ItemDecoder } from '../../format/log-v2.js';
import { openLog } from '../../format/open.js';
import type { RecordingEnd } from '../../model/recording.js';
import type { References } from './check-metadata.js';
import { Findings } from './file-check.js';

/** How a log is looked at. */
export interface LogCheckOptions {
  /** What lies beyond is not looked at: it has come since the metadata were read. */
  readonly limitBytes?: number;
  /** Is called now and then with how many bytes of the log have been looked at. */
  readonly onBytes?: OnBytes;
}

type OnBytes = (bytesRead: number) => void;

/**
 * Reads an `.hpd` as readers do, and looks whether what its events refer to is in the metadata, whether its columns
 * add up, and whether it has as many events as its end says.
 * @param references of the `.hpm` beside it; undefined where it cannot be read: references are then not checked
 * @throws HeapprofError if it cannot be opened.
 */
export function checkLog(
  path: string,
  references: References | undefined,
  { onBytes, ...extent }: LogCheckOptions = {},
): Findings {
  const findings = new Findings(path);
  const { version } = references ?? {};
  const log = findings.refusable(() =>
    openLog(path, undefined, { ...extent, ...(version && { version }) }),
  );
  if (log === undefined) return findings;
  try {
    if (references === undefined) {
      findings.notes.push(
        'Its metadata (.hpm) cannot be read: what events refer to was not checked.',
      );
    } else if (references.version !== log.version || references.recordingId !== log.recordingId) {
      findings.lose(0, 'It is of another recording than the metadata (.hpm) beside it.');
      return findings;
    }
    if (log.version === 1) checkVersion1(log, findings, references, onBytes);
    else checkVersion2(log, findings, references, onBytes);
  } finally {
    log.close();
  }
  return findings;
}

function checkVersion1(
  log: EventLog,
  findings: Findings,
  references: References | undefined,
  onBytes: OnBytes | undefined,
): void {
  const balance = new FreeBalance();
  findings.count('events', 0);
  let offset = 0;
  for (const item of log.items()) {
    if (item.item === 'damage') {
      findings.damage.push(item.damage);
    } else if (item.item === 'events' && item.block.layout === 'plain') {
      const { count, traces } = item.block;
      findings.count('events', count);
      balance.add(item.block);
      const lacking = traces
        .subarray(0, count)
        .filter((trace) => references?.hasTrace(trace) === false);
      if (lacking.length > 0) {
        const problem = `${lacking.length} of ${count} events have traces that the metadata lack.`;
        findings.contradictAt(offset, log.positionBytes - offset, problem);
      }
    }
    offset = log.positionBytes;
    onBytes?.(offset);
  }
  findings.cutBytes = log.cutBytes;
  findings.count('freesWithoutAllocation', balance.unmatchedFrees);
}

function checkVersion2(
  log: EventLog,
  findings: Findings,
  references: References | undefined,
  onBytes: OnBytes | undefined,
): void {
  const input = new InputFile(log.file, log.sizeBytes);
  try {
    const scanner = new BlockScanner(new FileWindow(input));
    const check = new BlockCheck(findings, references);
    for (const { block, item } of decodedBlocks(scanner, new ItemDecoder(log.file))) {
      if (item?.item === 'damage') findings.damage.push(item.damage);
      else if (block !== undefined) check.look(block, item);
      onBytes?.(scanner.position);
    }
    check.finish();
    findings.cutBytes = scanner.cutBytes;
  } finally {
    input.close();
  }
}

/** Looks at the blocks of a log of version 2, in the order of the file. */
class BlockCheck {
  readonly #findings: Findings;
  readonly #references: References | undefined;
  readonly #balance = new FreeBalance();
  #lastMicros = 0;
  #end: { readonly block: Block; readonly end: RecordingEnd } | undefined;

  constructor(findings: Findings, references: References | undefined) {
    this.#findings = findings;
    this.#references = references;
    for (const name of ['blocks', 'events', 'heapRecords', 'marks']) findings.count(name, 0);
  }

  look(block: Block, item: LogItem | undefined): void {
    const findings = this.#findings;
    findings.count('blocks', 1);
    if (this.#end !== undefined)
      findings.contradict(block, 'A block stands after the end of the recording.');
    switch (item?.item) {
      case 'events':
        this.#lookAtEvents(block, item.block);
        break;
      case 'heap':
        findings.count('heapRecords', item.records.length);
        this.#reach(item.records.at(-1)?.timeMicros);
        break;
      case 'marks':
        findings.count('marks', item.marks.length);
        this.#reach(item.marks.at(-1)?.timeMicros);
        break;
      case 'end':
        // Its payload is gone when the next block is read.
        this.#end = { block: { ...block, payload: new Uint8Array(block.payload) }, end: item.end };
        break;
    }
  }

  /** After the last block. */
  finish(): void {
    const findings = this.#findings;
    findings.count('freesWithoutAllocation', this.#balance.unmatchedFrees);
    if (this.#end === undefined) return;
    const { block, end } = this.#end;
    const { events } = findings.counts;
    if (end.timeMicros < this.#lastMicros) {
      findings.contradict(block, 'The end of the recording is before the last thing in it.');
    }
    // What damaged places had, nobody knows.
    if (findings.damage.length === 0 && end.events !== events) {
      findings.contradict(
        block,
        `The log has ${events} events, but had ${end.events} when it ended.`,
      );
    }
  }

  #lookAtEvents(block: Block, events: EventBlock): void {
    if (!(events instanceof SiteEventDecoder)) return;
    const findings = this.#findings;
    findings.count('events', events.count);
    this.#reach(events.lastTimeMicros);
    this.#balance.add(events);
    const problem = events.columnsProblem();
    if (problem !== undefined) findings.contradict(block, `Of a block of events ${problem}.`);
    const { traces, types } = lostReferences(events, this.#references);
    if (traces > 0) {
      findings.contradict(
        block,
        `${traces} of its ${events.siteCount} sites have traces that the metadata lack.`,
      );
    }
    if (types > 0) {
      findings.contradict(
        block,
        `${types} of its ${events.siteCount} sites have types that the metadata lack.`,
      );
    }
  }

  #reach(timeMicros: number | undefined): void {
    this.#lastMicros = Math.max(this.#lastMicros, timeMicros ?? 0);
  }
}

function lostReferences(
  { siteCount, siteTraces, siteTypeKinds }: SiteEventBlock,
  references: References | undefined,
): { traces: number; types: number } {
  let traces = 0;
  let types = 0;
  for (let site = 0; site < siteCount; site++) {
    if (references?.hasTrace(siteTraces[site]!) === false) traces += 1;
    if (references?.hasString(siteTypeKinds[site]! >>> 1) === false) types += 1;
  }
  return { traces, types };
}
