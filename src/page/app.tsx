import { useLayoutEffect, useRef } from 'preact/hooks';
import { Header } from './header.js';
import { usePage } from './page-context.js';
import { PANEL_VIEWS } from './panels/panels.js';
import { PANELS } from './state/store.js';
import { TimeLine } from './time-line/time-line.js';

/** The whole page: what was recorded, the time line, and the panel that was chosen. */
export function App() {
  const { store } = usePage();
  const panel = store.panel.value;
  const { View, title } = PANEL_VIEWS[panel];
  return (
    <>
      <Header />
      <div class="sticky">
        <TimeLine />
        <PanelTabs />
      </div>
      <main>
        <div
          class="panel"
          role="tabpanel"
          id={`panel-${panel}`}
          aria-labelledby={`tab-${panel}`}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it, and goes on from the tabs to it.
          tabIndex={0}
        >
          <h2 class="unseen">{title}</h2>
          <View key={panel} />
        </div>
      </main>
    </>
  );
}

/** Arrow keys, Home and End choose a tab, as the pattern of tabs has it: https://www.w3.org/WAI/ARIA/apg/patterns/tabs/ */
function PanelTabs() {
  const { store } = usePage();
  const chosen = store.panel.value;
  const list = useRef<HTMLDivElement>(null);
  // Where not all tabs have room, the chosen one is in view.
  useLayoutEffect(() => {
    const tabs = list.current!;
    const tab = tabs.querySelector<HTMLElement>('[aria-selected=true]')!;
    tabs.scrollLeft = tab.offsetLeft - (tabs.clientWidth - tab.offsetWidth) / 2;
  }, [chosen]);
  const onKeyDown = (event: KeyboardEvent) => {
    const place = PANELS.indexOf(chosen);
    const next = {
      ArrowRight: (place + 1) % PANELS.length,
      ArrowLeft: (place + PANELS.length - 1) % PANELS.length,
      Home: 0,
      End: PANELS.length - 1,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const panel = PANELS[next]!;
    store.panel.value = panel;
    document.getElementById(`tab-${panel}`)?.focus();
  };
  return (
    <nav aria-label="Panels">
      <div ref={list} class="tabs" role="tablist" aria-label="Panels" onKeyDown={onKeyDown}>
        {PANELS.map((panel) => (
          <button
            key={panel}
            type="button"
            role="tab"
            id={`tab-${panel}`}
            aria-selected={panel === chosen}
            aria-controls={`panel-${panel}`}
            tabIndex={panel === chosen ? 0 : -1}
            onClick={() => {
              store.panel.value = panel;
            }}
          >
            {PANEL_VIEWS[panel].title}
          </button>
        ))}
      </div>
    </nav>
  );
}
