import type { Signal } from '@preact/signals';
import {
  flag,
  fraction,
  oneOf,
  optional,
  type Selection,
  selection,
  text,
} from '../../state/hash.js';
import type { Store } from '../../state/store.js';
import { MOMENTS, type Moment } from './instants.js';

/** As the command line has it. */
const DEFAULT_MIN_EDGE = 0.05;

/** What is chosen in the controls of the flow graph; all of it is in the address. */
export interface FlowSettings {
  /** The smallest share of a box; undefined for as many boxes as a person can read. */
  readonly nodes: Signal<number | undefined>;
  /** The smallest share of an arrow, of what its caller has. */
  readonly edges: Signal<number>;
  readonly collapse: Signal<boolean>;
  /** Whether boxes are larger the more they allocate themselves. */
  readonly local: Signal<boolean>;
  readonly find: Signal<string>;
  readonly moment: Signal<Moment>;
  /** A and B of the panel `compare`. */
  readonly compared: readonly Signal<Selection | undefined>[];
}

/** The settings of the flow graph; the same signals each time. */
export function flowSettings(store: Store): FlowSettings {
  return {
    nodes: store.setting('flow.nodes', optional(fraction), undefined),
    edges: store.setting('flow.edges', fraction, DEFAULT_MIN_EDGE),
    collapse: store.setting('flow.collapse', flag, true),
    local: store.setting('flow.local', flag, true),
    find: store.setting('flow.find', text, ''),
    moment: store.setting('flow.moment', oneOf(MOMENTS), 'end'),
    compared: ['compare.a', 'compare.b'].map((key) =>
      store.setting(key, optional(selection), undefined),
    ),
  };
}
