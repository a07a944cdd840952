/** Stands where a panel is still to be made; see `panels.tsx`. */
export function Placeholder() {
  return <p class="note">This panel is not there yet.</p>;
}
