import { type Signal, signal } from '@preact/signals';
import {
  type ReportFacts,
  type ReportSections,
  SECTIONS,
} from '../../../render/report/report-data.js';
import { inflate } from '../../data/sections.js';
import type { Selection } from '../../state/hash.js';
import type { Analyst } from '../../worker/analyst.js';

/** Another report that was opened to be compared with this one. */
export interface OtherRecording {
  /** Counts those that were opened, from 1. */
  readonly number: number;
  /** The file's name and what was recorded; hostile text. */
  readonly name: string;
  readonly facts: ReportFacts;
  /** Its end in seconds since its start. */
  readonly end: number;
}

/** What is known of another report: it itself, that it is being read, or why it cannot be. */
export type OtherState =
  | { readonly recording: OtherRecording }
  | { readonly reading: string }
  | { readonly error: string };

/** It stays while a person looks at other panels; undefined while there is none. It is not in the address, which cannot hold a file. */
export const otherState: Signal<OtherState | undefined> = signal(undefined);

/** What of the other recording is compared; all of it at first. */
export const otherTimes: Signal<Selection> = signal({ from: 0, to: 0 });

let opened = 0;

/**
 * Reads a report that a person has chosen; nothing leaves the page. {@link otherState} tells how far it has come.
 * @returns whether it is there now
 */
export async function openOther(file: File, analyst: Analyst): Promise<boolean> {
  opened += 1;
  const number = opened;
  // Otherwise a newer file, or none, was chosen in the meantime.
  const isLatest = () => number === opened;
  otherState.value = { reading: file.name };
  try {
    const sections = sectionsOfReport(await file.text());
    const facts = JSON.parse(
      new TextDecoder().decode(await inflate(sections.facts)),
    ) as ReportFacts;
    if (facts.reportVersion !== 1) {
      throw new Error('another version of heapprof has made it. Make it again with this one.');
    }
    if (!isLatest()) return false;
    await analyst.open(sections, 'other');
    const { points } = await analyst.ask({}, 'timePlot', {}, 'other');
    if (!isLatest()) return false;
    const end = points.at(-1)!.timeSeconds;
    const name = `${facts.title} (${file.name})`;
    otherTimes.value = { from: 0, to: end };
    otherState.value = { recording: { number, name, facts, end } };
    return true;
  } catch (error) {
    if (isLatest()) {
      otherState.value = { error: `${file.name} cannot be read: ${(error as Error).message}` };
    }
    return false;
  }
}

/** Goes back to two times of one recording. */
export function closeOther(): void {
  opened += 1;
  otherState.value = undefined;
}

/**
 * The parts of a report from the text of its file. Nothing of it is made a document: it may be anything.
 * @throws Error where it is no report.
 */
export function sectionsOfReport(html: string): ReportSections {
  const element =
    /<script type="application\/octet-stream;base64" id="(\w+)">([\w+/=]*)<\/script>/g;
  const found = new Map<string, string>();
  for (const [, name, base64] of html.matchAll(element)) {
    if (!found.has(name!)) found.set(name!, base64!);
  }
  const isMissing = ['facts', 'digest', 'traces'].some((name) => !found.has(name));
  if (isMissing) {
    throw new Error(
      'it is no report. Make one of the recording with: heapprof report FILEBASE -o report.html',
    );
  }
  return Object.fromEntries(
    SECTIONS.flatMap((name) => (found.has(name) ? [[name, found.get(name)]] : [])),
  ) as unknown as ReportSections;
}
