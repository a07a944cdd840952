/** A sentence in which names of options such as `--expose-gc` are not broken at their hyphens. */
export function OptionNames({ text }: { readonly text: string }) {
  return (
    <>
      {text.split(/(--[a-z][\w-]*)/).map((part, place) =>
        place % 2 === 0 ? (
          part
        ) : (
          <span key={place} class="unbroken">
            {part}
          </span>
        ),
      )}
    </>
  );
}
