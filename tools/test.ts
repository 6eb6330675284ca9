// npm test: installs what tests need from Debian when it may, and runs the groups.
//   --only NAME[,NAME]   some groups        --long   the long ones, too        --list   names of the groups
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { GROUPS, type Group } from './testing/groups.ts'
import { runGroups } from './testing/run-groups.ts'

const EXIT_WRONG_FLAG = 2

function chosenGroups(args: readonly string[]): readonly Group[] | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { only: { type: 'string' }, long: { type: 'boolean' }, list: { type: 'boolean' } },
    })
    if (values.list) return GROUPS.map((group) => `${group.name.padEnd(8)} ${group.says}`).join('\n')
    if (values.only === undefined) return GROUPS.filter((group) => values.long || !group.isLong)
    const names = values.only.split(',')
    const unknown = names.filter((name) => !GROUPS.some((group) => group.name === name))
    if (unknown.length === 0) return GROUPS.filter((group) => names.includes(group.name))
    throw new Error(`unknown group ${unknown.join(', ')}; npm test -- --list names them`)
  } catch (error) {
    process.exitCode = EXIT_WRONG_FLAG
    return error instanceof Error ? error.message : String(error)
  }
}

const projectFolder = dirname(dirname(fileURLToPath(import.meta.url)))
const groups = chosenGroups(process.argv.slice(2))
if (typeof groups === 'string') console.log(groups)
else process.exitCode = await runGroups(projectFolder, groups)
