/** The disk, as an argument: the spool does all its I/O through it, so that a test can tear, fill or lose it at any byte. */
export interface Disk {
  /** Makes the folder and its parents (mode 0700); an existing one is fine. */
  readonly makeFolder: (path: string) => Promise<void>
  /** Names in a folder, sorted; throws ENOENT when it is missing. */
  readonly list: (path: string) => Promise<readonly string[]>
  /** `create` fails when the file exists (mode 0600); `write` opens an existing file for reading and writing. */
  readonly open: (path: string, mode: 'create' | 'write' | 'read') => Promise<DiskFile>
  readonly rename: (from: string, to: string) => Promise<void>
  readonly remove: (path: string) => Promise<void>
  /** Makes creations, renames and removals in a folder survive a power cut. */
  readonly syncFolder: (path: string) => Promise<void>
  /** Space of the file system that holds the path, in bytes, as an unprivileged user sees it. */
  readonly space: (path: string) => Promise<{ readonly freeBytes: number; readonly totalBytes: number }>
}

/** One open file of a `Disk`. Positions are in bytes from its begin. */
export interface DiskFile {
  readonly size: () => Promise<number>
  /** Reads up to `length` bytes; fewer only at the end of the file. */
  readonly read: (position: number, length: number) => Promise<Uint8Array>
  /** Writes all of the bytes, or throws; what a throw left behind is unknown. */
  readonly write: (position: number, bytes: Uint8Array) => Promise<void>
  readonly truncate: (length: number) => Promise<void>
  /** fdatasync. After a failure the file must not be trusted again. */
  readonly sync: () => Promise<void>
  readonly close: () => Promise<void>
}
