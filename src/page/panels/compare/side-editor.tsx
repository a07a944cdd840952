import type { ComponentChildren } from 'preact';
import type { Selection } from '../../state/hash.js';
import { TimeField } from './time-field.js';

/** One of the two that are compared: when it is, and how much there was. */
export function SideEditor({
  side,
  name,
  chosen,
  end,
  figures,
  onChange,
  children,
}: {
  readonly side: 'A' | 'B';
  /** What recording it is of, where there are two. */
  readonly name: string | undefined;
  readonly chosen: Selection;
  /** Of the recording, in seconds. */
  readonly end: number;
  readonly figures: string;
  readonly onChange: (chosen: Selection) => void;
  /** Buttons. */
  readonly children: ComponentChildren;
}) {
  const { from, to } = 'at' in chosen ? { from: chosen.at, to: chosen.at } : chosen;
  const change = (first: number, last: number) =>
    onChange(first === last ? { at: first } : { from: first, to: last });
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be a grid in every browser.
    <div class={`side side-${side.toLowerCase()}`} role="group" aria-label={`Side ${side}`}>
      <span class="side-name" aria-hidden="true">
        {side}
      </span>
      <span class="side-times">
        <TimeField
          name={`${side} from`}
          seconds={from}
          end={end}
          onChange={(seconds) => change(seconds, Math.max(seconds, to))}
        />
        <span aria-hidden="true">to</span>
        <TimeField
          name={`${side} to`}
          seconds={to}
          end={end}
          onChange={(seconds) => change(Math.min(seconds, from), seconds)}
        />
      </span>
      <span class="side-figures">{figures}</span>
      <span class="side-buttons">{children}</span>
      {name !== undefined && <span class="side-recording">{name}</span>}
    </div>
  );
}
