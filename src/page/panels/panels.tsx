import type { ComponentType } from 'preact';
import type { PanelName } from '../state/store.js';
import { CallsPanel } from './calls.js';
import { ComparePanel } from './compare.js';
import { FlowPanel } from './flow.js';
import { GcPanel } from './gc.js';
import { LifetimesPanel } from './lifetimes.js';
import { SummaryPanel } from './summary.js';
import { TablePanel } from './table.js';

/** A panel: what its tab says, and the component below it, which takes all it needs from `usePage()`. */
interface Panel {
  readonly title: string;
  readonly View: ComponentType;
}

/** All panels. */
export const PANEL_VIEWS: Readonly<Record<PanelName, Panel>> = {
  summary: { title: 'Summary', View: SummaryPanel },
  calls: { title: 'Call trees', View: CallsPanel },
  compare: { title: 'Compare', View: ComparePanel },
  table: { title: 'Table', View: TablePanel },
  flow: { title: 'Flow graph', View: FlowPanel },
  lifetimes: { title: 'Lifetimes', View: LifetimesPanel },
  gc: { title: 'Garbage collection', View: GcPanel },
};
