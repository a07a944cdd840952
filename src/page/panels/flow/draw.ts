import type { FlowGraph } from '../../../analysis/flow-graph.js';
import type { FlowDrawing } from '../../../render/flow-dot.js';
import { inflate } from '../../data/sections.js';
import type { Drawn, DrawRequest } from './graphviz-worker.js';

let worker: Promise<Worker> | undefined;
let lastId = 0;

/**
 * A flow graph as SVG text, drawn by Graphviz in a thread of its own, which is started when it is first needed.
 * @throws Error with a sentence if it cannot be drawn.
 */
export async function drawFlowGraph(graph: FlowGraph, drawing: FlowDrawing): Promise<string> {
  worker ??= startWorker();
  const drawer = await worker;
  lastId += 1;
  const request: DrawRequest = { id: lastId, graph, drawing };
  return new Promise((resolve, reject) => {
    const stop = () => {
      drawer.removeEventListener('message', onMessage);
      drawer.removeEventListener('error', onError);
    };
    const onMessage = ({ data }: MessageEvent<Drawn>) => {
      if (data.id !== request.id) return;
      stop();
      if ('svg' in data) resolve(data.svg);
      else reject(new Error(`The graph cannot be drawn: ${data.error}`));
    };
    const onError = ({ message }: ErrorEvent) => {
      stop();
      reject(new Error(message || 'Graphviz cannot be started.'));
    };
    drawer.addEventListener('message', onMessage);
    drawer.addEventListener('error', onError);
    drawer.postMessage(request);
  });
}

async function startWorker(): Promise<Worker> {
  const element = document.getElementById('graphviz');
  if (!element?.textContent) throw new Error('This report has no Graphviz in it.');
  const script = await inflate(element.textContent);
  element.remove();
  return new Worker(URL.createObjectURL(new Blob([script], { type: 'text/javascript' })));
}
