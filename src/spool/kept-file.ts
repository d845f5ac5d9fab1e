import type { Disk } from '../runtime/disk.ts'

/**
 * Keeps bytes under a name in a folder inside the spool's, synced, for a person to look at. A name that is there is kept
 * already: a file gets its name only when it is whole. Throws when the disk refuses; nothing is left behind then.
 */
export async function keepFile(
  disk: Disk,
  spool: string,
  into: string,
  name: string,
  bytes: Uint8Array,
): Promise<void> {
  const folder = `${spool}/${into}`
  await disk.makeFolder(folder)
  const present = await disk.list(folder)
  if (present.includes(name)) return
  const part = `${name}.part`
  if (present.includes(part)) await disk.remove(`${folder}/${part}`)
  try {
    await writeSynced(disk, `${folder}/${part}`, bytes)
    await disk.rename(`${folder}/${part}`, `${folder}/${name}`)
  } catch (error) {
    // The first failure is what counts; a part that stays is removed at the next try.
    await disk.remove(`${folder}/${part}`).catch(() => undefined)
    throw error
  }
  await disk.syncFolder(folder)
  await disk.syncFolder(spool)
}

async function writeSynced(disk: Disk, path: string, bytes: Uint8Array): Promise<void> {
  const file = await disk.open(path, 'create')
  try {
    await file.write(0, bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}
