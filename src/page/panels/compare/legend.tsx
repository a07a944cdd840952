import type { CallTreeComparison } from '../../../analysis/call-tree/compare-call-trees.js';
import { DIFFERENCE_KEYS } from '../../../render/difference-colors.js';
import { amountText } from '../../../render/difference-text.js';
import { useIsDark } from '../../flame/flame-canvas.js';
import { shadeColor } from './shade-color.js';

/** The colours, from less in B to more. */
export function Shades() {
  const isDark = useIsDark();
  return (
    <p class="shades">
      <span>▼ less in B</span>
      {DIFFERENCE_KEYS.map(({ shade, text }) => (
        <span key={shade} class="shade" style={{ background: shadeColor(shade, isDark) }}>
          {shade === 'same' ? 'not significant' : text}
        </span>
      ))}
      <span>▲ more in B</span>
    </p>
  );
}

/** What the colours say, and what is called significant. */
export function Explanation({
  comparison: { unit, folded },
}: {
  readonly comparison: CallTreeComparison;
}) {
  const hidden = Math.max(folded[unit].a, folded[unit].b);
  return (
    <p class="note">
      Frames are as wide as A and B together. Orange ones (▲) have more in B, blue ones (▼) less,
      the darker the larger the ratio; those in the colour of the page do not differ significantly.
      A difference is significant if it is more than 3 times its standard error (±) from sampling,
      which chance alone does in 3 of 1,000 frames
      {hidden > 0 &&
        `, by more than the ${amountText(hidden, unit)}${unit === 'objects' ? ' objects' : ''} that are put together as “other”`}
      . How much a program differs from run to run is not in it.
    </p>
  );
}
