import type { NativeAddon, NativeStartOptions } from './addon.js';
import { leaveChildrenAlone, PRELOAD_OPTION, recordChildren } from './child-environment.js';
import type { FamilySettings, ProcessSettings } from './family-settings.js';
import { attachToWorkers } from './worker-attach.js';
import type { ThreadFacts } from './worker-thread.js';

/**
 * Has everything recorded that belongs to the calling main thread, which is being recorded: the other threads, and child
 * processes to come, until its recording ends.
 * @param root settings for child processes
 * @param own those of this process
 * @param optionsFor what to start a worker's recording with
 */
export function recordProcess(
  addon: NativeAddon,
  root: FamilySettings,
  own: ProcessSettings,
  optionsFor: (thread: ThreadFacts) => NativeStartOptions,
): void {
  const processSettings = JSON.stringify(own);
  addon.setProcessSettings(processSettings);
  recordChildren(root);
  const stopAttaching = attachToWorkers(addon, optionsFor, processSettings);
  addon.onEnd(() => {
    addon.setProcessSettings('');
    leaveChildrenAlone(process.env, PRELOAD_OPTION);
    stopAttaching();
    addon.stopThreads();
  });
}
