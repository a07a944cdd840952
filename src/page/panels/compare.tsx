import { useEffect, useState } from 'preact/hooks';
import { usePage } from '../page-context.js';
import type { Selection } from '../state/hash.js';
import { Comparison } from './compare/comparison.js';
import { closeOther, openOther, otherState, otherTimes } from './compare/other-recording.js';
import { compareSettings } from './compare/settings.js';
import { firstAndLastThird } from './compare/sides.js';
import { SidesEditor } from './compare/sides-editor.js';

/** What changed from A to B: two times of this recording, or this one and another, whose report a person opens or drops here. */
export function ComparePanel() {
  const { timePlot, store, analyst } = usePage();
  const settings = compareSettings(store);
  const [isOver, setOver] = useState(false);
  const [figures, setFigures] = useState({ a: '', b: '' });
  const end = timePlot.points.at(-1)!.timeSeconds;
  const thirds = firstAndLastThird(end);
  const state = otherState.value;
  const other = state && 'recording' in state ? state.recording : undefined;
  const a = settings.a.value ?? thirds.a;
  const b = other ? otherTimes.value : (settings.b.value ?? thirds.b);

  // In the address from the beginning, and so on the time line; but what is of another recording is not on that of this one.
  useEffect(() => {
    settings.a.value ??= thirds.a;
    if (!other) settings.b.value ??= thirds.b;
  }, []);
  const open = async (file: File) => {
    if (!(await openOther(file, analyst))) return;
    settings.a.value = { from: 0, to: end };
    settings.b.value = undefined;
  };
  const close = () => {
    closeOther();
    settings.a.value = thirds.a;
    settings.b.value = thirds.b;
  };
  const change = (side: 'a' | 'b', chosen: Selection) => {
    const times = side === 'b' && other ? otherTimes : settings[side];
    times.value = chosen;
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a file can be dropped on it; the button takes one too.
    <div
      class={isOver ? 'compare is-over' : 'compare'}
      onDragOver={(event) => {
        if (!event.dataTransfer?.types.includes('Files')) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        setOver(false);
        const [file] = event.dataTransfer?.files ?? [];
        if (!file) return;
        event.preventDefault();
        void open(file);
      }}
    >
      <SidesEditor
        {...{ a, b, end, figures }}
        other={state}
        onChange={change}
        onOpen={open}
        onClose={close}
      />
      <Comparison key={other?.number ?? 0} {...{ settings, a, b, other }} onFigures={setFigures} />
    </div>
  );
}
