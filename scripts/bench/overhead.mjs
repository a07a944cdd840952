// What recording costs: time, memory and pauses, beside other recorders, and whether that is within the limits that were set.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { limitRows, longestPauseMs } from './limits.mjs';
import { recorders } from './recorders.mjs';
import { differencesToNone, ratiosToNone } from './rounds.mjs';
import { median, quantile } from './statistics.mjs';
import { workloads } from './workloads.mjs';

/** How much is measured. A quick look shows that everything works, and the large differences. */
const FULL = { processes: 2, rounds: 5, seconds: 1.2, repeats: 3 };
const QUICK = { processes: 1, rounds: 2, seconds: 0.4, repeats: 1 };

const STACKS = [1, 1024, 65_536];

/**
 * Measures all workloads with all recorders, in 25 minutes, or in 3 if `quick`.
 * @returns rows of four tables: `overhead` (times), `peaks` (memory and pauses), `live` (the recorder's own memory) and `limits`
 */
export function measureOverhead({ quick }) {
  const amount = quick ? QUICK : FULL;
  const programs = Object.keys(workloads).map((name) => {
    console.error(`${name}: times …`);
    const { rounds, iterations } = measureRounds(name, amount);
    console.error(`${name}: memory and pauses …`);
    return { name, rounds, peaks: measurePeaks(name, iterations, amount) };
  });
  console.error('the memory of the recorder …');
  const live = STACKS.map((stacks) => ({
    stacks,
    ...bytesPerLiveSample(stacks, amount),
  }));
  return {
    overhead: programs.flatMap(timeRows),
    peaks: programs.flatMap(peakRows),
    live: live.map(({ stacks, bytesPerSample, residentBytesPerSample }) => ({
      'different stacks': grouped(stacks),
      'bytes for each live sample': Math.round(bytesPerSample),
      'of the resident set': Math.round(residentBytesPerSample),
    })),
    limits: limitRows({ programs, live }),
  };
}

/** Each round as `{recorder: run}`, runs being those of overhead-run.mjs; and the iterations of a run. */
function measureRounds(workload, amount) {
  const rounds = [];
  let iterations;
  for (let i = 0; i < amount.processes; i++) {
    const result = runScript('overhead-run.mjs', workload, amount.rounds, amount.seconds);
    iterations = result.iterations;
    rounds.push(...result.rounds);
  }
  return { rounds, iterations };
}

/** Results of peak-run.mjs by recorder; the recorders take turns. */
function measurePeaks(workload, iterations, { repeats }) {
  const peaks = {};
  for (let i = 0; i < repeats; i++) {
    for (const recorder of Object.keys(recorders)) {
      peaks[recorder] ??= [];
      peaks[recorder].push(runScript('peak-run.mjs', workload, recorder, iterations));
    }
  }
  return peaks;
}

function bytesPerLiveSample(stacks, { repeats }) {
  const differences = Array.from({ length: repeats }, () => {
    const without = runScript('live-run.mjs', stacks);
    const recorded = runScript('live-run.mjs', stacks, 'record');
    const perSample = (key) => (recorded[key] - without[key]) / recorded.liveSamples;
    return {
      bytesPerSample: perSample('mallocBytes'),
      residentBytesPerSample: perSample('residentBytes'),
    };
  });
  const middle = (key) => median(differences.map((difference) => difference[key]));
  return {
    bytesPerSample: middle('bytesPerSample'),
    residentBytesPerSample: middle('residentBytesPerSample'),
  };
}

function runScript(name, ...args) {
  const script = fileURLToPath(new URL(name, import.meta.url));
  return JSON.parse(
    execFileSync(process.execPath, ['--expose-gc', script, ...args.map(String)], {
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    }),
  );
}

function timeRows({ name, rounds }) {
  return Object.keys(recorders)
    .filter((recorder) => recorder !== 'none')
    .map((recorder) => {
      const cpu = ratiosToNone(rounds, recorder, 'cpuMs');
      const extraMicros = isMoreThanNoise(rounds, cpu)
        ? 1000 * median(differencesToNone(rounds, recorder, 'cpuMs'))
        : undefined;
      const steps = medianOfRuns(rounds, recorder, ({ log, iterations }) => log.steps / iterations);
      const events = ({ log }) => log.allocations + log.frees;
      return {
        program: name,
        recorder,
        cpu: spread(cpu),
        wall: spread(ratiosToNone(rounds, recorder, 'wallMs')),
        'µs/step': fixed(extraMicros / steps),
        'µs/sample': fixed(extraMicros / samplesOf(rounds, recorder)),
        'events/s': grouped(medianOfRuns(rounds, recorder, (run) => events(run) / run.seconds)),
        'bytes/event': fixed(
          medianOfRuns(rounds, recorder, (run) => run.log.eventBytes / events(run)),
        ),
        'files, kB/s': grouped(
          medianOfRuns(rounds, recorder, (run) => run.log.fileBytes / 1000 / run.seconds),
        ),
      };
    });
}

// A difference within the noise says nothing of what a sample costs.
function isMoreThanNoise(rounds, ratios) {
  const noise = ratiosToNone(rounds, 'none, again', 'cpuMs');
  return quantile(ratios, 0.25) > Math.max(1, quantile(noise, 0.75));
}

/** NaN where the recorder writes no log, or the log does not have the figure. */
function medianOfRuns(rounds, recorder, figure) {
  return median(rounds.map((round) => (round[recorder].log ? figure(round[recorder]) : NaN)));
}

/** Samples of an iteration. The others do not tell how many they take; at the same interval they are as many as ours. */
function samplesOf(rounds, recorder) {
  const ours = `heapprof, ${recorders[recorder].rate}`;
  if (!recorders[ours]) return NaN;
  return medianOfRuns(rounds, ours, ({ log, iterations }) => log.allocations / iterations);
}

function peakRows({ name, peaks }) {
  const peakOf = (recorder) => median(peaks[recorder].map(({ peakBytes }) => peakBytes)) / 1e6;
  return Object.entries(peaks).map(([recorder, runs]) => ({
    program: name,
    recorder,
    'peak memory, MB': Math.round(peakOf(recorder)),
    difference: recorder === 'none' ? '' : signed(Math.round(peakOf(recorder) - peakOf('none'))),
    'start, ms': median(runs.map((run) => run.startMs)).toFixed(0),
    'longest pause, ms': longestPauseMs(runs)?.toFixed(1) ?? '',
    // The other programs let no timer through while they work.
    'timers late by at most, ms':
      name === 'http' ? median(runs.map((run) => run.loopDelayMs)).toFixed(1) : '',
  }));
}

/** The median and, in parentheses, the quartiles. */
function spread(values) {
  const [lower, middle, upper] = [0.25, 0.5, 0.75].map((part) => quantile(values, part).toFixed(2));
  return `${middle} (${lower}–${upper})`;
}

// What is not known stays empty.
function fixed(number) {
  return Number.isFinite(number) ? number.toFixed(2) : '';
}

function grouped(number) {
  return Number.isFinite(number) ? Math.round(number).toLocaleString('en-US') : '';
}

function signed(number) {
  return number < 0 ? `−${-number}` : `+${number}`;
}
