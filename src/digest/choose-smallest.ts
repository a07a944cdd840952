/** Which of the smallest values find room together. */
export interface Smallest {
  /** All values below this one, and… */
  readonly largest: number;
  /** …so many that are equal to it; at least one. */
  readonly largestCount: number;
}

/**
 * As many of the smallest values as together are at most `room`; undefined where not even one is.
 * @param values from 0 on; their order changes
 */
export function chooseSmallest(values: Float64Array, room: number): Smallest | undefined {
  let chosen: Smallest | undefined;
  let chosenSum = 0;
  let start = 0;
  let end = values.length;
  // Each turn puts values[start..end) into three parts around one of them, and goes on in the part where room ends.
  while (start < end) {
    const pivot = medianOf(values[start]!, values[(start + end) >> 1]!, values[end - 1]!);
    let below = start;
    let belowSum = 0;
    let above = end;
    for (let k = start; k < above; ) {
      const value = values[k]!;
      if (value < pivot) {
        values[k++] = values[below]!;
        values[below++] = value;
        belowSum += value;
      } else if (value > pivot) {
        values[k] = values[--above]!;
        values[above] = value;
      } else {
        k++;
      }
    }
    if (chosenSum + belowSum > room) {
      end = below;
      continue;
    }
    chosenSum += belowSum;
    let equalCount = 0;
    while (equalCount < above - below && chosenSum + pivot <= room) {
      chosenSum += pivot;
      equalCount += 1;
    }
    if (equalCount > 0) chosen = { largest: pivot, largestCount: equalCount };
    else if (below > start) chosen = largestOf(values.subarray(start, below));
    if (equalCount < above - below) return chosen;
    start = above;
  }
  return chosen;
}

/** All of these values: the largest, and how often it is there. */
function largestOf(values: Float64Array): Smallest {
  let largest = 0;
  let largestCount = 0;
  for (const value of values) {
    if (value > largest || largestCount === 0) {
      largest = value;
      largestCount = 0;
    }
    if (value === largest) largestCount += 1;
  }
  return { largest, largestCount };
}

function medianOf(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
