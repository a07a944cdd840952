import { readFileSync } from 'node:fs';
import path from 'node:path';
import { withInspectedNode } from './inspected-node.mjs';

/** A `.heapprofile` is a SamplingHeapProfile by V8's own description of its protocol, which Node's inspector serves, and has our total. */
export async function* judgeHeapProfile({ filebase, folder, heapprof, ourJson }) {
  const file = path.join(folder, 'profile.heapprofile');
  heapprof('export', filebase, '--format', 'heapprofile', '--at', 'peak', '-o', file);
  const profile = JSON.parse(readFileSync(file, 'utf8'));
  const { domains } = await protocol();
  const problems = [];
  const check = (value, { $ref, type, items, properties, optional }, domain, place) => {
    if (value === undefined) {
      if (!optional) problems.push(`${place} is missing`);
      return;
    }
    if ($ref !== undefined) {
      const [name, owner = domain] = $ref.split('.').reverse();
      const { types } = domains.find((each) => each.domain === owner);
      check(
        value,
        types.find(({ id }) => id === name),
        owner,
        place,
      );
    } else if (type === 'array') {
      if (!Array.isArray(value)) problems.push(`${place} is no array`);
      else for (const [k, item] of value.entries()) check(item, items, domain, `${place}[${k}]`);
    } else if (type === 'object') {
      const known = properties.map(({ name }) => name);
      for (const property of properties) {
        check(value[property.name], property, domain, `${place}.${property.name}`);
      }
      for (const name of Object.keys(value)) {
        if (!known.includes(name)) problems.push(`${place}.${name} is not known`);
      }
    } else if (type === 'integer' ? !Number.isInteger(value) : typeof value !== type) {
      problems.push(`${place} is no ${type}`);
    }
  };
  check(profile, { $ref: 'SamplingHeapProfile' }, 'HeapProfiler', 'profile');
  yield {
    tool: "V8's protocol",
    says: problems[0] ?? `a SamplingHeapProfile with ${profile.samples.length} samples`,
    isGood: problems.length === 0,
  };
  const sum = profile.samples.reduce((bytes, { size }) => bytes + size, 0);
  const { total } = ourJson('--at', 'peak');
  const says = `samples add up to ${sum} bytes, ours ${total.bytes}`;
  yield { tool: "V8's protocol", says, isGood: sum === total.bytes };
}

/** The protocol as JSON. */
function protocol() {
  return withInspectedNode(async (address) => {
    const [host] = address.split('/');
    return (await fetch(`http://${host}/json/protocol`)).json();
  });
}
