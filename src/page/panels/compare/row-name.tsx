import type { SubjectLabels } from '../../../analysis/subject-keys.js';
import { comparedLabel } from '../../../render/compare-names.js';

/** A longer name loses the folders of its path, and then its middle; the pointer shows all of it. */
const NAME_CHARACTERS = 90;

/** No name needs more, also where there is room. */
const WHOLE_NAME_CHARACTERS = 2000;

/** So many callers of a trace are seen before it is opened. */
const CALLERS = 3;

const CALLER_CHARACTERS = 32;

/** What a row is about; a trace by its innermost frames, and opened by all of them. */
export function RowName({ labels }: { readonly labels: SubjectLabels }) {
  const text = (of: SubjectLabels, width: number) => comparedLabel({ labels: of }, width);
  const [innermost, ...callers] = labels.toReversed();
  const name = (
    <span title={text([innermost!], WHOLE_NAME_CHARACTERS)}>
      {text([innermost!], NAME_CHARACTERS)}
    </span>
  );
  if (callers.length === 0) return name;
  const first = callers.slice(0, CALLERS).map((each) => `← ${text([each], CALLER_CHARACTERS)}`);
  const more = callers.length - first.length;
  return (
    <details>
      <summary>
        {name}
        <small>
          {first.join(' ')}
          {more > 0 && ` ← ${more} more`}
        </small>
      </summary>
      <ol>
        {callers.map((each, place) => (
          <li key={place}>{text([each], WHOLE_NAME_CHARACTERS)}</li>
        ))}
      </ol>
    </details>
  );
}
