import * as fs from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { ServedRecording } from '../../src/cli/served-recording.js';
import { openReport } from '../../src/page/data/report-profile.js';
import { type Reader, read } from '../../src/read.js';
import type { ReportSections } from '../../src/render/report/report-data.js';
import { temporaryFolder } from '../support/record.js';
import { member, type RecordingBuilder, recording } from '../support/recording.js';

const SECOND = 1e6;

/** The clock by which a served recording rests. */
function takeClock(): void {
  vi.useFakeTimers({ toFake: ['performance'] });
}

afterEach(() => {
  vi.useRealTimers();
});

/** A kilobyte is kept each second. */
function seconds(from: number, to: number, builder = recording()): RecordingBuilder {
  for (let second = from; second < to; second++) {
    builder.alloc(`main:a.js:1 > f:a.js:${second % 7}`, 1000, { at: second * SECOND }).flush();
  }
  return builder;
}

function write(filebase: string, { hpm, hpd }: ReturnType<RecordingBuilder['files']>): void {
  fs.writeFileSync(`${filebase}.hpm`, hpm);
  fs.writeFileSync(`${filebase}.hpd`, hpd);
}

function serve(filebase: string, interval: number): { served: ServedRecording; reader: Reader } {
  const reader = read(filebase, interval);
  onTestFinished(() => reader.close());
  return { served: new ServedRecording(reader), reader };
}

/** What a page is told: the digest's bytes, and what is said of the recording but for the files that it is in. */
function contents({ facts, digest }: ReportSections) {
  const bytes = (base64: string) => gunzipSync(Buffer.from(base64, 'base64'));
  const { info, ...others } = JSON.parse(bytes(facts).toString());
  const { filebase, files, ...known } = info;
  return { others: { ...others, title: '' }, known, digest: bytes(digest).toString('hex') };
}

/** The same of a copy that is read anew, with such a digest. */
async function contentsAnew(reader: Reader): Promise<ReturnType<typeof contents>> {
  const folder = temporaryFolder();
  for (const { suffix, filebase } of reader.members) {
    for (const end of ['.hpm', '.hpd']) {
      fs.copyFileSync(filebase + end, path.join(folder, `copy${suffix}${end}`));
    }
  }
  const { served } = serve(path.join(folder, 'copy'), reader.snapshotInterval);
  return contents((await served.news(0)).sections!);
}

/** What is allocated and live at the snapshots of a finer part, and when. */
async function totalsOf(part: Promise<ReportSections>) {
  const { totals } = await openReport(await part);
  return totals.map(({ timeMicros, live, allocated }) => [
    timeMicros / SECOND,
    live.heap.bytes,
    allocated.heap.bytes,
  ]);
}

test('finer parts that are asked for at the same time do not disturb each other, and one that nobody waits for ends', async () => {
  const filebase = path.join(temporaryFolder(), 'asked');
  write(filebase, seconds(0, 60).stop().files());
  const { served, reader } = serve(filebase, 10);
  const parts = [
    { from: 11, to: 13, interval: 0.5 },
    { from: 30, to: 40, interval: 2 },
  ];
  const waiting = new AbortController();
  const leaving = new AbortController();
  const left = served.finer({ from: 0, to: 59, interval: 0.02 }, leaving.signal);
  const asked = parts.map((part) => totalsOf(served.finer(part, waiting.signal)));
  leaving.abort();
  await expect(left).rejects.toThrow('aborted');
  // One kilobyte a second, from 0 on; the second snapshot is the one before the part.
  expect(await Promise.all(asked)).toEqual([
    [
      [0, 1000, 1000],
      [10.5, 11_000, 10_000],
      [11, 12_000, 1000],
      [11.5, 12_000, 0],
      [12, 13_000, 1000],
      [12.5, 13_000, 0],
      [13, 14_000, 1000],
    ],
    [
      [0, 1000, 1000],
      [28, 29_000, 28_000],
      [30, 31_000, 2000],
      [32, 33_000, 2000],
      [34, 35_000, 2000],
      [36, 37_000, 2000],
      [38, 39_000, 2000],
      [40, 41_000, 2000],
    ],
  ]);
  expect(reader.snapshotInterval).toBe(10);
});

test('a finer part up to the end of the recording has its last state', async () => {
  const filebase = path.join(temporaryFolder(), 'whole');
  const builder = seconds(0, 9).alloc('main:a.js:1', 500, { at: 8.7 * SECOND });
  write(filebase, builder.stop().files());
  const { served } = serve(filebase, 1);
  const part = { from: 8, to: 8.7, interval: 0.5 };
  const totals = await totalsOf(served.finer(part, new AbortController().signal));
  expect(totals.slice(2)).toEqual([
    [8, 9000, 1000],
    [8.5, 9000, 0],
    [8.7, 9500, 500],
  ]);
});

