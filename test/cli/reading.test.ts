import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { heapprof, startHeapprof } from '../support/command-line.js';
import { exampleFamily, exampleRecording, exampleServer } from '../support/example.js';
import { expectGolden } from '../support/golden.js';
import { recording, type WrittenRecording } from '../support/recording.js';

/** A folder with recordings, in which the commands run, so that their output has no paths of this machine. */
let folder: string;

/** Copies a recording to `name` in the folder. */
function keep({ filebase, cleanup }: WrittenRecording, name: string): void {
  const from = path.basename(filebase);
  for (const file of readdirSync(path.dirname(filebase))) {
    cpSync(
      path.join(path.dirname(filebase), file),
      path.join(folder, name + file.slice(from.length)),
    );
  }
  cleanup();
}

const run = (...args: string[]) => heapprof(args, { cwd: folder });

/** What a command that goes well prints. */
function output(...args: string[]): string {
  const { status, stdout, stderr } = run(...args);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'heapprof-cli-'));
  keep(exampleRecording(), 'app');
  keep(exampleFamily(), 'family');
  keep(exampleServer(), 'server');
  for (const name of ['mixed.hpm', 'mixed.hpd']) {
    const sample = new URL(`../data/heapprof-v1/${name}`, import.meta.url);
    cpSync(fileURLToPath(sample), path.join(folder, name));
  }
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('what the commands print', () => {
  test('a digest is made where it is asked for, and not again', () => {
    expect(output('digest', 'app', '--interval', '0.5', '--precision', '0')).toBe(
      'app.hpc: 7 snapshots, every 500 ms\n',
    );
    expect(output('digest', 'app')).toBe('app.hpc: 7 snapshots, every 500 ms; it was up to date\n');
    expect(output('digest', 'mixed', '--weight', '1')).toBe(
      'mixed.hpc: 376 snapshots, every 2 ms\n',
    );
  });

  test.each([
    ['info.txt', ['info', 'app']],
    ['info-version-1.txt', ['info', 'mixed']],
    ['summary-by-line.txt', ['summary', 'app', '--by', 'line']],
    ['summary-by-package.txt', ['summary', 'app', '--by', 'package', '--my-code', 'src/c*.js']],
    ['summary-by-trace.txt', ['summary', 'app', '--by', 'trace', '--threshold', '0']],
    ['summary-by-file.txt', ['summary', 'app.hpd', '--by', 'file']],
    [
      'summary-range.txt',
      ['summary', 'app', '--by', 'line', '--from', '2026-01-02T03:04:06Z', '--to', '2.2'],
    ],
    ['summary-version-1.txt', ['summary', 'mixed', '--by', 'line', '--limit', '4']],
    ['flame.txt', ['flame', 'app', '--at', '1.2']],
    ['flame-version-1.txt', ['flame', 'mixed.hpm', '--at', '0.5']],
    ['flame-hotspots.txt', ['flame', 'app', '--at', 'peak', '--view', 'hotspots']],
    ['flame-inspect.txt', ['flame', 'app', '--from', '0', '--to', '2', '--view', 'inspect:read']],
    ['flame-temporary.txt', ['flame', 'app', '--metric', 'temporary', '--within', '2gc']],
    ['dump.txt', ['dump', 'app']],
    ['summary-by-type.txt', ['summary', 'app']],
    ['summary-threshold.txt', ['summary', 'app', '--threshold', '0.0001']],
    ['leaks.txt', ['leaks', 'server']],
    ['leaks-too-few-collections.txt', ['leaks', 'family']],
    ['lifetimes.txt', ['lifetimes', 'server', '--limit', '1']],
    ['lifetimes-by-type.txt', ['lifetimes', 'server', '--by', 'type']],
    ['summary-kind.txt', ['summary', 'app', '--by', 'line', '--kind', 'arrayBuffer']],
  ])('%s', (golden, args) => {
    expectGolden(`cli/${golden}`, output(...args));
  });

  test('a family is one profile, whose threads can be told apart', () => {
    output('digest', 'family', '--interval', '1', '--precision', '0');
    expectGolden('cli/family-info.txt', output('info', 'family'));
    expectGolden('cli/family-summary.txt', output('summary', 'family', '--by', 'thread'));
    expectGolden('cli/family-digest.txt', output('dump', 'family.hpc'));
    expect(JSON.parse(output('info', 'family', '--json'))).toMatchObject({
      members: [{ label: 'main' }, { label: 'worker 3 "io"' }, { label: 'process 99 (child.js)' }],
      unreadable: [],
    });
  });

  test('a member that cannot be read is noted, and the rest is shown', () => {
    keep(exampleFamily(), 'spoilt');
    writeFileSync(path.join(folder, 'spoilt.w3.hpm'), '');
    for (const command of ['digest', 'summary', 'flame']) {
      const { status, stdout, stderr } = run(command, 'spoilt');
      expect({ command, status }).toEqual({ command, status: 0 });
      expect(stderr).toMatch(/^heapprof: left out: spoilt\.w3\.hpm: the file is empty[^\n]*\n$/);
      expect(stdout).not.toBe('');
    }
    expect(output('info', 'spoilt')).toMatch(/\nleft out +spoilt\.w3\.hpm: /);
  });

  test('lines that are not exact are told', () => {
    const lines = { engine: 'polling', lines: 'function' };
    keep(recording({ description: lines }).alloc('main', 8).write(), 'polled');
    expect(output('info', 'polled')).toContain(
      '\nlines        of JavaScript objects: where the functions begin that allocated them\n',
    );
  });

  test('a dump of a range has what has a time in it, and what has none', () => {
    const all = output('dump', 'app').trimEnd().split('\n');
    const within = (from: number, to: number) =>
      all.filter((line) => {
        const time = / timeMicros=(\d+)/.exec(line)?.[1];
        return time === undefined || (Number(time) >= from && Number(time) <= to);
      });
    const lines = (...args: string[]) =>
      output('dump', ...args)
        .trimEnd()
        .split('\n');
    const isOfDigest = (line: string) => /^(snapshot|live|allocated) /.test(line);
    const logAndMetadata = (found: string[]) => found.filter((line) => !isOfDigest(line));
    expect(logAndMetadata(lines('app', '--from', '0.5', '--to', '1.7'))).toEqual(
      logAndMetadata(within(500_000, 1_700_000)),
    );
    expect(lines('app.hpd', '--from', '2026-01-02T03:04:07.5Z')).toEqual([
      'allocation timeMicros=2500000 trace=5 sizeBytes=1048576 kind=heap type=Array',
      'end timeMicros=3000000 reason=exit events=16 unresolvedEvents=0',
    ]);
    const snapshots = lines('app.hpc', '--from', '1', '--to', '1.5').filter((line) =>
      line.startsWith('snapshot '),
    );
    expect(snapshots.map((line) => / timeMicros=(\d+)/.exec(line)![1])).toEqual([
      '1000000',
      '1500000',
    ]);
  });

  test('a dump of a range of a log alone takes seconds, and says what else it would need', () => {
    cpSync(path.join(folder, 'app.hpd'), path.join(folder, 'alone.hpd'));
    expect(output('dump', 'alone.hpd', '--from', '3')).toMatch(/^end timeMicros=3000000 /);
    const { status, stderr } = run('dump', 'alone.hpd', '--to', '2026-01-02T03:04:06Z');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^heapprof: alone\.hpm does not exist, .* in seconds since then\.\n$/);
    const wrong = run('dump', 'app', '--from', '2', '--to', '1');
    expect([wrong.status, wrong.stderr]).toEqual([
      2,
      'heapprof: --from (2 s) is later than --to (1 s).\n',
    ]);
  });

  test('a dump of version 1 has every event', () => {
    const records = output('dump', 'mixed.hpd').trimEnd().split('\n');
    expect(records).toHaveLength(104_180);
    expect(records[0]).toBe('allocation timeMicros=19 trace=1 sizeBytes=72 kind=heap');
  });

  test('a flame graph goes to a file where one is named, whose ending says what it is', () => {
    const flame = (ending: string, ...more: string[]) => {
      expect(output('flame', 'app', '--at', '1.2', '-o', `flame${ending}`, ...more)).toBe('');
      return readFileSync(path.join(folder, `flame${ending}`));
    };
    expect(flame('.txt').toString()).toBe(output('flame', 'app', '--at', '1.2'));
    expectGolden('cli/flame.collapsed', flame('.collapsed').toString());
    expectGolden('cli/flame.svg.txt', flame('.svg', '--collapse-dependencies').toString());
    expect(flame('.html').toString()).toContain(flame('.svg').toString());
    expect(flame('.png').subarray(1, 4).toString()).toBe('PNG');
    expect(JSON.parse(flame('.json').toString())).toEqual(
      JSON.parse(output('flame', 'app', '--at', '1.2', '--json')),
    );
  });

  test('a flame tree as JSON has each figure with its error', () => {
    const args = ['flame', 'app', '--at', '1.2', '--hide', 'main', '--json'];
    expect(JSON.parse(output(...args))).toMatchObject({ threshold: 0.01, unlisted: 1 });
    const tree = JSON.parse(output(...args, '--threshold', '0'));
    expect(tree).toMatchObject({ view: 'overview', metric: 'live', toSeconds: 1 });
    expect(tree.nodes[1]).toEqual({
      parent: 0,
      depth: 1,
      frame: 'put (/home/someone/app/src/cache.js:10)',
      share: 1_048_576 / tree.total.bytes,
      bytes: 1_048_576,
      bytesError: 0,
      objects: 1,
      objectsError: 0,
      localBytes: 1_048_576,
      localBytesError: 0,
      localObjects: 1,
      localObjectsError: 0,
    });
    // 100 tokens of 64 bytes: ten events of the weight 10, so 64 · √(10 · 10 · 9).
    expect(tree.nodes[4].bytesError).toBe(Math.round(64 * Math.sqrt(900)));
    expect(tree.nodes[4].objectsError).toBe(Math.sqrt(900));
  });

  test('a recording of version 1 has no ages, and so no temporary memory', () => {
    const { status, stderr } = run('flame', 'mixed', '--metric', 'temporary');
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr:
        'heapprof: mixed is of version 1, which does not tell how long objects lived: choose another metric.\n',
    });
  });

  test('memory that there is not is an empty tree and a note', () => {
    const { status, stdout, stderr } = run('flame', 'app', '--view', 'inspect:no such frame');
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: 'heapprof: there is no such memory; the tree is empty\n',
    });
    expect(stdout).toContain('no such frame');
  });

  test.each([
    [
      'info',
      { log: { allocations: 15 }, facts: { process: { argv: ['node', 'src/main.js', '--all'] } } },
    ],
    [
      'summary',
      {
        total: { allocatedObjects: 105 },
        rows: [{ subject: { by: 'type', type: 'Array' } }, {}, {}],
      },
    ],
  ])('%s --json is JSON', (command, expected) => {
    expect(JSON.parse(output(command, 'app', '--json'))).toMatchObject(expected);
  });

  test('dump --json is a JSON object a line', () => {
    const records = output('dump', 'app.hpd', '--json')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(records).toContainEqual({
      record: 'free',
      timeMicros: 1_700_000,
      trace: 4,
      sizeBytes: 262_144,
      kind: 'arrayBuffer',
      type: 'ArrayBuffer',
      ageMicros: expect.any(Number),
      survivedCollections: 1,
    });
    expect(records.at(-1)).toMatchObject({ record: 'end', reason: 'exit', events: 16 });
  });

  test('a digest is made by the way, with an interval that suits the length', () => {
    keep(exampleRecording(), 'fresh');
    expect(output('summary', 'fresh')).toContain('from 0 s to 3.00 s (301 snapshots)');
  });
});

