// Rounds of overhead-run.mjs: `{recorder: run}`, of all recorders. `key` is `cpuMs` or `wallMs`.

/** How a recorder's time stands to that without one, in each round. */
export function ratiosToNone(rounds, recorder, key) {
  return rounds.map((round) => round[recorder][key] / withoutRecorder(round, recorder, key));
}

/** How much longer than without a recorder an iteration took, in each round, in milliseconds. */
export function differencesToNone(rounds, recorder, key) {
  return rounds.map((round) => round[recorder][key] - withoutRecorder(round, recorder, key));
}

/** How a recorder's time stands to that of another in the same round: less noisy than what both are to none. */
export function ratiosToOther(rounds, recorder, other, key) {
  return rounds.map((round) => round[recorder][key] / round[other][key]);
}

// The second run without a recorder shows the noise when it is held against the first.
function withoutRecorder(round, recorder, key) {
  const none = round.none[key];
  return recorder === 'none, again' ? none : (none + round['none, again'][key]) / 2;
}