test('files are looked at once in two seconds, however many ask', async () => {
  takeClock();
  const filebase = path.join(temporaryFolder(), 'grown');
  write(filebase, seconds(0, 3).files());
  const { served } = serve(filebase, 1);
  const newest = async () => (await served.news(1)).edition;
  expect(await Promise.all([newest(), newest()])).toEqual([1, 1]);
  write(filebase, seconds(0, 9).files());
  vi.advanceTimersByTime(1900);
  expect(await newest()).toBe(1);
  vi.advanceTimersByTime(200);
  expect(await Promise.all([newest(), newest()])).toEqual([2, 2]);
  expect((await served.news(2)).sections).toBeUndefined();
});

test('after work that took long they are looked at in a tenth of the time', async () => {
  takeClock();
  const filebase = path.join(temporaryFolder(), 'grown');
  write(filebase, seconds(0, 3).files());
  const { served, reader } = serve(filebase, 1);
  const refresh = reader.refresh.bind(reader);
  vi.spyOn(reader, 'refresh').mockImplementation(() => {
    vi.advanceTimersByTime(1000);
    return refresh();
  });
  await served.news(1);
  write(filebase, seconds(0, 9).files());
  vi.advanceTimersByTime(8900);
  expect((await served.news(1)).edition).toBe(1);
  vi.advanceTimersByTime(200);
  expect((await served.news(1)).edition).toBe(2);
});

test('what a page is told of a recording that has grown is what one is told that begins then', async () => {
  takeClock();
  const filebase = path.join(temporaryFolder(), 'grown');
  write(filebase, seconds(0, 3).files());
  const { served, reader } = serve(filebase, 1);
  const steps = [
    () => write(filebase, seconds(0, 9).files()),
    () => write(filebase, seconds(0, 12).stop().files()),
  ];
  for (const [k, step] of steps.entries()) {
    step();
    vi.advanceTimersByTime(60_000);
    const { edition, sections } = await served.news(k + 1);
    expect(edition).toBe(k + 2);
    expect(contents(sections!)).toEqual(await contentsAnew(reader));
  }
});

test('a thread that begins meanwhile is told of', async () => {
  takeClock();
  const filebase = path.join(temporaryFolder(), 'family');
  write(filebase, seconds(0, 3, member(1)).files());
  const { served, reader } = serve(filebase, 1);
  write(
    `${filebase}.w1`,
    seconds(0, 2, member(2, { afterRootMicros: SECOND }))
      .stop()
      .files(),
  );
  vi.advanceTimersByTime(60_000);
  const { sections } = await served.news(1);
  expect(reader.members.length).toBe(2);
  expect(contents(sections!)).toEqual(await contentsAnew(reader));
});

test('the digest becomes coarser when a recording grows long', async () => {
  takeClock();
  const filebase = path.join(temporaryFolder(), 'long');
  write(filebase, seconds(0, 3).files());
  const { served, reader } = serve(filebase, 0.01);
  expect(reader.snapshots.length).toBe(201);
  write(filebase, seconds(0, 9).files());
  vi.advanceTimersByTime(60_000);
  await served.news(1);
  expect([reader.snapshots.length, reader.snapshotInterval]).toEqual([801, 0.01]);
  write(filebase, seconds(0, 12).files());
  vi.advanceTimersByTime(60_000);
  const { sections } = await served.news(2);
  // Eleven seconds: at most 500 snapshots.
  expect([reader.snapshots.length, reader.snapshotInterval]).toEqual([221, 0.05]);
  expect(contents(sections!)).toEqual(await contentsAnew(reader));
});

test('a page that is loaded again has what is new, also of another recording of the same name', async () => {
  takeClock();
  const filebase = path.join(temporaryFolder(), 'again');
  write(filebase, seconds(0, 3).stop().files());
  const { served } = serve(filebase, 1);
  expect(await served.html()).toContain(
    'data-served="{&quot;edition&quot;:1,&quot;state&quot;:&quot;ended&quot;}"',
  );
  write(filebase, seconds(0, 5, recording({ recordingId: '00000000000000aa' })).files());
  vi.advanceTimersByTime(60_000);
  const html = await served.html();
  expect(html).toContain(
    'data-served="{&quot;edition&quot;:2,&quot;state&quot;:&quot;recording&quot;}"',
  );
  const { digest } = (await served.news(0)).sections!;
  expect(html).toContain(digest);
});

test('a recording that cannot be read any more keeps what was known, and is taken up when it can', async () => {
  takeClock();
  const filebase = path.join(temporaryFolder(), 'gone');
  write(filebase, seconds(0, 3).files());
  const { served } = serve(filebase, 1);
  fs.rmSync(`${filebase}.hpm`);
  const news = await served.news(0);
  expect(news).toMatchObject({ edition: 1, state: 'unreadable' });
  expect(news.problem).toContain(`${filebase}.hpm`);
  expect(news.sections).toBeDefined();
  write(filebase, seconds(0, 4).files());
  vi.advanceTimersByTime(60_000);
  expect(await served.news(1)).toMatchObject({ edition: 2, state: 'recording' });
});
