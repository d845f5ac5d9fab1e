import * as z from './zod.ts'
import { hostPortField, key, nameField, readableFileField, secretField } from './fields.ts'
import type { Place } from './place.ts'
import { present } from './present.ts'
import type { Secret } from './secret.ts'

/** What the dashboard shows first, where it listens, and who may see it; checked and completed. */
export interface DashboardConfig {
  readonly listen: string
  readonly pins: readonly string[]
  readonly thresholds: readonly { readonly metric: string; readonly warn?: number; readonly critical?: number }[]
  readonly token?: Secret
  /** In lower case. */
  readonly trustedHeader?: string
  readonly trustedProxies: readonly string[]
  /** Absolute paths. */
  readonly tls?: { readonly cert: string; readonly key: string }
  readonly behindProxy: boolean
  /** In lower case, without a port. */
  readonly allowedHosts: readonly string[]
  /** Empty, or a path that begins with `/` and does not end so. */
  readonly base: string
}

/** `dashboard` of `defineConsumer`. */
export interface DashboardInput {
  /** Address and port; port 0 takes any free one. Another address than this machine's own needs `token` or `trustedHeader`, and `tls` or `behindProxy`. */
  readonly listen?: string | undefined
  /** Metrics shown first, by name. */
  readonly pins?: readonly string[] | undefined
  /** When a number is a warning, and when it is critical. */
  readonly thresholds?: readonly ThresholdInput[] | undefined
  /** Who knows it may see the dashboard, 16 characters or more: typed into the page, or sent as `Authorization: Bearer`. */
  readonly token?: Secret | string | undefined
  /** A header by which your proxy names whom it has let in; from elsewhere than `trustedProxies` it says nothing. */
  readonly trustedHeader?: string | undefined
  /** The addresses or networks (`10.0.0.0/8`) from which `trustedHeader` is believed. */
  readonly trustedProxies?: readonly string[] | undefined
  /** Certificate and key: the dashboard then answers by HTTPS alone. */
  readonly tls?: DashboardTlsInput | undefined
  /** Says that a proxy in front of it does TLS: cookies are then for HTTPS alone. */
  readonly behindProxy?: boolean | undefined
  /** Names under which it may be asked for, beside the address where it listens. */
  readonly allowedHosts?: readonly string[] | undefined
  /** The path under which your proxy offers it, such as `/vitals`; the proxy takes it off. */
  readonly base?: string | undefined
}

/** `dashboard.tls`. */
export interface DashboardTlsInput {
  /** The certificate with its chain, PEM. */
  readonly cert: string
  /** Its key, PEM. */
  readonly key: string
}

/** One entry of `dashboard.thresholds`. */
export interface ThresholdInput {
  /** The metric's name. */
  readonly metric: string
  /** From this value on it is a warning. */
  readonly warn?: number | undefined
  /** From this value on it is critical. */
  readonly critical?: number | undefined
}

