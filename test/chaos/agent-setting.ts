/** What an agent of a chaos run is told. */
export interface AgentSetting {
  readonly name: string
  readonly stateFolder: string
  /** The folder of its journals, on a disk that does not fill. */
  readonly journals: string
  /** `host:port`. */
  readonly broker: string
  readonly topic: string
  readonly intervalMs: number
  /** The most that its spool takes. */
  readonly maxBytes: number
  /** How many gauges it has, each with a label of so many characters. */
  readonly series: number
  readonly labelBytes: number
}
