/** Something that others measure of a host, or that the conventions say, and what of it is different here. */
export interface LeftOut {
  /** Metrics by name, a family of them as `hw.gpu.*`; or, of other programs, what they call it. */
  readonly what: string
  readonly why: string
}

/** What is not measured, and why. */
export const notMeasured: readonly LeftOut[] = [
  {
    what: '`container.filesystem.*`',
    why: 'The kernel counts no space for a container: only its runtime knows its layers, and none is asked.',
  },
  { what: '`hw.gpu.*`', why: 'Only the makers’ own libraries tell; what a driver gives to hwmon is in `sensors`.' },
  { what: '`hw.physical_disk.*`', why: 'SMART is read by commands to the device, which need root.' },
  { what: '`hw.fan.speed_ratio`', why: 'Drivers seldom tell the highest speed; `hw.fan.speed` is measured.' },
  { what: '`hw.cpu.speed`', why: 'It would be `system.cpu.frequency` once more.' },
  {
    what: '`hw.errors`; EDAC of node_exporter',
    why: 'Errors of memory need its controller’s driver, which few machines have; errors of a network are in `network`.',
  },
  { what: '`process.network.io`', why: 'The kernel does not count it by process.' },
  {
    what: 'softnet, schedstat, timex, ICMP and ARP of node_exporter',
    why: 'For tuning a kernel rather than for watching a host; a metric by hand can read them.',
  },
  {
    what: 'bonding, IPVS, InfiniBand, ZFS, RAPL of node_exporter',
    why: 'They need hardware or modules that no machine of our tests has; RAPL since 2020 also root.',
  },
]

/** Where a metric has a name of the conventions, and is not in all as they say. */
export const deviations: readonly LeftOut[] = [
  { what: '`system.cpu.utilization`', why: 'Opt-in there, on here: it is what people look for first.' },
  {
    what: '`system.cpu.frequency`, `v8js.memory.heap.space.*`',
    why: 'Recommended there, opt-in here: the first costs a while on each processor, the others are many and seldom looked at.',
  },
  {
    what: '`container.memory.*`, `container.disk.io`',
    why: 'Some are opt-in there; here they are on with the group.',
  },
  {
    what: '`container.id`, `process.pid`',
    why: 'Attributes of the resource there, of the sample here: one agent tells of many containers and processes.',
  },
  {
    what: '`system.filesystem.lock.count`',
    why: '`system.device` is the kernel’s major:minor in hexadecimal, as /proc/locks has it.',
  },
  {
    what: '`system.network.connection.count`',
    why: 'Without `network.interface.name`: a socket is bound to an address, not to a card.',
  },
  { what: '`system.filesystem.utilization`', why: 'Only of the state `used`, and by used and free, as df says it.' },
  {
    what: '`system.paging.operations`',
    why: 'Those of type minor are KiB, not operations, as in the OpenTelemetry Collector.',
  },
  { what: '`process.context_switches`', why: 'In the group `top` those of the process’s first thread alone.' },
  {
    what: '`process.disk.operations`',
    why: 'Opt-in here: the kernel counts calls that read or write, also of pipes and sockets, as the OpenTelemetry Collector has it.',
  },
  {
    what: '`process.signals_pending`',
    why: 'The kernel tells which signals wait, not how often: each is counted once.',
  },
  { what: '`v8js.resource.active`', why: 'The types are those of this Node, and one that was seen stays, at 0.' },
]
