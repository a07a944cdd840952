// What recording costs: ratios of a program's times with and without it.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { median } from './statistics.mjs';

const RUN = fileURLToPath(new URL('overhead-run.mjs', import.meta.url));
const PROCESSES = 3;
const ROUNDS = 6;

/** Rows for the table: workload, way of recording, median ratios, events and bytes per event. */
export function measureOverhead() {
  const rows = [];
  for (const workload of ['tsc', 'terser', 'babel']) {
    const times = {};
    for (let i = 0; i < PROCESSES; i++) {
      const output = execFileSync(
        process.execPath,
        ['--expose-gc', RUN, workload, String(ROUNDS)],
        {
          encoding: 'utf8',
          maxBuffer: 1 << 26,
        },
      );
      for (const [name, list] of Object.entries(JSON.parse(output))) {
        times[name] = [...(times[name] ?? []), ...list];
      }
    }
    for (const [name, list] of Object.entries(times)) {
      if (name === 'none') continue;
      // A round's times are divided by that round's time without a recorder.
      const ratio = (key) => median(list.map((time, i) => time[key] / times.none[i][key]));
      rows.push({
        workload,
        recorder: name,
        wall: ratio('wallMs').toFixed(2),
        cpu: ratio('cpuMs').toFixed(2),
        'events/s': list[0].events
          ? Math.round(
              median(list.map((time) => time.events / (time.wallMs / 1000))),
            ).toLocaleString('en-US')
          : '',
        'bytes/event': list[0].events
          ? median(list.map((time) => time.eventBytes / time.events)).toFixed(2)
          : '',
        'log, MB/s': list[0].events
          ? median(list.map((time) => time.bytes / 1e6 / (time.wallMs / 1000))).toFixed(2)
          : '',
      });
    }
  }
  return rows;
}
