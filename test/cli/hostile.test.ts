import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMPARE_BY } from '../../src/analysis/compare-subject.js';
import { SUMMARY_BY } from '../../src/analysis/grouping.js';
import { DigestWriter } from '../../src/format/hpc-writer.js';
import { UsageColumns } from '../../src/format/usage-columns.js';
import { heapprof } from '../support/command-line.js';
import { member, recording, type WrittenRecording, writeFamily } from '../support/recording.js';

const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, k) => String.fromCharCode(from + k)).join('');

/** C1, DEL, line and paragraph separators, direction marks. */
const BEYOND_C0 = `${range(0x7f, 0x9f)}\u061c\u200e\u200f${range(0x2028, 0x202e)}${range(0x2066, 0x2069)}`;

/** All that must not reach a terminal, a page or a line: C0 but for the line feed, and these. */
const UNSAFE = new RegExp(`[${range(0, 9)}${range(0xb, 0x1f)}${BEYOND_C0}]`);

/** Begins with a title of a window, a cleared screen and a forged line, and has everything else. */
const HOSTILE = `\u001b]0;owned\u0007\u001b[2J\nforged: line\r${range(0, 0x1f)}${BEYOND_C0}\ufffe</text><script>alert(1)</script>"'&;$&`;

/** A piece that can stand in the name of a file. */
const HOSTILE_NAME = 'a\u001b[31m\u009b2J\u202e\u2028\rb';

const MiB = 2 ** 20;

/** A family of which every text is hostile. */
function hostileFamily(): WrittenRecording {
  const description = {
    engine: HOSTILE,
    engineReason: HOSTILE,
    heapprofVersion: HOSTILE,
    nodeVersion: HOSTILE,
    v8Version: HOSTILE,
    platform: HOSTILE,
    arch: HOSTILE,
    argv: [HOSTILE, HOSTILE],
    execArgv: [HOSTILE],
    cwd: HOSTILE,
    applicationName: HOSTILE,
    labels: { [HOSTILE]: HOSTILE },
    threadName: HOSTILE,
  };
  const frame = (name: string, line: number) => `${name}${HOSTILE}:/${name}${HOSTILE}.js:${line}`;
  const build = (number: number) => {
    const builder = member(number, { description })
      .alloc(`${frame('main', 1)} > ${frame('load', 2)}`, MiB, { type: HOSTILE })
      .alloc(frame('read', 3), MiB, { kind: 'arrayBuffer', type: HOSTILE })
      .mark(HOSTILE)
      .heap({ timeMicros: 500_000, gcKind: 1, usedAfterBytes: MiB, residentSetBytes: MiB });
    // It leaks as well.
    for (let n = 1; n <= 8; n++) {
      builder.alloc(frame('leak', 4), MiB, { at: 500_000 + n * 50_000, type: HOSTILE, times: 5 });
      builder.at(510_000 + n * 50_000).heap({ gcKind: 4, usedAfterBytes: MiB });
    }
    return builder.at(1_000_000).beginSpan(HOSTILE, 1).stop({ reason: 'error', message: HOSTILE });
  };
  return writeFamily({ '': build(1), '.w3': build(2), '.p99': build(3) });
}

let folder: string;

/** Puts a recording into the folder. */
function keep({ filebase, cleanup }: WrittenRecording, suffixes: readonly string[], name: string) {
  for (const suffix of suffixes) {
    for (const ending of ['.hpm', '.hpd']) {
      const from = `${filebase}${suffix}${ending}`;
      if (existsSync(from)) cpSync(from, path.join(folder, `${name}${suffix}${ending}`));
    }
  }
  cleanup();
}

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'heapprof-hostile-'));
  keep(hostileFamily(), ['', '.w3', '.p99'], 'hostile');
  keep(hostileFamily(), ['', '.w3', '.p99'], HOSTILE_NAME);
  for (const name of ['hostile', HOSTILE_NAME]) keep(hostileFamily(), [''], `${name}-copy`);
  // One more member, which cannot be read: its name is in messages.
  writeFileSync(path.join(folder, `${HOSTILE_NAME}.w4.hpm`), '');
});

