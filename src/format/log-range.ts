import type { LogCursor, LogItem, TimeRange } from './log.js';

/** Whether a time, in microseconds since the start, lies within a range. */
export function isWithin(timeMicros: number, { fromMicros, toMicros }: TimeRange): boolean {
  return timeMicros >= (fromMicros ?? 0) && timeMicros <= (toMicros ?? Number.POSITIVE_INFINITY);
}

/** What lies within a range of an item, as `EventLog.items` has it; undefined where that is nothing. */
export function partWithin(item: LogItem, range: TimeRange): LogItem | undefined {
  const { fromMicros, toMicros } = range;
  if (fromMicros === undefined && toMicros === undefined) return item;
  const hasTimeWithin = ({ timeMicros }: { readonly timeMicros: number }) =>
    isWithin(timeMicros, range);
  switch (item.item) {
    case 'events': {
      const { firstTimeMicros, lastTimeMicros } = item.block;
      const reaches = lastTimeMicros >= (fromMicros ?? 0);
      return reaches && firstTimeMicros <= (toMicros ?? Number.POSITIVE_INFINITY)
        ? item
        : undefined;
    }
    case 'heap': {
      const records = item.records.filter(hasTimeWithin);
      return records.length > 0 ? { ...item, records } : undefined;
    }
    case 'marks': {
      const marks = item.marks.filter(hasTimeWithin);
      return marks.length > 0 ? { ...item, marks } : undefined;
    }
    case 'end':
      return hasTimeWithin(item.end) ? item : undefined;
    case 'damage':
      return item;
  }
}

/** What the rest of a log has within a range, as `EventLog.items` has it. */
export function* itemsWithin(cursor: LogCursor, range: TimeRange): Generator<LogItem, void, void> {
  const { toMicros = Number.POSITIVE_INFINITY } = range;
  for (let item = cursor.next(); item !== undefined; item = cursor.next()) {
    if (item.item === 'events' && item.block.firstTimeMicros > toMicros) return;
    const part = partWithin(item, range);
    if (part !== undefined) yield part;
  }
}
