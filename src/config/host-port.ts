/** An address as `host:port`, IPv6 in brackets. */
export interface HostPort {
  readonly host: string
  readonly port: number
}

/** Parses `kafka-1.example:9092`, `[::1]:9092`; `undefined` for anything else. Port 0 is allowed: any free one. */
export function parseHostPort(text: string): HostPort | undefined {
  const [, bracketed, plain, digits] = /^(?:\[([\da-f:.]+)\]|([^\s:/@[\]]+)):(\d{1,5})$/i.exec(text) ?? []
  const host = bracketed ?? plain
  const port = Number(digits)
  return host !== undefined && port <= 65_535 ? { host, port } : undefined
}

/** True for addresses that never leave the machine. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host)
}
