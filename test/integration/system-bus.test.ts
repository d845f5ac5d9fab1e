import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { systemd } from '../../src/host/systemd.ts'
import { type Found, groupRounds } from '../support/group-rounds.ts'
import { machineTree } from '../support/machine-tree.ts'

/** A bus as a system's: it takes whom the kernel names, and by default nobody may do anything. */
function configuration(socket: string, policy: string): string {
  return `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path=${socket}</listen><auth>EXTERNAL</auth><policy context="default">
<allow user="*"/><allow own="org.freedesktop.systemd1"/><allow send_destination="org.freedesktop.DBus"/>
<allow receive_sender="*"/><allow send_type="method_return"/><allow send_type="error"/>${policy}</policy></busconfig>\n`
}

const mayAsk = '<allow send_destination="org.freedesktop.systemd1"/>'

/** A program that runs until the block ends, once it has said its first line. */
async function started(command: string, args: readonly string[]): Promise<AsyncDisposable> {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const closed = once(child, 'close')
  const first = await Promise.race([once(child.stdout, 'data'), closed.then(() => undefined)])
  if (first === undefined) throw new Error(`${command} has ended at once`)
  return {
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM')
      await closed
    },
  }
}

/** What the group finds over a real bus of this policy, with somebody behind it or nobody. */
async function foundOver(policy: string, isSomebodyThere: boolean): Promise<Found> {
  const { roots } = machineTree({ 'proc/stat': 'cpu 1 2 3 4\nbtime 1\n' })
  const folder = join(roots.root, 'run/dbus')
  mkdirSync(folder, { recursive: true })
  const socket = join(folder, 'system_bus_socket')
  writeFileSync(join(folder, 'bus.conf'), configuration(socket, policy))
  const options = ['--nofork', '--nopidfile', '--nosyslog', '--print-address']
  await using programs = new AsyncDisposableStack()
  programs.use(await started('dbus-daemon', [`--config-file=${join(folder, 'bus.conf')}`, ...options]))
  if (!isSomebodyThere) return await groupRounds(systemd, roots).next()
  programs.use(await started('python3', [join(import.meta.dirname, '../support/systemd-on-bus.py'), socket]))
  return await groupRounds(systemd, roots, { also: ['hostvitals.systemd.unit.state'] }).next()
}

const missing = ['dbus-daemon', 'python3'].filter((name) => spawnSync(name, ['--version']).status !== 0)
const reason = missing.length === 0 ? '' : `: needs ${missing.join(' and ')} (apt-get install dbus-daemon python3)`

describe.skipIf(missing.length > 0)(`the system bus, a real one${reason}`, () => {
  it('lets us in, and gives what systemd lists', async () => {
    const found = Object.entries(await foundOver(mayAsk, true)).filter(([, value]) => value !== 0)
    expect(
      Object.fromEntries(found.map(([key, value]) => [key.replaceAll('hostvitals.systemd.unit.', ''), value])),
    ).toEqual({
      'count{state=active,type=service}': 1,
      'count{state=failed,type=service}': 1,
      'count{state=active,type=socket}': 1,
      'failed{name=backup.service}': 1,
      'state{name=backup.service,state=failed}': 1,
      'state{name=nginx.service,state=active}': 1,
    })
  })

  it('has nothing where no systemd is behind it', async () => {
    expect(await foundOver(mayAsk, false)).toEqual({})
  })

  it('says so where its policy forbids the question', async () => {
    await expect(foundOver('', true)).rejects.toThrow('does not let us ask: "org.freedesktop.DBus.Error.AccessDenied"')
  })
})
