import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { FrameAction } from './frame-actions.js';
import type { PagePoint } from './pointer-tip.js';

/** Pixels; it is moved into the window. */
const ROOM = { width: 190, height: 190 };

/** What can be done with a frame, as a menu at a place: https://www.w3.org/WAI/ARIA/apg/patterns/menubar/ */
export function FrameMenu({
  name,
  at,
  actions,
  onClose,
}: {
  readonly name: string;
  readonly at: PagePoint;
  readonly actions: readonly FrameAction[];
  readonly onClose: () => void;
}) {
  const menu = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    menu.current!.querySelector('button')?.focus();
    return () => before?.focus({ preventScroll: true });
  }, []);
  useEffect(() => {
    const onPointerDown = (event: PointerEvent) => {
      if (!menu.current!.contains(event.target as Node)) onClose();
    };
    addEventListener('pointerdown', onPointerDown, true);
    addEventListener('scroll', onClose, { capture: true, passive: true });
    return () => {
      removeEventListener('pointerdown', onPointerDown, true);
      removeEventListener('scroll', onClose, { capture: true });
    };
  }, [onClose]);
  const onKeyDown = (event: KeyboardEvent) => {
    const buttons = [...menu.current!.querySelectorAll('button')];
    const place = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const last = buttons.length - 1;
    const next = {
      ArrowDown: place === last ? 0 : place + 1,
      ArrowUp: place <= 0 ? last : place - 1,
      Home: 0,
      End: last,
    }[event.key];
    if (next !== undefined) buttons[next]!.focus();
    else if (event.key === 'Escape' || event.key === 'Tab') onClose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      ref={menu}
      class="frame-menu"
      role="menu"
      tabIndex={-1}
      aria-label={name}
      style={{
        left: `${Math.max(Math.min(at.x, innerWidth - ROOM.width), 4)}px`,
        top: `${Math.max(Math.min(at.y, innerHeight - ROOM.height), 4)}px`,
      }}
      onKeyDown={onKeyDown}
    >
      <p>{name}</p>
      {actions.map(({ name: action, hint, run }) => (
        <button
          key={action}
          type="button"
          class="frame-action"
          role="menuitem"
          tabIndex={-1}
          title={hint}
          onClick={() => {
            onClose();
            run();
          }}
        >
          {action}
        </button>
      ))}
    </div>
  );
}
