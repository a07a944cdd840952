import { useEffect, useRef } from 'preact/hooks';
import { HINTS, type HintGroup } from './hints.js';

/** Where a question mark is text. */
const TEXT_FIELDS = 'input, textarea, select';

/** A button, and the key `?`, that show what can be done by keys, mouse and touch. Escape closes it, and the focus goes back to where it was. */
export function Help() {
  const dialog = useRef<HTMLDialogElement>(null);
  const open = () => {
    if (!dialog.current!.open) dialog.current!.showModal();
  };
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const isText = event.target instanceof Element && event.target.matches(TEXT_FIELDS);
      if (event.key !== '?' || event.ctrlKey || event.metaKey || event.altKey || isText) return;
      event.preventDefault();
      open();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);
  return (
    <>
      <button type="button" class="help-opener" aria-haspopup="dialog" onClick={open}>
        Help <kbd>?</kbd>
      </button>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it, by the browser. */}
      <dialog
        ref={dialog}
        class="help"
        aria-labelledby="help-title"
        onClick={({ target, currentTarget }) => {
          // Its ground is outside of what it holds.
          if (target === currentTarget) currentTarget.close();
        }}
      >
        <div class="help-content">
          <div class="help-head">
            <h2 id="help-title">Keys, mouse and touch</h2>
            <button type="button" onClick={() => dialog.current!.close()}>
              Close
            </button>
          </div>
          <div class="help-groups">
            {HINTS.map((group) => (
              <Group key={group.part} group={group} />
            ))}
          </div>
        </div>
      </dialog>
    </>
  );
}

function Group({ group: { part, hints, pointer, touch } }: { readonly group: HintGroup }) {
  return (
    <section aria-label={part}>
      <h3>{part}</h3>
      <dl>
        {hints.map(({ keys, does }) => (
          <div key={does}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      {pointer !== undefined && (
        <p>
          <b>Mouse:</b> {pointer}
        </p>
      )}
      {touch !== undefined && (
        <p>
          <b>Touch:</b> {touch}
        </p>
      )}
    </section>
  );
}
