import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'] as const

/** A certificate and its key, PEM, as paths. */
export interface CertificateFiles {
  readonly cert: string
  readonly key: string
}

/** What a certificate says. */
export interface CertificateWish {
  readonly name: string
  /** The host name it is for; absent for a client. */
  readonly host?: string
  /** Days from now until it expires; negative: it has. */
  readonly days?: number
}

/** A certificate authority of one test, freshly made with `openssl` in a folder. */
export class CertificateAuthority {
  readonly #folder: string
  readonly #files: CertificateFiles

  private constructor(folder: string, files: CertificateFiles) {
    this.#folder = folder
    this.#files = files
  }

  /** Throws where there is no `openssl`. */
  static async create(folder: string, name: string): Promise<CertificateAuthority> {
    const files = filesOf(folder, name)
    const { cert, key } = files
    await run('openssl', [
      'req',
      '-x509',
      ...curve,
      '-days',
      '30',
      '-subj',
      `/CN=${name}`,
      '-keyout',
      key,
      '-out',
      cert,
    ])
    return new CertificateAuthority(folder, files)
  }

  /** The path of its own certificate: who trusts it trusts what it signed. */
  get cert(): string {
    return this.#files.cert
  }

  /** Makes a key and signs its certificate. */
  async sign({ name, host, days = 30 }: CertificateWish): Promise<CertificateFiles> {
    const files = filesOf(this.#folder, name)
    const request = join(this.#folder, `${name}.csr`)
    const alternative = host === undefined ? [] : ['-addext', `subjectAltName=DNS:${host}`]
    await run('openssl', [
      'req',
      ...curve,
      '-subj',
      `/CN=${name}`,
      ...alternative,
      '-keyout',
      files.key,
      '-out',
      request,
    ])
    // Random: certificates are signed side by side, and a file that counts them would be read half written.
    const serial = `0x${randomBytes(16).toString('hex')}`
    const signer = ['-CA', this.#files.cert, '-CAkey', this.#files.key, '-set_serial', serial]
    const validity = ['-days', String(days), '-copy_extensions', 'copy']
    await run('openssl', ['x509', '-req', '-in', request, ...signer, ...validity, '-out', files.cert])
    return files
  }

  /** Key and certificate in one file, as a broker reads it (`ssl.keystore.type=PEM`). */
  async keystore(wish: CertificateWish): Promise<string> {
    const { cert, key } = await this.sign(wish)
    const path = join(this.#folder, `${wish.name}.keystore.pem`)
    await writeFile(path, [await readFile(key), await readFile(cert)].join(''))
    return path
  }
}

function filesOf(folder: string, name: string): CertificateFiles {
  return { cert: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) }
}
