import { useEffect, useState } from 'preact/hooks';
import { exactTimeText, parseTimeText } from './time-text.js';

/** A field for a time since the start. What was typed counts when it is left, or with Enter; Escape takes it back. */
export function TimeField({
  name,
  seconds,
  end,
  onChange,
}: {
  readonly name: string;
  readonly seconds: number;
  /** Of the recording; later times are this. */
  readonly end: number;
  readonly onChange: (seconds: number) => void;
}) {
  const text = exactTimeText(seconds);
  const [typed, setTyped] = useState(text);
  useEffect(() => setTyped(text), [text]);
  const isTime = parseTimeText(typed) !== undefined;
  const commit = () => {
    const parsed = parseTimeText(typed);
    if (typed === text || parsed === undefined) return;
    const within = Math.min(parsed, end);
    // Also where the value stays as it was.
    setTyped(exactTimeText(within));
    onChange(within);
  };
  return (
    <input
      type="text"
      class="time-field"
      aria-label={name}
      aria-invalid={!isTime}
      title={
        isTime
          ? 'Since the start: 12.5, 250ms, 1h 30m'
          : 'This is no time. Write seconds since the start, such as 12.5, or with units: 250ms, 1h 30m.'
      }
      spellcheck={false}
      autocomplete="off"
      value={typed}
      onInput={(event) => setTyped(event.currentTarget.value)}
      onBlur={() => (isTime ? commit() : setTyped(text))}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit();
        else if (event.key === 'Escape') setTyped(text);
      }}
    />
  );
}
