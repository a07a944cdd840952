import { useEffect, useRef, useState } from 'preact/hooks';
import { usePage } from '../page-context.js';
import { download, fileNameOf } from './download.js';
import { shown } from './text.js';

/** A file that a person can have. */
export interface DownloadItem {
  /** What the button says: `CSV`, `SVG`, `pprof`. */
  readonly label: string;
  /** What of the recording it is, for the file's name: `heap-summary`. */
  readonly what: string;
  /** Without a dot. */
  readonly extension: string;
  /** Makes it, when asked. An error is told in the menu. */
  readonly make: () => Blob | Promise<Blob>;
}

/** A menu of files, for the head of a panel. Escape, a click outside, and Tab close it. */
export function Downloads({ items }: { readonly items: readonly DownloadItem[] }) {
  const { facts } = usePage();
  const [isOpen, setOpen] = useState(false);
  const [error, setError] = useState<string>();
  const menu = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    if (!isOpen) return;
    menu.current?.querySelector('button')?.focus();
    const onPointerDown = ({ target }: PointerEvent) => {
      const isInside = [menu, opener].some(({ current }) => current?.contains(target as Node));
      if (!isInside) setOpen(false);
    };
    addEventListener('pointerdown', onPointerDown);
    return () => removeEventListener('pointerdown', onPointerDown);
  }, [isOpen]);

  const close = () => {
    setOpen(false);
    opener.current?.focus();
  };
  const save = async ({ what, extension, make }: DownloadItem) => {
    setError(undefined);
    try {
      download(await make(), fileNameOf(facts.title, what, extension));
      close();
    } catch (thrown) {
      setError(thrown instanceof Error ? thrown.message : String(thrown));
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') close();
    if (event.key === 'Tab') setOpen(false);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const buttons = [...menu.current!.querySelectorAll('button')];
    const place = buttons.indexOf(document.activeElement as HTMLButtonElement);
    buttons[(place + step + buttons.length) % buttons.length]?.focus();
  };
  return (
    <div class="downloads">
      <button
        ref={opener}
        type="button"
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        Download
      </button>
      {isOpen && (
        <div
          ref={menu}
          class="downloads-menu"
          role="menu"
          aria-label="Download"
          tabIndex={-1}
          onKeyDown={onKeyDown}
        >
          {items.map((item) => (
            <button key={item.label} type="button" role="menuitem" onClick={() => void save(item)}>
              {item.label}
            </button>
          ))}
          {error !== undefined && <p role="alert">{shown(error)}</p>}
        </div>
      )}
    </div>
  );
}
