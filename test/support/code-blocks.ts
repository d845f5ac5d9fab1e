/** A fenced block of a page. */
export interface CodeBlock {
  readonly language: string
  readonly text: string
}

/** The fenced blocks of a Markdown text, in their order. */
export function codeBlocks(markdown: string): readonly CodeBlock[] {
  return [...markdown.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = '', text = '']) => ({
    language,
    text,
  }))
}
