import { readFileSync } from 'node:fs'

/** A fenced block of README.md: the words behind its fence, and its text. */
export interface ReadmeBlock {
  readonly words: readonly string[]
  readonly text: string
}

/** The fenced blocks of README.md, or of another page, in their order. */
export function readmeBlocks(page = 'README.md'): readonly ReadmeBlock[] {
  const readme = readFileSync(new URL(`../../${page}`, import.meta.url), 'utf8')
  return [...readme.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].map(([, words = '', text = '']) => ({
    words: words.split(' ').filter(Boolean),
    text,
  }))
}

/** The SQL that a page has for a database (`postgres`, `mysql`, `mariadb`, `sqlite`): each statement by the comment above it. */
export function readmeStatements(database: string, page = 'README.md'): ReadonlyMap<string, string> {
  const blocks = readmeBlocks(page).filter(
    ({ words: [language, ...names] }) => language === 'sql' && names.includes(database),
  )
  const statements = blocks.flatMap(({ text }) => text.split(/;\n+/)).filter((statement) => statement.trim() !== '')
  return new Map(
    statements.map((statement) => {
      const [, comment = '', sql = ''] = /^-- (.*)\n([\s\S]*)$/.exec(statement) ?? []
      if (comment === '') throw new Error(`${page} does not say what this is:\n${statement}`)
      return [comment, sql]
    }),
  )
}
