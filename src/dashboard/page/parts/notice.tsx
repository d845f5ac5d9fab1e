import type { ComponentChildren, JSX } from 'preact'

/** What is the matter, why, and the command that helps; on a page that has nothing else to show. */
export function Notice({
  title,
  command,
  children,
  role = 'status',
  isWholePage = false,
}: {
  readonly title: string
  readonly command?: string | undefined
  readonly children?: ComponentChildren
  readonly role?: 'status' | 'alert'
  /** True where it is all that the page shows: its title is the page's. */
  readonly isWholePage?: boolean
}): JSX.Element {
  return (
    <section class="notice" role={role}>
      {isWholePage ? <h1>{title}</h1> : <h2>{title}</h2>}
      {children}
      {command !== undefined && command !== '' && <NextStep text={command} />}
    </section>
  )
}

/** The next step: a command stands in a frame of its own, a sentence as it is. */
export function NextStep({ text }: { readonly text: string }): JSX.Element {
  const isCommand = /^hostvitals [\w -]+$/.test(text)
  return <p class="next-step">{isCommand ? <code>{text}</code> : text}</p>
}
