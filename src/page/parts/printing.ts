import { signal } from '@preact/signals';

/** Whether the page is being printed: on light paper, whatever the screen is. Canvases are drawn for that, as style sheets cannot. */
export const isPrinting = signal(false);

/** Has the page know when it is printed, and keeps it as wide as it is: the browser makes it smaller, so that canvases fit the rest. */
export function watchPrinting(): void {
  const { documentElement, body } = document;
  const turn = (isOn: boolean) => {
    body.style.width = isOn ? `${documentElement.clientWidth}px` : '';
    documentElement.classList.toggle('printing', isOn);
    isPrinting.value = isOn;
  };
  addEventListener('beforeprint', () => turn(true));
  addEventListener('afterprint', () => turn(false));
}
