import path from 'node:path';

/** `go tool pprof` opens our file, has our totals, and its top functions have our bytes. */
export async function* judgePprof({ filebase, folder, run, heapprof, ourJson }) {
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

function verdict(says, isGood) {
  return { tool: 'go tool pprof', says, isGood };
}
