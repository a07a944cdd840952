// The limits that were set for what recording costs, and what was reached.
import { ratiosToNone, ratiosToOther } from './rounds.mjs';
import { median, quantile } from './statistics.mjs';

const OTHERS = ['--heap-prof', '@datadog/pprof'];
const MOST_HTTP_CPU = { 'default rates': 1.15, '512 KiB': 1.03 };
const MOST_PAUSE_MS = 5;
const MOST_BYTES_PER_LIVE_SAMPLE = 200;

/**
 * Rows of a table: the limit, what was reached in the worst case, and whether that is within the limit.
 * @param programs `{name, rounds, peaks}` of each: runs of overhead-run.mjs by round and recorder, and of peak-run.mjs by recorder
 * @param live `{stacks, bytesPerSample}`: the recorder's memory for each live sample, by the number of stacks that the samples have
 */
export function limitRows({ programs, live }) {
  return [
    ...Object.entries(MOST_HTTP_CPU).map(([rate, limit]) => httpCpu(programs, rate, limit)),
    ahead(programs, 'default rates', '--heap-prof, 1,215 B'),
    ...OTHERS.map((other) => ahead(programs, '32 KiB', `${other}, 32 KiB`)),
    ...OTHERS.map((other) => noWorse(programs, '512 KiB', `${other}, 512 KiB`)),
    longestPause(programs),
    ownMemory(live),
  ];
}

/** The longest pause of some runs of peak-run.mjs by the recorder's own count, in milliseconds; undefined where it did not count. */
export function longestPauseMs(runs) {
  const micros = runs.map(({ log }) => log?.longestStepMicros);
  return micros.every(Number.isFinite) ? Math.max(...micros) / 1000 : undefined;
}

function httpCpu(programs, rate, limit) {
  const { rounds } = programs.find(({ name }) => name === 'http');
  const reached = median(ratiosToNone(rounds, `heapprof, ${rate}`, 'cpuMs'));
  return row(`http, ${rate}: CPU at most ${limit}`, reached.toFixed(2), reached <= limit);
}

function ahead(programs, rate, other) {
  const { name, value } = worstCpuAgainst(programs, rate, other, median);
  return row(
    `heapprof, ${rate}: less CPU than ${other}`,
    `${value.toFixed(2)} of it (${name})`,
    value < 1,
  );
}

function noWorse(programs, rate, other) {
  const { name, value } = worstCpuAgainst(programs, rate, other, (list) => quantile(list, 0.25));
  return row(
    `heapprof, ${rate}: no more CPU than ${other}, within the noise`,
    `${value.toFixed(2)} of it in the lower quartile (${name})`,
    value <= 1,
  );
}

function worstCpuAgainst(programs, rate, other, statistic) {
  return worst(
    programs.map(({ name, rounds }) => ({
      name,
      value: statistic(ratiosToOther(rounds, `heapprof, ${rate}`, other, 'cpuMs')),
    })),
  );
}

function longestPause(programs) {
  const limit = `longest pause at the default rates: at most ${MOST_PAUSE_MS} ms`;
  const pauses = programs.map(({ name, peaks }) => ({
    name,
    value: longestPauseMs(peaks['heapprof, default rates']),
  }));
  if (pauses.some(({ value }) => value === undefined)) return row(limit, '', undefined);
  const { name, value } = worst(pauses);
  return row(limit, `${value.toFixed(1)} ms (${name})`, value <= MOST_PAUSE_MS);
}

function ownMemory(live) {
  const { stacks, value } = worst(
    live.map(({ stacks, bytesPerSample }) => ({ stacks, value: bytesPerSample })),
  );
  return row(
    `memory of the recorder: at most ${MOST_BYTES_PER_LIVE_SAMPLE} bytes for each live sample`,
    `${Math.round(value)} (${stacks.toLocaleString('en-US')} stacks)`,
    value <= MOST_BYTES_PER_LIVE_SAMPLE,
  );
}

function worst(list) {
  return list.reduce((most, each) => (each.value > most.value ? each : most));
}

function row(limit, reached, isWithin) {
  const within = isWithin === undefined ? 'not measured' : isWithin ? 'yes' : 'no';
  return { limit, 'worst case': reached, within };
}
