import type { Signal } from '@preact/signals';
import type { CallTreeOptions } from '../../analysis/call-tree/call-tree.js';
import type { FramePattern } from '../../analysis/call-tree/frame-pattern.js';
import { METRICS, type Metric } from '../../analysis/call-tree/metric.js';
import { parseFramePattern } from '../../analysis/call-tree/pattern-text.js';
import { KINDS, type Kind } from '../../model/event.js';
import { flag, oneOf, text, texts } from '../state/hash.js';
import { type Store, timeOptions } from '../state/store.js';

/** From which side the tree is looked at. */
export const CALL_VIEWS = ['overview', 'hotspots', 'inspect'] as const;

const KIND_CHOICES = ['all', ...KINDS] as const;

/** What a person has chosen of call trees; all of it is in the address. Patterns are as `parseFramePattern` reads them. */
export interface CallSettings {
  readonly view: Signal<(typeof CALL_VIEWS)[number]>;
  readonly metric: Signal<Metric>;
  readonly kind: Signal<'all' | Kind>;
  readonly search: Signal<string>;
  /** Whose callers and callees `inspect` shows; empty where no function was chosen. */
  readonly inspect: Signal<string>;
  readonly focus: Signal<readonly string[]>;
  readonly hide: Signal<readonly string[]>;
  /** Whether dependencies and Node.js are put together. */
  readonly mine: Signal<boolean>;
  /** The zoomed node, see `pathKey`. */
  readonly zoom: Signal<string>;
}

/** The settings of the panel; the same ones each time. */
export function callSettings(store: Store): CallSettings {
  return {
    view: store.setting('calls.view', oneOf(CALL_VIEWS), 'overview'),
    metric: store.setting('calls.metric', oneOf(METRICS), 'live'),
    kind: store.setting('calls.kind', oneOf(KIND_CHOICES), 'all'),
    search: store.setting('calls.search', text, ''),
    inspect: store.setting('calls.inspect', text, ''),
    focus: store.setting('calls.focus', texts, []),
    hide: store.setting('calls.hide', texts, []),
    mine: store.setting('calls.mine', flag, false),
    zoom: store.setting('calls.zoom', text, ''),
  };
}

/** What the analysis is asked for, or the sentence that says why it cannot be asked. */
export function treeOptions(
  store: Store,
  settings: CallSettings,
): { readonly options: CallTreeOptions; readonly error?: string } {
  const view = settings.view.value;
  const kind = settings.kind.value;
  const errors: string[] = [];
  const patterns = (each: readonly string[]): FramePattern[] =>
    each.flatMap((pattern) => {
      try {
        return [parseFramePattern(pattern)];
      } catch (error) {
        errors.push(`${pattern} is no regular expression: ${(error as Error).message}.`);
        return [];
      }
    });
  const [inspect] = view === 'inspect' ? patterns([settings.inspect.value].filter(Boolean)) : [];
  const options = {
    ...timeOptions(store.selection.value),
    metric: settings.metric.value,
    ...(kind !== 'all' && { kind }),
    view: view === 'hotspots' ? view : ('overview' as const),
    ...(inspect !== undefined && { inspect }),
    focus: patterns(settings.focus.value),
    hide: patterns(settings.hide.value),
    collapseDependencies: settings.mine.value,
  };
  const [error] = errors;
  return { options, ...(error !== undefined && { error }) };
}
