import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Profile } from 'pprof-format';

/** A profile of pprof in words: `innermost < … < outermost: objects and bytes allocated, and in use; labels`. */
export function pprofSamples(bytes: Buffer): string[] {
  const { sample, location, function: functions, stringTable } = Profile.decode(gunzipSync(bytes));
  const text = (index: number | bigint) => stringTable.strings[Number(index)]!;
  return sample.map(({ locationId, value, label }) => {
    const frames = locationId.map((id) => {
      const { functionId, line } = location[Number(id) - 1]!.line[0]!;
      const { name, filename } = functions[Number(functionId) - 1]!;
      return `${text(name)} ${path.basename(text(filename))}:${line}`;
    });
    const labels = label.map(({ key, str }) => `${text(key)}=${text(str)}`);
    return `${frames.join(' < ')}: ${value.map((amount) => BigInt.asIntN(64, BigInt(amount))).join(' ')}; ${labels.join(' ')}`;
  });
}
