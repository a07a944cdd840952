import { usePage } from '../page-context.js';
import { shown } from '../parts/text.js';

/** Over the plot's corner, so that nothing moves: that finer numbers of what is seen or chosen are on their way, or why there are none. */
export function FinerSign() {
  const { sources } = usePage();
  const { areComing, error } = sources;
  return (
    <div class="time-finer">
      <p role="status">{areComing && <span>Fetching finer numbers …</span>}</p>
      {error !== undefined && (
        <p class="time-error" role="alert">
          {shown(error)}
          <button
            type="button"
            aria-label="Close the message"
            onClick={() => {
              sources.closeErrors();
              // The button is gone: the keyboard goes on beside it.
              document.querySelector<HTMLElement>('.time-plot')?.focus({ preventScroll: true });
            }}
          >
            ×
          </button>
        </p>
      )}
    </div>
  );
}