describe('time plots', () => {
  test.each(['plot.svg', 'plot.png', 'plot.vl.json'])('%s is drawn', (file) => {
    expect(output('time-plot', 'app', '-o', file, '--line', 'cache=src/cache.js:10')).toBe('');
    const head = readFileSync(path.join(folder, file)).subarray(0, 8);
    const heads = { svg: '<svg xmln', png: '\x89PNG\r\n\x1a\n', json: '{\n  "$sch' };
    expect(head.toString('latin1')).toBe(heads[file.split('.').at(-1) as 'svg'].slice(0, 8));
  });

  test('a line that nothing contains is remarked upon', () => {
    const { status, stderr } = run('time-plot', 'app', '-o', 'x.svg', '--line', 'cache.js:11');
    expect(status).toBe(0);
    expect(stderr).toBe('heapprof: no trace of the recording contains the line cache.js:11\n');
  });
});

describe('what cannot be read is one line on stderr, and exit code 1', () => {
  const bytes = (name: string) => readFileSync(path.join(folder, name));
  const write = (name: string, content: Uint8Array | string) =>
    writeFileSync(path.join(folder, name), content);
  const newer = (content: Uint8Array) => {
    const copy = Buffer.from(content);
    copy.writeUInt16LE(3, 4);
    return copy;
  };

  test.each<[string, string, () => void, RegExp]>([
    ['a missing recording', 'none', () => {}, /There is no recording none/],
    [
      'a missing log',
      'half',
      () => write('half.hpm', bytes('app.hpm')),
      /half\.hpd does not exist/,
    ],
    [
      'empty files',
      'empty',
      () => {
        write('empty.hpm', '');
        write('empty.hpd', '');
      },
      /empty\.hpm/,
    ],
    [
      'files of another kind',
      'text',
      () => {
        write('text.hpm', '{"name": "heapprof", "version": "0.1.0"}\n');
        write('text.hpd', '{}');
      },
      /text\.hpm/,
    ],
    [
      'a newer version',
      'newer',
      () => {
        write('newer.hpm', newer(bytes('app.hpm')));
        write('newer.hpd', newer(bytes('app.hpd')));
      },
      /newer\.hpm.*version is 3/,
    ],
  ])('%s', (_, name, prepare, message) => {
    prepare();
    for (const command of [
      ['info'],
      ['summary'],
      ['digest'],
      ['flame'],
      ['time-plot', '-o', 'a.svg'],
    ]) {
      const { status, stdout, stderr } = run(...command, name);
      expect({ command, status, stdout }).toEqual({ command, status: 1, stdout: '' });
      expect(stderr).toMatch(/^heapprof: [^\n]+\n$/);
      expect(stderr).toMatch(message);
    }
  });

  test('a cut log is read up to there', () => {
    const hpd = bytes('app.hpd');
    write('cut.hpm', bytes('app.hpm'));
    write('cut.hpd', hpd.subarray(0, hpd.length - 10));
    const info = output('info', 'cut');
    expect(info).toContain('the program was killed, or is still running; its last ');
    expect(output('summary', 'cut', '--by', 'line')).toContain('cache.js:10');
  });

  test('a flipped byte costs a block, and is told', () => {
    const hpd = Buffer.from(bytes('app.hpd'));
    hpd[16 + 24 + 3]! ^= 1;
    write('flipped.hpm', bytes('app.hpm'));
    write('flipped.hpd', hpd);
    expect(output('info', 'flipped')).toMatch(
      /damage +\d+ bytes in 1 place could not be read\n +flipped\.hpd: /,
    );
    expect(output('digest', 'flipped')).toMatch(/; \d+ B of the log could not be read\n$/);
  });

  test('verify tells what is whole, and recover saves the rest', () => {
    keep(exampleRecording(), 'whole');
    output('digest', 'whole', '--interval', '0.5', '--precision', '0');
    expectGolden('cli/verify.txt', output('verify', 'whole'));
    const hpm = Buffer.from(bytes('whole.hpm'));
    const hpd = Buffer.from(bytes('whole.hpd'));
    // The third block: the first one of events. And a byte of the metadata's last one, its traces.
    const third = hpd.indexOf('hpb', hpd.indexOf('hpb', 17) + 1);
    hpd[third + 30]! ^= 1;
    hpm[hpm.length - 1]! ^= 1;
    write('broken.hpm', hpm);
    write('broken.hpd', hpd);
    const damaged = run('verify', 'broken');
    expect({ status: damaged.status, stderr: damaged.stderr }).toEqual({ status: 1, stderr: '' });
    expectGolden('cli/verify-damaged.txt', damaged.stdout);
    expect(JSON.parse(run('verify', 'broken', '--json').stdout)).toMatchObject({
      isWhole: false,
      files: [{ damage: [{ file: 'broken.hpm' }] }, { damage: [{ file: 'broken.hpd' }] }],
    });
    expectGolden('cli/recover.txt', output('recover', 'broken.hpd', '-o', 'saved'));
    output('verify', 'saved');
    expect(run('recover', 'broken', '-o', 'saved')).toMatchObject({
      status: 1,
      stderr:
        'heapprof: saved.hpm is there already, and nothing is overwritten: give another name.\n',
    });
  });

  test('a result that cannot be written', () => {
    const { status, stderr } = run('flame', 'app', '-o', 'no/such/folder/flame.txt');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^heapprof: no\/such\/folder\/flame\.txt cannot be written .*-o\.\n$/);
  });

  test('a time before the recording', () => {
    const { status, stderr } = run('flame', 'app', '--at', '2025-12-31T00:00:00Z');
    expect(status).toBe(1);
    expect(stderr).toContain('before the recording, which starts at 2026-01-02T03:04:05.000Z');
  });

  test('--debug adds the stack', () => {
    const { stderr } = run('info', 'none', '--debug');
    expect(stderr).toMatch(/^heapprof: There is no recording none.*\nHeapprofError: .*\n +at /);
  });
});