/** The check of `dashboard`. */
export function dashboardSchema(place: Place): z.ZodType<DashboardConfig, DashboardInput> {
  return z
    .strictObject({
      listen: key(hostPortField('host:port', true).prefault('127.0.0.1:7070'), {
        type: 'host:port',
        sentence:
          "Address and port; port 0 takes any free one. Another address than this machine's own needs `token` or `trustedHeader`, and `tls` or `behindProxy`.",
        example: "'127.0.0.1:7070'",
      }),
      pins: key(z.array(nameField()).prefault([]), {
        type: 'list of metric names',
        sentence: 'Metrics shown first, by name.',
        example: "['cpu.percent']",
      }),
      thresholds: key(z.array(thresholdSchema()).prefault([]), {
        type: 'list of objects',
        sentence: 'When a number is a warning, and when it is critical.',
        example: "[{ metric: 'system.filesystem.utilization', warn: 0.8, critical: 0.9 }]",
      }),
      token: key(secretField(place, 'dashboard.token', tokenProblem).optional(), {
        type: 'secret',
        sentence:
          'Who knows it may see the dashboard, 16 characters or more: typed into the page, or sent as `Authorization: Bearer`.',
        example: "secret('DASHBOARD_TOKEN')",
      }),
      trustedHeader: key(headerField().optional(), {
        type: 'name of a header',
        sentence:
          'A header by which your proxy names whom it has let in; from elsewhere than `trustedProxies` it says nothing.',
        example: "'x-forwarded-user'",
      }),
      trustedProxies: key(z.array(nameField()).prefault(['127.0.0.1', '::1']), {
        type: 'list of addresses',
        sentence: 'The addresses or networks (`10.0.0.0/8`) from which `trustedHeader` is believed.',
        example: "['10.0.0.4']",
      }),
      tls: key(tlsSchema(place).optional(), {
        type: 'object',
        sentence: 'Certificate and key: the dashboard then answers by HTTPS alone.',
        example: "{ cert: 'keys/dashboard.pem', key: 'keys/dashboard.key' }",
      }),
      behindProxy: key(z.boolean().prefault(false), {
        type: 'true or false',
        sentence: 'Says that a proxy in front of it does TLS: cookies are then for HTTPS alone.',
        example: 'true',
      }),
      allowedHosts: key(z.array(hostNameField()).prefault([]), {
        type: 'list of host names',
        sentence: 'Names under which it may be asked for, beside the address where it listens.',
        example: "['vitals.example.com']",
      }),
      base: key(baseField().prefault(''), {
        type: 'path',
        sentence: 'The path under which your proxy offers it, such as `/vitals`; the proxy takes it off.',
        example: "'/vitals'",
      }),
    })
    .transform((given) => present(given))
}

function tokenProblem(token: string): string | undefined {
  return token.length >= 16 && token.length <= 512
    ? undefined
    : 'is too short or too long: 16 to 512 characters, such as `openssl rand -hex 24` prints'
}

function headerField(): z.ZodType<string, string> {
  return z
    .string()
    .regex(/^[a-z][a-z\d-]*$/i, { error: 'is no name of a header' })
    .refine((name) => !/^(?:authorization|cookie|host)$/i.test(name), { error: 'is set by browsers themselves' })
    .transform((name) => name.toLowerCase())
}

function hostNameField(): z.ZodType<string, string> {
  return z
    .string()
    .regex(/^(?:[a-z\d](?:[a-z\d.-]*[a-z\d])?|\[[\da-f:.]+\])$/i, {
      error: 'is no host name: write it without a scheme and without a port',
    })
    .transform((name) => name.toLowerCase())
}

function baseField(): z.ZodType<string, string> {
  return z
    .string()
    .regex(/^(?:|(?:\/[\w.~-]+)+)$/, { error: "is no path: it begins with '/' and does not end with it" })
}

function tlsSchema(place: Place): z.ZodType<NonNullable<DashboardConfig['tls']>, DashboardTlsInput> {
  return z.strictObject({
    cert: key(readableFileField(place), {
      type: 'file',
      sentence: 'The certificate with its chain, PEM.',
      example: "'keys/dashboard.pem'",
    }),
    key: key(readableFileField(place), { type: 'file', sentence: 'Its key, PEM.', example: "'keys/dashboard.key'" }),
  })
}

function thresholdSchema(): z.ZodType<DashboardConfig['thresholds'][number], ThresholdInput> {
  return z
    .strictObject({
      metric: key(nameField(), {
        type: 'metric name',
        sentence: "The metric's name.",
        example: "'system.filesystem.utilization'",
      }),
      warn: key(z.number().optional(), {
        type: 'number',
        sentence: 'From this value on it is a warning.',
        example: '0.8',
      }),
      critical: key(z.number().optional(), {
        type: 'number',
        sentence: 'From this value on it is critical.',
        example: '0.9',
      }),
    })
    .transform((given) => present(given))
}
