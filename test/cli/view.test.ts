import { once } from 'node:events';
import * as fs from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import type { ServedNews } from '../../src/render/report/served-news.js';
import { heapprof } from '../support/command-line.js';
import { temporaryFolder } from '../support/record.js';
import { type RecordingBuilder, recording } from '../support/recording.js';
import { startView } from '../support/view.js';

function written(builder: RecordingBuilder): string {
  const { filebase, cleanup } = builder.write();
  onTestFinished(cleanup);
  return filebase;
}

function small(): string {
  return written(recording().alloc('main:a.js:1', 1000).at(1e6).stop());
}

/** Many events, so that a digest takes its time. */
function large(): string {
  const builder = recording();
  for (let k = 0; k < 200; k++) {
    builder.alloc(`main:a.js:1 > f:a.js:${k}`, 1000, { at: k * 50_000, times: 1000 }).flush();
  }
  return written(builder.stop());
}

/** A folder with an `xdg-open` that does this, to be the only one in which programs are looked for. */
function browserThat(does: string): NodeJS.ProcessEnv {
  const folder = temporaryFolder();
  fs.writeFileSync(path.join(folder, 'xdg-open'), `#!/bin/sh\n${does}\n`, { mode: 0o755 });
  return { PATH: folder };
}

test('a port that is taken is an error that says what to do', async () => {
  const filebase = small();
  const { url } = await startView(filebase);
  const { port } = new URL(url);
  const { status, stdout, stderr } = heapprof(['view', filebase, '--port', port, '--no-open']);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(
    new RegExp(
      `^heapprof: Port ${port} of 127.0.0.1 cannot be used \\(.*EADDRINUSE.*\\): choose another with --port, or none.\\n$`,
    ),
  );
});

test('where there is no browser, a sentence says so, and the page is served', async () => {
  const filebase = small();
  const none = await startView(filebase, [], { PATH: temporaryFolder() });
  await expect.poll(none.said).toContain('no browser could be opened (spawn xdg-open ENOENT)');
  const failing = await startView(filebase, [], browserThat('exit 3'));
  await expect.poll(failing.said).toContain('no browser could be opened (xdg-open ended with 3)');
  for (const { url } of [none, failing]) expect((await fetch(url)).status).toBe(200);
});

test('a browser gets the address', async () => {
  const told = path.join(temporaryFolder(), 'told');
  const { url, said } = await startView(small(), [], browserThat(`echo "$1" > ${told}`));
  await expect.poll(() => fs.existsSync(told) && fs.readFileSync(told, 'utf8')).toBe(`${url}\n`);
  expect(said()).not.toContain('browser');
});

test('Ctrl-C ends it at once while an answer is under way, and nothing is left behind', async () => {
  const filebase = large();
  const folder = temporaryFolder();
  const { url, child, said } = await startView(filebase, ['--no-open'], { TMPDIR: folder });
  const answers = Array.from({ length: 40 }, () =>
    fetch(`${url}digest?from=0&to=10&interval=0.002`).then(
      ({ status }) => status,
      () => 'cut off',
    ),
  );
  await setTimeout(30);
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([0, null]);
  // Some may have been ready within that moment, but not all.
  expect(await Promise.all(answers)).toContain('cut off');
  expect(said()).toBe('heapprof: serving the page until Ctrl-C\n');
  expect(fs.readdirSync(folder)).toEqual([]);
});

test('of a damaged log what can be read is served, and so is what comes after the damage', async () => {
  const builder = recording({ description: { pid: process.pid } });
  for (let second = 0; second < 20; second++) {
    builder.alloc('main:a.js:1', 1000, { at: second * 1e6 }).flush();
  }
  const { hpm, hpd } = builder.files();
  const log = Buffer.from(hpd);
  log[Math.round(log.length / 4)]! ^= 0xff;
  const filebase = path.join(temporaryFolder(), 'damaged');
  fs.writeFileSync(`${filebase}.hpm`, hpm);
  fs.writeFileSync(`${filebase}.hpd`, log.subarray(0, log.length / 2));
  const { url } = await startView(filebase);
  const news = async (edition: number) =>
    (await (await fetch(`${url}news?edition=${edition}`)).json()) as ServedNews;
  const state = expect.stringMatching(/^(recording|silent)$/);
  expect(await news(1)).toEqual({ edition: 1, state });
  fs.appendFileSync(`${filebase}.hpd`, log.subarray(log.length / 2));
  await expect
    .poll(async () => (await news(1)).sections !== undefined, { timeout: 20_000 })
    .toBe(true);
  expect(await news(2)).toEqual({ edition: 2, state });
  const { stdout } = heapprof(['info', filebase]);
  expect(stdout).toContain('damage');
});
