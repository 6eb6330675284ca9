// The text of the file that says how trunks are reached.
import { type TrunkEntry, TrunkFile } from '@rufwerk/contract/trunk-file'
import { fail, ok, type Result } from '@rufwerk/core'

const FILE_CHARS_MAX = 1_048_576

/** The entries, or a sentence that names the place; never a value of the file. */
export function readTrunkFile(text: string): Result<readonly TrunkEntry[], string> {
  if (text.length > FILE_CHARS_MAX) return fail('it is too long')
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return fail('it is not JSON')
  }
  const file = TrunkFile.safeParse(json)
  if (!file.success) {
    const [issue] = file.error.issues
    return fail(`${issue?.path.join('.') || 'the file'} is not as it should be`)
  }
  const ids = new Set(file.data.trunks.map(({ id }) => id))
  return ids.size === file.data.trunks.length ? ok(file.data.trunks) : fail('two trunks have the same id')
}
