import type { Dmi } from './dmi.ts'

/** The cloud that a machine says it is in, and which of its instances it is. */
export interface Cloud {
  /** OpenTelemetry `cloud.*` attributes. */
  readonly attributes: Readonly<Record<string, string>>
  readonly instanceId?: string
}

/** What cloud-init left: `/run/cloud-init/instance-data.json` of this boot, and the instance id it keeps on the disk. */
export interface CloudInitFiles {
  readonly instanceData?: string
  readonly instanceId?: string
}

interface Provider {
  readonly provider: string
  readonly platform?: string
  readonly isIt: (dmi: Dmi) => boolean
  /** The field that has the instance's id, where one has. */
  readonly instance?: keyof Dmi
}

/** How clouds mark their machines: the marks that cloud-init's ds-identify goes by. Names are semantic conventions 1.44. */
const providers: readonly Provider[] = [
  {
    provider: 'aws',
    platform: 'aws_ec2',
    isIt: ({ sys_vendor: vendor = '', bios_version: bios = '' }) => vendor === 'Amazon EC2' || bios.endsWith('.amazon'),
    instance: 'board_asset_tag',
  },
  {
    provider: 'gcp',
    platform: 'gcp_compute_engine',
    isIt: ({ product_name: name }) => name === 'Google Compute Engine',
    instance: 'product_serial',
  },
  {
    provider: 'azure',
    platform: 'azure.vm',
    isIt: ({ chassis_asset_tag: tag }) => tag === '7783-7084-3265-9085-8269-3286-77',
  },
  {
    provider: 'oracle_cloud',
    platform: 'oracle_cloud_compute',
    isIt: ({ chassis_asset_tag: tag }) => tag === 'OracleCloud.com',
  },
  {
    provider: 'alibaba_cloud',
    platform: 'alibaba_cloud_ecs',
    isIt: ({ product_name: name }) => name === 'Alibaba Cloud ECS',
  },
  {
    provider: 'tencent_cloud',
    platform: 'tencent_cloud_cvm',
    isIt: ({ sys_vendor: vendor }) => vendor === 'Tencent Cloud',
  },
  { provider: 'digitalocean', isIt: ({ sys_vendor: vendor }) => vendor === 'DigitalOcean', instance: 'product_serial' },
  { provider: 'hetzner', isIt: ({ sys_vendor: vendor }) => vendor === 'Hetzner', instance: 'product_serial' },
  { provider: 'vultr', isIt: ({ sys_vendor: vendor }) => vendor === 'Vultr', instance: 'product_serial' },
  { provider: 'scaleway', isIt: ({ sys_vendor: vendor }) => vendor === 'Scaleway' },
  { provider: 'openstack', isIt: ({ product_name: name = '' }) => name.startsWith('OpenStack ') },
]

/**
 * What the firmware says, then what cloud-init wrote at this boot, then what it keeps: the last lies on the disk and is
 * copied with it. No network is asked.
 */
export function cloudOf(dmi: Dmi, files: CloudInitFiles): Cloud {
  const known = providers.find(({ isIt }) => isIt(dmi))
  const init = initOf(files.instanceData)
  const instanceId = (known?.instance === undefined ? undefined : dmi[known.instance]) ?? init?.id ?? files.instanceId
  const attributes = {
    'cloud.provider': known?.provider,
    'cloud.platform': known?.platform,
    // Where no cloud is known, what cloud-init was told by a file of its own is no region of one.
    'cloud.region': known === undefined ? undefined : init?.region,
    'cloud.availability_zone': known === undefined ? undefined : init?.zone,
  }
  return {
    attributes: Object.fromEntries(
      Object.entries(attributes).flatMap(([key, text]) => (text === undefined ? [] : [[key, text]])),
    ),
    ...(instanceId === undefined ? {} : { instanceId }),
  }
}

/** The standardised keys of instance-data.json. Source: cloud-init, instance-data. */
function initOf(text: string | undefined) {
  const data = parse(text)
  const v1 = typeof data === 'object' && data !== null && 'v1' in data ? data.v1 : undefined
  if (typeof v1 !== 'object' || v1 === null) return undefined
  const keys = new Map<string, unknown>(Object.entries(v1))
  const textOf = (key: string): string | undefined => {
    const value = keys.get(key)
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  return { id: textOf('instance_id'), region: textOf('region'), zone: textOf('availability_zone') }
}

function parse(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    // Half written at boot, or of somebody else: no evidence.
    return undefined
  }
}
