import type { Signal } from '@preact/signals';

/** One of a few words, as a row of buttons. */
export function Choices<Word extends string>({
  name,
  of,
  words,
  texts,
  onChange,
}: {
  readonly name: string;
  readonly of: Signal<Word>;
  /** In the order of the buttons. */
  readonly words: readonly Word[];
  /** What each says, and its hint. */
  readonly texts: Readonly<Record<Word, readonly [text: string, hint: string]>>;
  readonly onChange?: () => void;
}) {
  return (
    <fieldset class="choices">
      <legend class="unseen">{name}</legend>
      {words.map((word) => {
        const [text, hint] = texts[word];
        return (
          <label key={word} title={hint}>
            <input
              type="radio"
              name={name}
              checked={of.value === word}
              onChange={() => {
                of.value = word;
                onChange?.();
              }}
            />
            <span>{text}</span>
          </label>
        );
      })}
    </fieldset>
  );
}
