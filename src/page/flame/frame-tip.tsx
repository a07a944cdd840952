import type { FrameTexts } from './frame-texts.js';

/** What the tip at a node of a tree says: its function, where that is, and its figures. */
export function FrameTip({ texts, node }: { readonly texts: FrameTexts; readonly node: number }) {
  return (
    <>
      <b>{texts.frame(node).functionName === '' ? '(anonymous)' : texts.name(node)}</b>
      <div class="place">{texts.place(node)}</div>
      <dl>
        {texts.facts(node).map(({ label, value }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
