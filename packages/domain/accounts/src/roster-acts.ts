// Sites and people of a file, applied by an admin as a whole, and taken back.
import { fail, type Result } from '@rufwerk/core'
import type { Actor } from './accounts.ts'
import { type AccountsError, refuse } from './errors.ts'
import type { Keeper } from './keeper.ts'
import { previewRoster, type RosterPreview, type RosterProblem, type WantedRoster } from './roster.ts'

export function previewOf(
  keeper: Keeper,
  actor: Actor,
  wanted: WantedRoster,
): Result<RosterPreview, readonly RosterProblem[]> {
  const directory = keeper.directoryOf(actor.tenant)
  if (!directory || !keeper.isAdmin(actor)) return fail([{ path: '', code: 'not-allowed' }])
  return previewRoster(directory, wanted, keeper.now())
}

export function applyRoster(
  keeper: Keeper,
  actor: Actor,
  preview: RosterPreview,
): Promise<Result<void, AccountsError>> {
  return keeper.inTurn(async () => {
    if (!keeper.isAdmin(actor)) return refuse('not-allowed')
    if (keeper.directoryOf(actor.tenant) !== preview.base) return refuse('conflict')
    const detail = { differences: String(preview.differences.length) }
    const audit = keeper.audit(actor, 'configuration-imported', '', detail)
    return keeper.commit([...preview.changes, audit], undefined)
  })
}

export function undoRoster(
  keeper: Keeper,
  actor: Actor,
  preview: RosterPreview,
): Promise<Result<void, AccountsError>> {
  return keeper.inTurn(async () => {
    const audit = keeper.audit(actor, 'configuration-imported', '', { undone: 'true' })
    return keeper.commit([...preview.undo, audit], undefined)
  })
}
