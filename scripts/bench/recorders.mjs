// The ways of recording that are compared. All of them keep up to 128 frames of a stack.
import { Session } from 'node:inspector';
import { createRequire } from 'node:module';
import { start, stop } from '../../dist/index.js';

const STACK_DEPTH = 128;
/** V8's sampler catches as much at this interval as the default rates want: 1 − exp(−128 / 1215) = 0.1. */
const NEED_OF_DEFAULT_RATES = 1215;

const require = createRequire(import.meta.url);

/**
 * By name: `{ name, rate, start(filebase), stop() }`, and `isOurs` where files are written. `none` is a run without a recorder, which the others are
 * held against; `none, again` is the same, to see how much of a difference is noise.
 */
export const recorders = Object.fromEntries(
  [
    none('none'),
    none('none, again'),
    heapprof('default rates'),
    heapprof('32 KiB', 32_768),
    heapprof('512 KiB', 524_288),
    heapProf('1,215 B', NEED_OF_DEFAULT_RATES),
    heapProf('32 KiB', 32_768),
    heapProf('512 KiB', 524_288),
    datadogPprof('32 KiB', 32_768),
    datadogPprof('512 KiB', 524_288),
  ].map((recorder) => [recorder.name, recorder]),
);

function none(name) {
  return { name, start() {}, stop() {} };
}

function heapprof(rate, samplingInterval) {
  const options = { stackDepth: STACK_DEPTH, ...(samplingInterval && { samplingInterval }) };
  return {
    name: `heapprof, ${rate}`,
    rate,
    isOurs: true,
    start: (filebase) => start(filebase, undefined, options),
    stop,
  };
}

// What node's option --heap-prof does, for a part of a run. The depth is the inspector's own, 128.
function heapProf(rate, samplingInterval) {
  let session;
  return {
    name: `--heap-prof, ${rate}`,
    rate,
    start() {
      session = new Session();
      session.connect();
      session.post('HeapProfiler.startSampling', { samplingInterval });
    },
    stop() {
      session.post('HeapProfiler.stopSampling');
      session.disconnect();
    },
  };
}

function datadogPprof(rate, samplingInterval) {
  // Loaded at the first start, so that it is no part of a process that does not use it.
  const load = () => require('@datadog/pprof').heap;
  return {
    name: `@datadog/pprof, ${rate}`,
    rate,
    start: () => load().start(samplingInterval, STACK_DEPTH),
    stop: () => load().stop(),
  };
}
