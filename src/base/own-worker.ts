/** The name of worker threads of ours, by which a recording of the program leaves them out. */
export const OWN_WORKER_NAME = 'heapprof';
