import { expect, it } from 'vitest'
import { cloudOf, type Cloud, type CloudInitFiles } from './cloud.ts'
import type { Dmi } from './dmi.ts'

const instanceData = JSON.stringify({
  v1: { instance_id: 'i-0data', region: 'eu-central-1', availability_zone: 'eu-central-1a', cloud_name: 'aws' },
})

it.each<[string, Dmi, CloudInitFiles, Cloud]>([
  ['no cloud', { sys_vendor: 'Dell Inc.', product_serial: 'ABC1234' }, {}, { attributes: {} }],
  ['no firmware', {}, {}, { attributes: {} }],
  [
    'AWS',
    { sys_vendor: 'Amazon EC2', board_asset_tag: 'i-0board' },
    { instanceData, instanceId: 'i-0disk\n' },
    {
      attributes: {
        'cloud.provider': 'aws',
        'cloud.platform': 'aws_ec2',
        'cloud.region': 'eu-central-1',
        'cloud.availability_zone': 'eu-central-1a',
      },
      instanceId: 'i-0board',
    },
  ],
  [
    'AWS on Xen, which has no tag',
    { sys_vendor: 'Xen', bios_version: '4.11.amazon' },
    { instanceData },
    {
      attributes: {
        'cloud.provider': 'aws',
        'cloud.platform': 'aws_ec2',
        'cloud.region': 'eu-central-1',
        'cloud.availability_zone': 'eu-central-1a',
      },
      instanceId: 'i-0data',
    },
  ],
  [
    'Google',
    { product_name: 'Google Compute Engine', product_serial: 'GoogleCloud-A1' },
    {},
    { attributes: { 'cloud.provider': 'gcp', 'cloud.platform': 'gcp_compute_engine' }, instanceId: 'GoogleCloud-A1' },
  ],
  [
    'Google, not as root',
    { product_name: 'Google Compute Engine' },
    { instanceId: '12345' },
    { attributes: { 'cloud.provider': 'gcp', 'cloud.platform': 'gcp_compute_engine' }, instanceId: '12345' },
  ],
  [
    'Azure',
    { sys_vendor: 'Microsoft Corporation', chassis_asset_tag: '7783-7084-3265-9085-8269-3286-77' },
    {},
    { attributes: { 'cloud.provider': 'azure', 'cloud.platform': 'azure.vm' } },
  ],
  ['Hyper-V at home', { sys_vendor: 'Microsoft Corporation', chassis_asset_tag: '1234' }, {}, { attributes: {} }],
  [
    'Oracle',
    { chassis_asset_tag: 'OracleCloud.com' },
    {},
    { attributes: { 'cloud.provider': 'oracle_cloud', 'cloud.platform': 'oracle_cloud_compute' } },
  ],
  [
    'Hetzner',
    { sys_vendor: 'Hetzner', product_serial: '1234567' },
    {},
    { attributes: { 'cloud.provider': 'hetzner' }, instanceId: '1234567' },
  ],
  ['cloud-init at home', { sys_vendor: 'QEMU' }, { instanceData }, { attributes: {}, instanceId: 'i-0data' }],
  [
    'a file half written',
    { sys_vendor: 'QEMU' },
    { instanceData: '{"v1":', instanceId: 'x' },
    { attributes: {}, instanceId: 'x' },
  ],
  ['a file of something else', { sys_vendor: 'QEMU' }, { instanceData: '[1]' }, { attributes: {} }],
])('%s', (_name, dmi, files, expected) => {
  expect(cloudOf(dmi, files)).toEqual(expected)
})
