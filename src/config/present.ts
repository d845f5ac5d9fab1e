/** An object type whose keys that may be undefined may be absent instead, and are never undefined. */
export type Present<T> = { readonly [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  readonly [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
}

/** The object without its undefined keys: what `exactOptionalPropertyTypes` calls absent. */
export function present<T extends object>(given: T): Present<T> {
  const kept = Object.entries(given).filter(([, value]) => value !== undefined)
  // Object.fromEntries forgets the keys' types; the filter above is what `Present` says.
  return Object.fromEntries(kept) as Present<T>
}