afterAll(() => rmSync(folder, { recursive: true }));

/** All commands that read a recording, with all that changes what they print. */
const commands = (name: string): string[][] => [
  ['digest', name, '--interval', '0.5'],
  ['digest', name],
  ['info', name],
  ['info', name, '--json'],
  ...SUMMARY_BY.flatMap((by) => [
    ['summary', name, '--by', by, '--threshold', '0'],
    ['summary', name, '--by', by, '--threshold', '0', '--json'],
  ]),
  ...SUMMARY_BY.map((by) => ['leaks', name, '--by', by]),
  ['leaks', name, '--json'],
  ...SUMMARY_BY.map((by) => ['lifetimes', name, '--by', by]),
  ['lifetimes', name, '--json'],
  ['flame', name],
  ['flame', name, '--json'],
  ['flame', name, '--view', 'hotspots', '--metric', 'allocated-objects'],
  ...['collapsed', 'svg', 'html', 'txt', 'json', 'png'].map((ending) => [
    'flame',
    name,
    '-o',
    `flame.${ending}`,
  ]),
  ['summary', name, '--by', 'line', '--my-code', HOSTILE_NAME],
  ...['svg', 'vl.json', 'png', 'html'].flatMap((ending) => [
    ['time-plot', name, '-o', `plot.${ending}`],
    ['summary', name, '--by', 'line', '--dark', '-o', `summary.${ending}`],
  ]),
  ...['line', 'type'].map((by) => ['time-plot', name, '--by', by, '-o', `plot-${by}.svg`]),
  ['time-plot', name, '-o', 'lines.svg', '--line', `${HOSTILE_NAME}=${HOSTILE_NAME}.js:1`],
  ...['svg', 'dot'].map((ending) => ['flow', name, '--at', '0.5', '-o', `flow.${ending}`]),
  ...COMPARE_BY.map((by) => ['compare', name, '--a', '..0.1', '--b', '0.5..', '--by', by]),
  ['compare', name, '--a', '..0.1', '--b', '0.5..', '--json'],
  [
    'compare',
    name,
    `${name}-copy`,
    '--fail-on',
    `live of ${HOSTILE_NAME} > 1%`,
    '--max-live',
    '1GB',
  ],
  ['dump', name],
  ['dump', name, '--json'],
  ['dump', `${name}.w3.hpm`],
  ['dump', `${name}.hpc`, '--json'],
  ['export', name, '--format', 'heapprof', '-o', `${name}-v1`],
  ...['pprof', 'speedscope', 'heapprofile', 'collapsed', 'parquet'].map((format) => [
    'export',
    name,
    '--format',
    format,
    '-o',
    `exported.${format}`,
  ]),
  ['info', `${name}-v1`],
  ['summary', `${name}-v1`],
  ['dump', `${name}-v1`],
];

/** Command lines that are wrong, or fail. */
const failures = (name: string): string[][] => [
  ['info', `${name}-not-there`],
  ['info', `${name}-not-there`, '--debug'],
  ['dump', `${name}-not-there`],
  ['summary', name, '--by', HOSTILE_NAME],
  ['summary', name, `--${HOSTILE_NAME}`],
  ['summary', name, '--from', HOSTILE_NAME],
  [HOSTILE_NAME],
  ['time-plot', name, '-o', `no/${HOSTILE_NAME}.svg`],
  ['time-plot', name, '-o', HOSTILE_NAME],
  ['time-plot', name, '-o', 'x.svg', '--line', HOSTILE_NAME],
  ['flow', name, '-o', HOSTILE_NAME],
  ['compare', name, HOSTILE_NAME, '--fail-on', `live>${HOSTILE_NAME}`],
  ['compare', name, `${name}-not-there`],
  ['flame', name, '-o', `no/${HOSTILE_NAME}.svg`],
  ['flame', name, '-o', HOSTILE_NAME],
  ['flame', name, '--view', HOSTILE_NAME],
  ['flame', name, '--focus', `/${HOSTILE_NAME}(/`],
  ['export', name, '--format', HOSTILE_NAME, '-o', 'new'],
  ['export', name, '--format', 'heapprof', '-o', `no/${HOSTILE_NAME}`],
  ['export', name, '--format', 'heapprof', '-o', name],
];

