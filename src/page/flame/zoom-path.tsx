import type { FrameTexts } from './frame-texts.js';

/** A path shows its beginning, and so many of its last steps. */
const LAST_STEPS = 4;

/** The way from all memory to the zoomed frame; each step can be gone back to. */
export function ZoomPath({
  path,
  texts,
  onZoom,
}: {
  readonly path: readonly number[];
  readonly texts: FrameTexts;
  readonly onZoom: (node: number) => void;
}) {
  const leftOut = Math.max(path.length - 1 - LAST_STEPS, 0);
  const steps = [path[0]!, ...path.slice(1 + leftOut)];
  return (
    <nav class="zoom-path" aria-label="Zoomed frame">
      <ol>
        {steps.map((node, place) => (
          <li key={node}>
            {place === 1 && leftOut > 0 && <span class="left-out">… {leftOut} more</span>}
            <button
              type="button"
              class="zoom-step"
              title={texts.label(node)}
              aria-current={place === steps.length - 1 ? 'true' : undefined}
              onClick={() => onZoom(node)}
            >
              {texts.name(node)}
            </button>
          </li>
        ))}
      </ol>
      {path.length > 1 && (
        <button type="button" onClick={() => onZoom(0)}>
          Reset zoom
        </button>
      )}
    </nav>
  );
}
