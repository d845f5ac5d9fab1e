import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { HostRoots } from '../../src/metric/metric.ts'

/** Files of a made-up machine by path: `{ 'proc/stat': 'cpu …', 'sys/class/net/eth0/speed': '1000' }`. */
export type MachineTree = Readonly<Record<string, string | Uint8Array>>

/** A machine made of files, for the test that runs. */
export interface TreeOnDisk {
  readonly roots: HostRoots
  /** Writes further files, or the same ones anew. */
  readonly write: (tree: MachineTree) => void
  /** Takes files and folders away. */
  readonly remove: (...paths: readonly string[]) => void
}

/** Writes the tree into a folder of its own, which goes with the test. */
export function machineTree(tree: MachineTree): TreeOnDisk {
  const root = mkdtempSync(join(tmpdir(), 'hostvitals-machine-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const write = (files: MachineTree): void => {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), content)
    }
  }
  write(tree)
  return {
    roots: { proc: `${root}/proc`, sys: `${root}/sys`, root },
    write,
    remove: (...paths) => {
      for (const path of paths) rmSync(join(root, path), { recursive: true, force: true })
    },
  }
}
