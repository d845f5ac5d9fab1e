/** Two fetches are held at a time: one that is being stored, one that comes meanwhile. */
const fetchesAtOnce = 2

/**
 * How much to ask a broker for, so that what is held unpacked stays within a bound. A broker counts packed bytes; how much
 * they grow is learnt from what has come. One batch of the log comes whole, whatever its size.
 */
export class FetchBudget {
  readonly #maxBufferedBytes: number
  /** A guess on the safe side: the first fetches are small. */
  #growth = 50

  constructor(maxBufferedBytes: number) {
    this.#maxBufferedBytes = maxBufferedBytes
  }

  /** Most packed bytes to ask each of so many brokers for. */
  bytesEach(brokers: number): number {
    return Math.max(1, Math.floor(this.#maxBufferedBytes / fetchesAtOnce / this.#growth / Math.max(1, brokers)))
  }

  /** Learns from a batch of the log: growth is taken over at once where it is worse, else slowly. */
  learn(packedBytes: number, heldBytes: number): void {
    if (packedBytes <= 0) return
    const growth = Math.max(1, heldBytes / packedBytes)
    this.#growth = Math.max(growth, 0.9 * this.#growth + 0.1 * growth)
  }
}
