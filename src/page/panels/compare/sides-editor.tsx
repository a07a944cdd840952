import { useRef } from 'preact/hooks';
import { usePage } from '../../page-context.js';
import { shown } from '../../parts/text.js';
import type { Selection } from '../../state/hash.js';
import type { OtherState } from './other-recording.js';
import { SideEditor } from './side-editor.js';
import { timesText } from './time-text.js';

/** Where A and B are chosen: times of this recording, or for B another one. */
export function SidesEditor({
  a,
  b,
  end,
  other,
  figures,
  onChange,
  onOpen,
  onClose,
}: {
  readonly a: Selection;
  readonly b: Selection;
  /** Of this recording, in seconds. */
  readonly end: number;
  readonly other: OtherState | undefined;
  readonly figures: { readonly a: string; readonly b: string };
  readonly onChange: (side: 'a' | 'b', chosen: Selection) => void;
  /** The report of another recording was chosen, or is not wanted any more. */
  readonly onOpen: (file: File) => void;
  readonly onClose: () => void;
}) {
  const { facts, store } = usePage();
  const recording = other && 'recording' in other ? other.recording : undefined;
  const chosen = store.selection.value ?? { from: 0, to: end };
  const useChosen = (side: 'a' | 'b') => (
    <button
      type="button"
      aria-label={`Use the chosen time as ${side.toUpperCase()}`}
      title={`What is chosen on the time line: ${timesText(chosen)}`}
      onClick={() => onChange(side, chosen)}
    >
      Use the chosen time
    </button>
  );
  return (
    <section class="sides" aria-label="What is compared">
      <SideEditor
        side="A"
        name={recording && shown(facts.title)}
        chosen={a}
        end={end}
        figures={figures.a}
        onChange={(next) => onChange('a', next)}
      >
        {useChosen('a')}
      </SideEditor>
      <SideEditor
        side="B"
        name={recording && shown(recording.name)}
        chosen={b}
        end={recording?.end ?? end}
        figures={figures.b}
        onChange={(next) => onChange('b', next)}
      >
        {recording ? (
          <button type="button" onClick={onClose}>
            Back to this recording
          </button>
        ) : (
          <>
            {useChosen('b')}
            <FileButton onOpen={onOpen} />
          </>
        )}
      </SideEditor>
      {other && 'reading' in other && (
        <p class="note" role="status">
          Reading {shown(other.reading)} …
        </p>
      )}
      {other && 'error' in other && <p role="alert">{shown(other.error)}</p>}
    </section>
  );
}

/** Chooses the report of another recording. */
function FileButton({ onOpen }: { readonly onOpen: (file: File) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button
        type="button"
        title="The report of another recording, as heapprof report wrote it; it can also be dropped here. It stays on this computer."
        onClick={() => input.current!.click()}
      >
        Other report …
      </button>
      <input
        ref={input}
        type="file"
        accept=".html,text/html"
        aria-label="Report of another recording"
        hidden
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          if (file) onOpen(file);
          // The same file can be chosen again.
          currentTarget.value = '';
        }}
      />
    </>
  );
}
