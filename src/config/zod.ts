/**
 * What of zod the configuration is checked with, and nothing else: where the program is built, this file is bundled without
 * the rest of it, its forty languages above all (`tools/bundle.mjs`), since an agent would pay for all of it in memory.
 */
export {
  array,
  boolean,
  custom,
  discriminatedUnion,
  enum,
  literal,
  looseObject,
  NEVER,
  number,
  record,
  strictObject,
  string,
  undefined,
  ZodArray,
  ZodDiscriminatedUnion,
  ZodObject,
  ZodOptional,
  ZodPipe,
  ZodPrefault,
  ZodString,
  ZodType,
} from 'zod'
export type { core, input, output, infer } from 'zod'
