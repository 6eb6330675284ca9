// libphonenumber with its data of all countries. A tenth of a second of a core and 20 MB: loaded with the
// first number that is read, which is when a dial plan is checked, and never where there is none.
import { createRequire } from 'node:module'

type Library = typeof import('libphonenumber-js/max')

let library: Library | undefined

export function phoneNumbers(): Library {
  library ??= createRequire(import.meta.url)('libphonenumber-js/max') as Library
  return library
}
