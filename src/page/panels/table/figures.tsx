/** An estimate, with what comes after `±` faint. */
export function Figure({ text }: { readonly text: string }) {
  const [estimate, error] = text.split(/ (?=±)/);
  return (
    <>
      {estimate}
      {error !== undefined && <span class="error"> {error}</span>}
    </>
  );
}

/** A share from 0 to 1 as a bar; its text stands beside it. */
export function Bar({ share }: { readonly share: number }) {
  return (
    <span class="bar" aria-hidden="true">
      <span style={{ width: `${Math.min(Math.max(share, 0), 1) * 100}%` }} />
    </span>
  );
}