describe.each([
  ['in its contents', 'hostile'],
  ['in its name too', HOSTILE_NAME],
])('a recording that is hostile %s', (_, name) => {
  test('prints nothing but harmless text with any command', () => {
    const bad: string[] = [];
    for (const args of commands(name)) {
      const { status, stdout, stderr } = heapprof(args, { cwd: folder });
      if (status !== 0 || UNSAFE.test(stdout) || UNSAFE.test(stderr)) bad.push(args.join(' '));
      // Nothing of it begins a line.
      expect(`${stdout}\n${stderr}`).not.toMatch(/^forged/m);
      if (args.includes('--json') && args[0] !== 'dump') JSON.parse(stdout);
      if (args.includes('--json') && args[0] === 'dump') {
        for (const line of stdout.trimEnd().split('\n')) JSON.parse(line);
      }
    }
    expect(bad).toEqual([]);
  });

  test('prints nothing but harmless text in errors', () => {
    for (const args of failures(name)) {
      const { status, stdout, stderr } = heapprof(args, { cwd: folder });
      expect([args, status === 1 || status === 2, stdout]).toEqual([args, true, '']);
      expect([args, UNSAFE.exec(stderr)]).toEqual([args, null]);
      if (!args.includes('--debug')) expect(stderr).toMatch(/^(heapprof: [^\n]+\n)+$/);
    }
  });
});

describe('what is made of a hostile recording', () => {
  const file = (name: string) => readFileSync(path.join(folder, name), 'utf8');

  test('JSON has its texts as they are', () => {
    const { stdout } = heapprof(['info', 'hostile', '--json'], { cwd: folder });
    const { facts } = JSON.parse(stdout) as { facts: { process: Record<string, unknown> } };
    expect(facts.process).toMatchObject({ cwd: HOSTILE, labels: { [HOSTILE]: HOSTILE } });
  });

  test('its leaks are found, whatever their names', () => {
    const { stdout } = heapprof(['leaks', 'hostile'], { cwd: folder });
    expect(stdout).toMatch(/^Of \d+ lines, 3 grow /);
  });

  test('a comparison goes to files, and nothing to the terminal', () => {
    for (const ending of ['html', 'txt', 'pb.gz']) {
      const args = ['compare', 'hostile', 'hostile-copy', '-o', `compare.${ending}`];
      expect(heapprof(args, { cwd: folder })).toEqual({ status: 0, stdout: '', stderr: '' });
    }
  });

  test('pictures and files have no control characters and no markup of it', () => {
    const drawn = [
      'plot.svg',
      'plot-line.svg',
      'plot-type.svg',
      'lines.svg',
      'flow.svg',
      'flame.svg',
      'flame.html',
      'compare.html',
      'summary.svg',
      'plot.html',
      'summary.html',
    ];
    const texts = [
      'plot.vl.json',
      'summary.vl.json',
      'flow.dot',
      'flame.collapsed',
      'flame.txt',
      'flame.json',
      'compare.txt',
      'exported.speedscope',
      'exported.heapprofile',
      'exported.collapsed',
    ];
    for (const name of [...drawn, ...texts]) {
      expect([name, UNSAFE.exec(file(name))]).toEqual([name, null]);
    }
    for (const name of drawn) {
      expect(file(name)).toContain('owned');
      expect(file(name)).not.toContain('<script');
      expect(file(name)).not.toContain('\ufffe');
    }
    for (const line of file('flame.collapsed').trimEnd().split('\n')) {
      expect(line).toMatch(/ \d+$/);
    }
  });
});

