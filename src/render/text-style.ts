import pc from 'picocolors';

/** How text for a person is laid out. */
export interface TextStyle {
  /** Columns of the terminal or page. */
  readonly width: number;
  /** Whether there may be colours. */
  readonly colors: boolean;
}

/** The colours that texts use; plain text where there may be none. */
export function colorsOf(style: TextStyle): {
  faint(text: string): string;
  bold(text: string): string;
} {
  const colors = pc.createColors(style.colors);
  return { faint: colors.dim, bold: colors.bold };
}