describe('wrong usage is exit code 2', () => {
  test.each([
    [[]],
    [['sumary', 'app']],
    [['summary']],
    [['summary', 'app', 'more']],
    [['summary', 'app', '--by', 'colour']],
    [['summary', 'app', '--kind', 'stack']],
    [['summary', 'app', '--threshold', '2']],
    [['summary', 'app', '--limit', '0']],
    [['summary', 'app', '--from', 'yesterday']],
    [['summary', 'app', '--from', '3', '--to', '2']],
    [['digest', 'app', '--interval', '0']],
    [['digest', 'app', '--precision', '1']],
    [['digest', 'app', '--weight', '']],
    [['time-plot', 'app']],
    [['flame', 'app', '--at', '1', '--to', '2']],
    [['flame', 'app', '--view', 'inspect:']],
    [['flame', 'app', '--hide', '/(/']],
    [['flame', 'app', '--within', '0gc']],
    [['flame', 'app', '-o', 'flame.pdf']],
    [['verify']],
    [['recover', 'app']],
    [['time-plot', 'app', '-o', 'plot.jpg']],
    [['time-plot', 'app', '-o', 'plot.svg', '--line', 'app.js']],
    [['run']],
    [['run', '--sample', '{128: 1}', 'app.js']],
    [['run', '--sample', '{"128": 2}', 'app.js']],
    [['run', '--sample', '5', 'app.js']],
    [['run', '--interval', '0', 'app.js']],
    [['run', '--interval', '64', '--sample', '{}', 'app.js']],
  ])('%j', (args) => {
    const { status, stdout, stderr } = run(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(args.length === 0 ? /^Usage: heapprof/ : /^heapprof: [^\n]+\n$/);
  });
});

test('info says what the engine polling could not do', () => {
  const polled = recording({
    sampling: {
      by: 'bands',
      bands: [{ belowBytes: 128, probability: 0.5 }],
      heapIntervalBytes: 65_536,
    },
    description: { engine: 'polling', engineReason: 'it was asked for', lines: 'function' },
  })
    .alloc('main:app.js:1', 64)
    .stop({ steps: 200, unseenSamples: 25 })
    .write();
  keep(polled, 'polled');
  const text = output('info', 'polled');
  for (const line of [
    'engine       polling: it was asked for',
    'sampling     below 128 B 1 in 2; larger ones all; of JavaScript objects no more than one for every 64.0 KiB',
    'lines        of JavaScript objects: where the functions begin that allocated them',
    'unseen       13 % of what was allocated had died before it could be seen',
  ]) {
    expect(text.split('\n')).toContain(line);
  }
});

describe('terminals and pipes', () => {
  test('names from a recording cannot steer a terminal, from any command', () => {
    const evil = '\u001b[2J\u009b31m\u202e\u0007';
    const hostile = recording({
      description: {
        argv: ['node', evil],
        cwd: evil,
        engineReason: evil,
        family: evil,
        threadId: 3,
        threadName: evil,
      },
    })
      .alloc(`${evil}:/${evil}.js:1 > b${evil}:/b${evil}.js:2`, 100, { type: evil })
      .mark(evil)
      .at(1000)
      .stop({ reason: 'error', message: evil })
      .write();
    keep(hostile, 'hostile');
    for (const args of [
      ['info'],
      ['info', '--json'],
      ['summary'],
      ['summary', '--by', 'file'],
      ['summary', '--by', 'type'],
      ['summary', '--by', 'thread'],
      ['summary', '--json'],
      ['flame'],
      ['dump'],
      ['dump', '--json'],
    ]) {
      const text = output(...args, 'hostile');
      expect(text).toContain('2J');
      // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be there.
      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    }
  });

  test('a reader that has seen enough is no error', async () => {
    const child = startHeapprof(['dump', 'mixed.hpd'], { cwd: folder });
    child.stdout!.once('data', () => child.stdout!.destroy());
    let stderr = '';
    child.stderr!.on('data', (text) => {
      stderr += text;
    });
    const status = await new Promise((resolve) => child.once('close', resolve));
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  test('--version is that of the package, and --help of every command has an example', () => {
    const manifest = new URL('../../package.json', import.meta.url);
    expect(output('--version').trim()).toBe(JSON.parse(readFileSync(manifest, 'utf8')).version);
    const commands = [...output('--help').matchAll(/^ {2}([a-z-]+) \[options\]/gm)].map(
      (m) => m[1]!,
    );
    expect(commands).toEqual([
      'run',
      'stats',
      'info',
      'report',
      'view',
      'summary',
      'leaks',
      'lifetimes',
      'time-plot',
      'flame',
      'flow',
      'compare',
      'digest',
      'dump',
      'verify',
      'recover',
      'export',
    ]);
    for (const command of commands) {
      expect(output(command, '--help')).toMatch(new RegExp(`Example:\n  heapprof ${command} `));
    }
  });
});
