import { expect, it } from 'vitest'
import { parseCpuInfo } from './cpuinfo.ts'

function block(number: number, core: number): string {
  return `processor\t: ${number}\nmodel name\t: A: B @ 2.00GHz\ncpu MHz\t\t: 2100.125\nphysical id\t: 0\ncore id\t\t: ${core}\n\n`
}

it('says of an x86 processor its core and frequency', () => {
  expect(parseCpuInfo(Buffer.from(block(0, 4) + block(1, 5)))).toEqual([
    { number: 0, hertz: 2_100_125_000, core: '0/4' },
    { number: 1, hertz: 2_100_125_000, core: '0/5' },
  ])
})

it('says of an ARM processor its number, and nothing of what there is not', () => {
  const arm =
    'processor\t: 0\nBogoMIPS\t: 50.00\nFeatures\t: fp\n\nprocessor\t: 1\nBogoMIPS\t: 50.00\n\nHardware\t: BCM2835\n'
  expect(parseCpuInfo(Buffer.from(arm))).toEqual([{ number: 0 }, { number: 1 }])
})

it('finds nothing in an old ARM form, in what is binary, or empty', () => {
  for (const text of ['Processor\t: ARMv7\nBogoMIPS : 1\n', '\u0000\u0001\u0002', '']) {
    expect(parseCpuInfo(Buffer.from(text))).toEqual([])
  }
})
