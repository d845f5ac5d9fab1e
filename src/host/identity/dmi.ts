import { join } from 'node:path'
import { readOptional } from './read-optional.ts'

const fields = [
  'sys_vendor',
  'product_name',
  'product_version',
  'product_serial',
  'product_uuid',
  'board_asset_tag',
  'chassis_asset_tag',
  'bios_version',
] as const

/** What the firmware says of the machine; serials and uuid only to root. */
export type Dmi = Readonly<Partial<Record<(typeof fields)[number], string>>>

/** Reads /sys/class/dmi/id. Source: drivers/firmware/dmi-id.c. */
export async function readDmi(sys: string): Promise<Dmi> {
  const found = await Promise.all(
    fields.map(async (field) => [field, (await readOptional(join(sys, 'class/dmi/id', field)))?.trim()] as const),
  )
  return Object.fromEntries(found.filter(([, text]) => text !== undefined && text !== ''))
}
