import type { Block } from '../../format/block.js';
import { FileWindow } from '../../format/file-window.js';
import { InputFile } from '../../format/input-file.js';
import type { Metadata, TraceTable } from '../../format/log.js';
import { looksLikeVersion1, readMetadataV1 } from '../../format/metadata-v1.js';
import { type MetadataItem, readMetadataV2 } from '../../format/metadata-v2.js';
import { Findings } from './file-check.js';

/** What other files may refer to. */
export interface References {
  readonly recordingId: string;
  readonly version: 1 | 2;
  readonly traces: TraceTable;
  hasTrace(index: number): boolean;
  hasString(index: number): boolean;
}

/** What was found out about an `.hpm`, and what it has to refer to; without that where it cannot be read. */
export interface MetadataCheck {
  readonly findings: Findings;
  readonly references?: References;
}

/** Enough to tell the versions apart. */
const HEAD_BYTES = 20;

/**
 * Reads an `.hpm` as readers do, and looks whether what its blocks refer to stands before them.
 * @throws HeapprofError if it cannot be opened.
 */
export function checkMetadata(path: string): MetadataCheck {
  const input = new InputFile(path);
  const findings = new Findings(path);
  try {
    const window = new FileWindow(input);
    const references = findings.refusable(() =>
      looksLikeVersion1(input.head(HEAD_BYTES))
        ? checkVersion1(window, findings)
        : checkVersion2(window, findings),
    );
    return { findings, ...(references && { references }) };
  } finally {
    input.close();
  }
}

function checkVersion1(window: FileWindow, findings: Findings): References {
  const metadata = readMetadataV1(window);
  const { traceCount } = metadata.traces;
  findings.count('traces', traceCount);
  return take(metadata, findings, {
    hasTrace: (index) => index <= traceCount,
    hasString: (index) => index === 0,
  });
}

function checkVersion2(window: FileWindow, findings: Findings): References {
  const order = new OrderOfReferences(findings, window.file.sizeBytes);
  for (const name of ['blocks', 'strings', 'frames', 'traces']) findings.count(name, 0);
  const metadata = readMetadataV2(window, (block, item) => order.look(block, item));
  const { traces } = metadata;
  return take(metadata, findings, {
    hasTrace: (index) => traces.hasTrace(index),
    hasString: (index) => traces.hasString(index),
  });
}

function take(
  { facts, traces, damage, cutBytes }: Metadata,
  findings: Findings,
  has: Pick<References, 'hasTrace' | 'hasString'>,
): References {
  findings.damage.push(...damage);
  findings.cutBytes = cutBytes;
  return { recordingId: facts.recordingId, version: facts.version, traces, ...has };
}

/** Looks at blocks in the order of the file, and which indexes have been given so far. */
class OrderOfReferences {
  readonly #findings: Findings;
  readonly #strings: Uint8Array;
  readonly #frames: Uint8Array;
  readonly #traces: Uint8Array;
  #hasRecording = false;

  /** @param maxIndex no index is higher */
  constructor(findings: Findings, maxIndex: number) {
    this.#findings = findings;
    this.#strings = new Uint8Array(maxIndex + 1);
    this.#frames = new Uint8Array(maxIndex + 1);
    this.#traces = new Uint8Array(maxIndex + 1);
    // The empty string, and "no parent".
    this.#strings[0] = 1;
    this.#traces[0] = 1;
  }

  look(block: Block, item: MetadataItem): void {
    const findings = this.#findings;
    findings.count('blocks', 1);
    switch (item?.item) {
      case 'recording':
        if (this.#hasRecording)
          findings.contradict(block, 'The facts of the recording stand twice.');
        this.#hasRecording = true;
        break;
      case 'strings':
        this.#give(block, 'strings', this.#strings, item.strings.firstIndex);
        break;
      case 'frames': {
        this.#give(block, 'frames', this.#frames, item.frames.firstIndex);
        const lacks = item.frames.items.filter(
          ({ functionName, file }) => !this.#strings[functionName] || !this.#strings[file],
        );
        this.#expectAll(block, 'frames', lacks.length, 'strings');
        break;
      }
      case 'traces': {
        const { firstIndex, parents, frames } = item.traces;
        this.#give(block, 'traces', this.#traces, firstIndex);
        const lacks = parents.filter(
          (parent, k) => !this.#traces[parent] || !this.#frames[frames[k]!],
        );
        this.#expectAll(block, 'traces', lacks.length, 'frames or traces');
        break;
      }
    }
  }

  /** Notes the indexes that a block gives. */
  #give(block: Block, name: string, given: Uint8Array, firstIndex: number): void {
    this.#findings.count(name, block.count);
    const end = firstIndex + block.count;
    if (given.subarray(firstIndex, end).includes(1)) {
      this.#findings.contradict(block, `Some of its ${name} have indexes that were given before.`);
    }
    given.fill(1, firstIndex, end);
  }

  #expectAll(block: Block, name: string, lacking: number, what: string): void {
    if (lacking === 0) return;
    const problem = `${lacking} of its ${block.count} ${name} refer to ${what} that do not stand before them.`;
    this.#findings.contradict(block, problem);
  }
}
