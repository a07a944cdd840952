import { useEffect, useMemo, useState } from 'preact/hooks';

/** Whether a media query holds, kept up to date. */
export function useMatches(media: string): boolean {
  const query = useMemo(() => matchMedia(media), [media]);
  const [matches, setMatches] = useState(query.matches);
  useEffect(() => {
    const onChange = () => setMatches(query.matches);
    onChange();
    query.addEventListener('change', onChange);
    return () => query.removeEventListener('change', onChange);
  }, [query]);
  return matches;
}
