/** The colours of a theme, as canvases need them: read from the style sheet, where both themes are written down once. */
export interface Colours {
  readonly text: string
  readonly grid: string
  readonly surface: string
  readonly lines: readonly string[]
  readonly heat: string
  readonly warn: string
  readonly critical: string
  readonly late: string
}

/** After so many lines the colours begin anew, dashed. */
export const lineColours = 10

/** Reads the colours that hold now. */
export function readColours(): Colours {
  const style = getComputedStyle(document.documentElement)
  function read(name: string): string {
    return style.getPropertyValue(name).trim()
  }
  return {
    text: read('--text-2'),
    grid: read('--grid'),
    surface: read('--surface'),
    lines: Array.from({ length: lineColours }, (_, index) => read(`--line-${index + 1}`)),
    heat: read('--heat'),
    warn: read('--warn-line'),
    critical: read('--critical-line'),
    late: read('--late'),
  }
}

/** The colour of a line by its place. */
export function lineColour(colours: Colours, index: number): string {
  return colours.lines[index % colours.lines.length] ?? colours.text
}
