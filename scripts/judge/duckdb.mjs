import { createRequire } from 'node:module';
import path from 'node:path';

/** DuckDB reads our Parquet files, and adds them up to our totals; and the query of docs/interchange.md for a fleet runs. */
export async function* judgeParquet({ filebase, folder, heapprof, ourJson }) {
  const { DuckDBInstance } = createRequire(path.join(folder, 'package.json'))('@duckdb/node-api');
  const base = path.join(folder, 'tables');
  heapprof('export', filebase, '--format', 'parquet', '-o', base);
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const value = async (sql) => Number((await connection.runAndReadAll(sql)).getRows()[0][0]);
  const table = (name) => `'${base}.${name}.parquet'`;

  const live = ourJson().total.bytes;
  const lastSnapshot = await value(
    `SELECT sum(live_bytes) FROM ${table('snapshots')} WHERE snapshot = (SELECT max(snapshot) FROM ${table('snapshots')})`,
  );
  yield verdict(`live at the end ${lastSnapshot}, ours ${live}`, lastSnapshot === live);

  const allocated = ourJson('--metric', 'allocated').total.bytes;
  const ofSnapshots = await value(`SELECT sum(allocated_bytes) FROM ${table('snapshots')}`);
  yield verdict(`allocated ${ofSnapshots}, ours ${allocated}`, ofSnapshots === allocated);

  // Rows of snapshots are whole numbers each, so that sums of events are off by roundings.
  const fromEvents = await value(
    `SELECT sum(size_bytes * weight) FROM ${table('events')} WHERE operation = 'allocation'`,
  );
  const isNear = Math.abs(fromEvents - allocated) <= 1e-5 * allocated;
  yield verdict(`allocated by events ${Math.round(fromEvents)}, ours ${allocated}`, isNear);

  const orphans = await value(
    `SELECT count(*) FROM ${table('events')} e ANTI JOIN ${table('traces')} t USING (recording, thread, trace) WHERE e.trace > 0`,
  );
  yield verdict(`${orphans} events without a stack`, orphans === 0);
}

function verdict(says, isGood) {
  return { tool: 'DuckDB', says, isGood };
}
