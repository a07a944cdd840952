import type { TimePlotPoint } from '../../../analysis/time-plot.js';
import { formatBytes } from '../../../base/units.js';
import { HeadedTable } from '../../parts/headed-table.js';

/** What V8 and the system say of memory, and what each figure means. */
const FIGURES: readonly {
  readonly name: string;
  readonly meaning: string;
  readonly of: (point: TimePlotPoint) => number | undefined;
}[] = [
  {
    name: 'Heap in use',
    meaning: 'JavaScript objects, dead ones included that no collection has come to yet.',
    of: (point) => point.usedHeapBytes,
  },
  {
    name: 'Capacity',
    meaning:
      'The most that V8 lets the heap grow to; beyond it the program ends with an out-of-memory error.',
    of: (point) => point.heapLimitBytes,
  },
  {
    name: 'External',
    meaning:
      'Memory outside the heap that V8 knows of, array buffers among it; it does not count against the capacity.',
    of: (point) => point.externalBytes,
  },
  {
    name: 'Array buffers',
    meaning: 'What is behind Buffers and typed arrays.',
    of: (point) => point.arrayBufferBytes,
  },
  {
    name: 'of them attributed',
    meaning:
      'Allocated by code that the recording knows: in the table and the call trees as array buffers.',
    of: ({ arrayBufferBytes, unattributedArrayBufferBytes: other }) =>
      arrayBufferBytes === undefined || other === undefined ? undefined : arrayBufferBytes - other,
  },
  {
    name: 'of them not attributed',
    meaning:
      'From before the start of the recording, or made by native code without a JavaScript stack.',
    of: (point) => point.unattributedArrayBufferBytes,
  },
  {
    name: 'Resident set',
    meaning:
      'What the whole process has in the memory of the machine, the recorder included: what containers limit.',
    of: (point) => point.residentSetBytes,
  },
];

/** Memory at the end of the chosen time, and the most within it. */
export function MemoryTable({ points }: { readonly points: readonly TimePlotPoint[] }) {
  const rows = FIGURES.flatMap(({ name, meaning, of }) => {
    const values = points.map(of).filter((value) => value !== undefined);
    return values.length === 0
      ? []
      : [{ name, meaning, last: values.at(-1)!, most: values.reduce((a, b) => Math.max(a, b)) }];
  });
  if (rows.length === 0) return <p class="note">The recording has no figures of V8 here.</p>;
  return (
    <HeadedTable class="memory" headers={['Memory', 'At the end', 'Most', 'What it is']}>
      {rows.map(({ name, meaning, last, most }) => (
        <tr key={name}>
          <th scope="row">{name}</th>
          <td data-value={last}>{formatBytes(last)}</td>
          <td data-value={most}>{formatBytes(most)}</td>
          <td>{meaning}</td>
        </tr>
      ))}
    </HeadedTable>
  );
}
