import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readStatsPage } from '../capture/stats-page.js';
import { DEFAULT_OVERHEAD, reportOf } from '../capture/stats-report.js';
import { statsText } from '../capture/stats-text.js';
import { printJson } from './output.js';
import { endLike, runScript } from './script-process.js';

/** How the report of a script is made. */
export interface ScriptStatsOptions {
  /** What recording may cost, as a fraction of the script's own CPU time. */
  readonly overhead?: number;
  /** JSON on stdout instead of text on stderr. */
  readonly json?: true;
}

/**
 * Runs a script, counts its allocations, and prints the report when it has ended, however it ended: the counts are in a file that the
 * script's process shares with this one.
 */
export async function gatherScriptStats(
  script: string,
  args: readonly string[],
  { overhead = DEFAULT_OVERHEAD, json }: ScriptStatsOptions,
): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'heapprof-stats-'));
  const file = path.join(folder, 'page');
  const end = await runScript(script, args, { HEAPPROF_STATS: file });
  const statistics = existsSync(file) ? readStatsPage(readFileSync(file)) : undefined;
  rmSync(folder, { recursive: true });
  // Without them the counting could not begin, and the script's process has said why.
  if (statistics !== undefined) {
    const report = reportOf(statistics, overhead);
    if (json) await printJson(report);
    else process.stderr.write(statsText(report));
  }
  endLike(end);
}
