// The rules of this repository that a program can check. Run alone: npm run check; with the tests: npm test.
// Prints one line per offence; `--json` prints them as a list. Exit code 1 when there are any.
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkNotices } from './notices.ts'
import { checkCoverage } from './rfc-coverage.ts'
import { checkBudgets } from './tidy/budgets.ts'
import { checkDocuments } from './tidy/documents.ts'
import { checkLayers } from './tidy/layers.ts'
import { checkNames } from './tidy/names.ts'
import { checkProofs } from './tidy/proofs.ts'
import { checkThirdParty } from './tidy/third-party.ts'
import { type Offence, readTree, type SourceTree } from './tidy/tree.ts'
import { checkWords } from './tidy/words.ts'

export function checkAll(tree: SourceTree): Offence[] {
  return [
    ...checkLayers(tree),
    ...checkBudgets(tree),
    ...checkNames(tree),
    ...checkProofs(tree),
    ...checkWords(tree),
    ...checkDocuments(tree),
    ...checkThirdParty(tree),
  ]
}

if (import.meta.main) {
  const projectFolder = dirname(dirname(fileURLToPath(import.meta.url)))
  const tree = readTree(projectFolder)
  const offences = [...checkAll(tree), ...checkNotices(projectFolder), ...checkCoverage(projectFolder)]
  if (process.argv.includes('--json')) console.log(JSON.stringify(offences, undefined, 2))
  else for (const { where, rule, message } of offences) console.log(`${where}: ${rule}: ${message}`)
  console.log(`tidy: ${tree.paths.length} files, ${offences.length} offences`)
  process.exitCode = offences.length > 0 ? 1 : 0
}
