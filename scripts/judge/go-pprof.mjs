import path from 'node:path';

/** `go tool pprof` opens our files, has our totals, and its top functions have our bytes; our comparison is its own. */
export async function* judgePprof(bench) {
  yield* judgeProfile(bench);
  yield* judgeComparison(bench);
}

async function* judgeProfile({ filebase, folder, run, heapprof, ourJson }) {
  const file = path.join(folder, 'profile.pb.gz');
  heapprof('export', filebase, '--format', 'pprof', '--at', 'peak', '-o', file);
  for (const [index, metric] of [
    ['inuse_space', 'live'],
    ['alloc_space', 'allocated'],
  ]) {
    const ours = new Map();
    const { nodes, total } = ourJson(
      ...['--at', 'peak', '--metric', metric, '--view', 'hotspots'],
      ...['--max-depth', '1', '--threshold', '0'],
    );
    for (const { depth, frame, bytes } of nodes) {
      if (depth !== -1) continue;
      const name = / \(.+:\d+\)$/.test(frame) ? frame.replace(/ \(.+:\d+\)$/, '') : frame;
      ours.set(name, (ours.get(name) ?? 0) + bytes);
    }
    const top = run('go', [
      'tool',
      'pprof',
      '-top',
      '-unit=B',
      '-nodecount=20',
      `-sample_index=${index}`,
      file,
    ]);
    const sum = Number(
      /Total samples = (\d+)B/.exec(top)?.[1] ?? / of (\d+)B total/.exec(top)?.[1],
    );
    yield verdict(`${index}: ${sum} bytes in all, ours ${total.bytes}`, sum === total.bytes);
    const rows = [...top.matchAll(/^ +(\d+)B? .*?% +(\S.*)$/gm)].filter(([, flat]) => flat !== '0');
    let agreeing = 0;
    for (const [, flat, rest] of rows) {
      const name = rest.replace(/^.*% {2}/, '');
      if (ours.get(name) === Number(flat)) agreeing++;
    }
    const says = `${index}: ${agreeing} of the top ${rows.length} functions have our bytes`;
    yield verdict(says, rows.length > 0 && agreeing === rows.length);
  }
}

/** The halves of the recording, in one file of ours, and in two that it compares itself. */
async function* judgeComparison({ filebase, folder, run, heapprof, ourJson }) {
  const half = String(ourJson('--from', '0').toSeconds / 2);
  const [a, b, diff] = ['a', 'b', 'diff'].map((name) => path.join(folder, `${name}.pb.gz`));
  heapprof('export', filebase, '--format', 'pprof', '--from', '0', '--to', half, '-o', a);
  heapprof('export', filebase, '--format', 'pprof', '--from', half, '-o', b);
  heapprof('compare', filebase, '--a', `..${half}`, '--b', `${half}..`, '-o', diff);
  for (const index of ['inuse_space', 'alloc_objects']) {
    const top = (...args) => {
      const options = ['-top', '-unit=B', '-nodecount=100', `-sample_index=${index}`];
      const text = run('go', ['tool', 'pprof', ...options, ...args]);
      // It adds the durations of both.
      return text.replace(/^Duration: .*?, /m, '').split('\n');
    };
    const theirs = top('-diff_base', a, b);
    const ours = top(diff);
    const count = ours.filter((line, k) => line === theirs[k]).length;
    const says = `${index}: ${count} of ${theirs.length} lines of a comparison as with -diff_base`;
    yield verdict(says, count === theirs.length && ours.length === count && count > 10);
  }
}

function verdict(says, isGood) {
  return { tool: 'go tool pprof', says, isGood };
}