describe('files that a recording names are not opened', () => {
  /** Runs a command, and returns the files that it looked into. */
  function opened(args: readonly string[]): string[] {
    const log = path.join(folder, 'opens.txt');
    writeFileSync(log, '');
    const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
    const watch = fileURLToPath(new URL('../support/watch-opens.cjs', import.meta.url));
    const { status, stderr, signal } = spawnSync(
      process.execPath,
      ['--require', watch, main, ...args],
      {
        cwd: folder,
        encoding: 'utf8',
        env: { ...process.env, WATCH_OPENS: log },
        // What waits for a pipe waits forever.
        timeout: 30_000,
        killSignal: 'SIGKILL',
      },
    );
    expect({ args, status, stderr, signal }).toEqual({ args, status: 0, stderr: '', signal: null });
    return readFileSync(log, 'utf8').trimEnd().split('\n');
  }

  test.skipIf(process.platform === 'win32')(
    'with any command: neither pipes nor devices nor files',
    () => {
      const pipe = path.join(folder, 'pipe.js');
      const canary = path.join(folder, 'canary.js');
      expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
      writeFileSync(canary, 'secret\n'.repeat(10));
      const named = [pipe, canary, '/dev/zero', '/dev/stdin', '/proc/self/pagemap'];
      const builder = recording({
        description: { argv: [pipe, canary], cwd: folder, execArgv: ['--require', canary] },
      });
      for (const file of [...named, `file://${canary}`, `file://${pipe}`]) {
        builder.alloc(`main:${file}:1`, MiB, { type: canary });
      }
      builder.at(1_000_000).stop();
      for (const name of ['named', 'named-copy']) keep(builder.write(), [''], name);
      const names = new Set<string>();
      for (const args of commands('named').filter((args) => !args.join().includes('.w3'))) {
        if (args.includes('--line')) continue;
        for (const name of opened(args))
          names.add(path.resolve(folder, name.replace('file://', '')));
      }
      // Where it is asked for, files are looked into; neither pipes nor devices.
      const asked = ['summary', 'named', '--by', 'line', '--source-maps', '--source'];
      const looked = opened(asked).map((name) => path.resolve(folder, name));
      expect(looked).toContain(canary);
      expect(looked.filter((name) => name === pipe || name.startsWith('/dev/'))).toEqual([]);
      // It does see what is opened.
      expect(names).toContain(path.join(folder, 'named.hpd'));
      expect([...names].filter((name) => named.includes(name))).toEqual([]);
    },
  );

  test('by the members that a digest has', () => {
    keep(recording().alloc('main', 8).write(), [''], 'traversal');
    keep(recording().alloc('main', 8).write(), [''], 'canary');
    const writer = new DigestWriter(path.join(folder, 'traversal.hpc'), '00000000c0ffee00', {
      timeIntervalMicros: 1e6,
      precision: 0,
      sourceVersion: 2,
      sourceBytes: 1,
      members: [{ suffix: '/../canary', recordingId: '00000000c0ffee00', firstTrace: 2 }],
    });
    const none = { bytes: 0, objects: 0, bytesError: 0, objectsError: 0 };
    const totals = { heap: none, arrayBuffer: none };
    writer.writeSnapshot(
      {
        index: 0,
        timeMicros: 0,
        live: totals,
        allocated: totals,
        collections: 0,
        gcPauseMicros: 0,
      },
      new UsageColumns(),
      new UsageColumns(),
    );
    writer.finish({ complete: true, damagedBytes: 0, elapsedMicros: 0 });
    const { status, stderr } = heapprof(['dump', 'traversal.hpc'], { cwd: folder });
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^heapprof: traversal\.hpc: the digest does not say its members at byte /,
    );
  });
});
