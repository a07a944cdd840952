/**
 * Files of version 1 decoded as the description of the original says, field by field: nothing of the reader under
 * test is in here, and nothing is checked but that the files end where they should.
 */

/** An `.hpm`. Traces are innermost frame first, as in the file. */
export interface MetadataV1 {
  readonly seconds: bigint;
  readonly nanos: bigint;
  readonly bands: readonly (readonly [belowBytes: bigint, scaledProbability: number])[];
  readonly traces: readonly (readonly (readonly [file: string, line: number])[])[];
}

/** One event of an `.hpd`. */
export interface RawEventV1 {
  readonly isNegative: boolean;
  readonly isFree: boolean;
  readonly trace: number;
  readonly seconds: number;
  readonly micros: number;
  readonly sizeBytes: number;
}

/** An `.hpc`: live bytes by trace, in the order of the file. */
export interface DigestV1 {
  readonly seconds: bigint;
  readonly nanos: bigint;
  readonly intervalMillis: number;
  readonly snapshots: readonly (readonly (readonly [trace: number, bytes: number])[])[];
}

export function decodeHpm(bytes: Buffer): MetadataV1 {
  const input = new Input(bytes);
  const { seconds, nanos } = input.start();
  const bands = times(input.varint(), () => [input.u64(), input.u32()] as const);
  const traces: [string, number][][] = [];
  while (input.at < bytes.length) {
    const trace: [string, number][] = [];
    for (let line = input.varint(); line !== 0; line = input.varint()) {
      trace.push([input.text(input.varint()), line - 1]);
    }
    traces.push(trace);
  }
  return { seconds, nanos, bands, traces };
}

export function decodeHpd(bytes: Buffer): RawEventV1[] {
  const input = new Input(bytes);
  const events: RawEventV1[] = [];
  while (input.at < bytes.length) {
    const head = input.u32();
    events.push({
      isNegative: head >= 2 ** 31,
      isFree: Math.floor(head / 2 ** 30) % 2 === 1,
      trace: head % 2 ** 30,
      seconds: input.varint(),
      micros: input.varint(),
      sizeBytes: input.varint(),
    });
  }
  return events;
}

export function decodeHpc(bytes: Buffer): DigestV1 {
  const input = new Input(bytes);
  const { seconds, nanos } = input.start();
  const intervalMillis = input.varint();
  input.at = Number(input.u64());
  input.magic(0xab935776);
  let offset = 0;
  const offsets = times(input.varint(), () => {
    offset += input.varint();
    return offset;
  });
  if (input.at !== bytes.length) throw new Error('There are bytes after the index.');
  const snapshots = offsets.map((at) => {
    input.at = at;
    input.magic(0x5379a0bd);
    let size = 0;
    return times(input.varint(), (k) => {
      const trace = input.varint();
      size = k === 0 ? input.varint() : size - input.varint();
      return [trace, size] as const;
    });
  });
  return { seconds, nanos, intervalMillis, snapshots };
}

class Input {
  at = 0;
  constructor(readonly bytes: Buffer) {}

  start(): { seconds: bigint; nanos: bigint } {
    this.magic(1);
    return { seconds: this.u64(), nanos: this.u64() };
  }

  magic(expected: number): void {
    const found = this.u32();
    if (found !== expected) throw new Error(`${found} is not ${expected} at byte ${this.at - 4}`);
  }

  u32(): number {
    this.at += 4;
    return this.bytes.readUInt32BE(this.at - 4);
  }

  u64(): bigint {
    this.at += 8;
    return this.bytes.readBigUInt64BE(this.at - 8);
  }

  varint(): number {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.bytes.readUInt8(this.at++);
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return Number(value);
    }
  }

  text(length: number): string {
    this.at += length;
    return this.bytes.toString('utf8', this.at - length, this.at);
  }
}

function times<Item>(count: number, make: (k: number) => Item): Item[] {
  return Array.from({ length: count }, (_, k) => make(k));
}
